"""The moderators' desk: sign-in, and the page at /admin with its modules; all it does goes over the public API."""
