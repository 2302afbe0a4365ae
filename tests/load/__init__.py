"""Loads: `python -m tests.load.overload` and `python -m tests.load.soak` measure a running system under them."""
