"""Live: tells open pages how many comments their article has by now, as server-sent events.

A further projection of the event log, with a cursor of its own that lives as long as somebody listens. It is an app
beside the Flask app, because a thread for each open page would be a thread that answers nobody else.

    tail      reads what the log says of comments, and asks SQL how many there are now
    audience  who listens to which article, and how many may
    app       the HTTP of it (ASGI)
"""
