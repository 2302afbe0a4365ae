"""The routes of the ranking API."""
