"""A small system that plays the public endpoints of a replay over HTTP, and the log lines that tests send to it."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from comments_service.replay import replay_command

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PATTERN = "^/news/(?P<article_id>[^/]+)$"


class FakeSystem(ThreadingHTTPServer):
    """Counts the clicks of each batch once by its Idempotency-Key; `before_answer` may interfere."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), FakeHandler)
        self.articles: dict[str, dict[str, Any]] = {}
        self.any_article_is_known = True
        self.answers: dict[str, tuple[bytes, dict[str, Any]]] = {}
        self.clicks: list[dict[str, Any]] = []
        self.refusals: list[tuple[int, dict[str, str]]] = []
        self.before_answer: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def counts(self) -> Counter[str]:
        return Counter(click["article_id"] for click in self.clicks)

    def batch(self, key: str, body: bytes) -> dict[str, Any]:
        if key in self.answers:
            first_body, answer = self.answers[key]
            assert first_body == body, "a key came with another body"
            return answer
        clicks = [json.loads(line) for line in body.splitlines()]
        known = [click for click in clicks if self.any_article_is_known or click["article_id"] in self.articles]
        self.clicks += known
        unknown = {click["article_id"] for click in clicks} - {click["article_id"] for click in known}
        self.answers[key] = body, {"accepted": len(known), "repeated": 0, "unknown": sorted(unknown)}
        return self.answers[key][1]


class FakeHandler(BaseHTTPRequestHandler):
    """One request to the fake system."""

    server: FakeSystem
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        known = self.path.removeprefix("/v1/articles/") in self.server.articles
        self._answer(200 if known else 404, {})

    def do_PUT(self) -> None:
        self.server.articles[self.path.removeprefix("/v1/articles/")] = json.loads(self._body())
        self._answer(201, {})

    def do_POST(self) -> None:
        body = self._body()
        if self.server.refusals:
            status, headers = self.server.refusals.pop(0)
            self._answer(status, {"detail": "No.", "errors": [{"field": "line 1", "message": "bad"}]}, headers)
        else:
            answer = self.server.batch(self.headers["Idempotency-Key"], body)
            self.server.before_answer()
            self._answer(200, answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        """Say nothing."""

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _answer(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def running_system() -> Iterator[FakeSystem]:
    """The system on a free port, until the block ends."""
    with FakeSystem() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def line(article: str = "one", *, minute: int = 0, agent: str = FIREFOX) -> bytes:
    stamp = f"17/May/2015:10:{minute:02d}:00 +0800"
    return f'192.0.2.7 - - [{stamp}] "GET /news/{article} HTTP/1.1" 200 9 "-" "{agent}"\n'.encode()


def write_log(path: Path) -> Path:
    """Three clicks on one, two on two, and a line of each other kind."""
    others = [b"garbage\n", b"\xff\xfe\n", line().replace(b"GET", b"POST"), line().replace(b" 200 ", b" 404 ")]
    others += [line().replace(b"/news/", b"/images/"), line(agent="Googlebot/2.1"), line(agent="[bold]bingbot")]
    clicks = [line("one"), line("two", minute=1), line("one", minute=2), line("two", minute=3), line("one", minute=4)]
    path.write_bytes(b"".join(clicks[:2] + others + clicks[2:]))
    return path


def arguments(file: Path | str, system: FakeSystem, tmp_path: Path, *more: str) -> list[str]:
    position = str(tmp_path / "position")
    return [str(file), "--article", PATTERN, "--to", system.url, "--position", position, *more]


def replay(file: Path | str, system: FakeSystem, tmp_path: Path, *more: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(replay_command, arguments(file, system, tmp_path, *more), input=stdin)
