"""How the app of comments_service is put together, part by part; app.py calls each."""
