"""How a test waits until what was relayed is marked, which happens off the request's way."""

import threading

from comments_service.marks import THREAD


def wait_for_marks() -> None:
    """Wait for the threads that mark; each begins before the request that relayed is answered."""
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join()
