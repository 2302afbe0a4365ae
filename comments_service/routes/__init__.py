"""The HTTP routes: what comes in is parsed here, once, and what goes out gets its public shape."""
