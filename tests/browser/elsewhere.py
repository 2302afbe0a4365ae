"""A site of another origin, with a content security policy of its own, that shows whatever page a test gives it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from services.embedded.ports import LOOPBACK


class Elsewhere(ThreadingHTTPServer):
    """Served as `localhost`, which is another site than the address that the system is asked by."""

    def __init__(self) -> None:
        self.body = ""
        self.policy = ""
        super().__init__((LOOPBACK, 0), Site)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def origin(self) -> str:
        """The site's origin."""
        return f"http://localhost:{self.server_port}"


class Site(BaseHTTPRequestHandler):
    """One request to the site."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Elsewhere)
        body = self.server.body.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.server.policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's name for it
        """Nothing: a test's output is its claims."""
