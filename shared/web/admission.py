"""Admission: a WSGI layer that refuses what has waited too long for a thread, before anything is done about it.

A server queues what its threads cannot take up, and under more load than it can carry every request would be answered
after seconds, to somebody who has gone. So the gateway writes into each request when it came (`X-Request-Start`, in
milliseconds), and what is taken up later than a bound is answered 503 at once, which costs a fraction of an answer and
empties the queue. Requests without that header, which came past the gateway, are never refused.
"""

import math
from collections.abc import Callable, Iterable
from itertools import count
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import msgspec
from prometheus_client import CollectorRegistry, Counter

from shared.api_keys import KeyRing
from shared.clock import SECOND_MS, Clock
from shared.errors import RedianError
from shared.sessions import COOKIES, Sessions
from shared.web.app import request_id
from shared.web.bodies import CLOSING, read_to_end
from shared.web.problems import problem_body

CAME_AT = "HTTP_X_REQUEST_START"
RESERVE = 10
"""Editors and the portal's servers may wait so many times as long as readers: under any load of readers they get in."""
IMPLAUSIBLE_MS = 60 * SECOND_MS
"""A request that waited for a minute has nobody who waits for it: such a header tells of another clock."""
TRUSTED_MS = SECOND_MS
"""A queue of what is refused empties in a fraction of this; whoever refuses longer has a wrong idea of the time."""
PROBES = {"/healthz", "/readyz", "/metrics"}
"""What tells of the load must get through it."""
LONGEST_RETRY_SECONDS = 3
DETAIL = "More is asked for than can be answered just now; try again in a moment."

IsReserved = Callable[[WSGIEnvironment], bool]
"""Whether a request is an editor's or a server's of the portal."""


class Waits:
    """How long requests wait: by their gateway's clock, which may differ from this machine's.

    The least difference that was ever seen is the clocks' own. Should everything be late for a second, without one
    request in between that was not, a clock was set, and what was the least meanwhile is the difference.
    """

    def __init__(self, most_ms: float) -> None:
        self._most_ms = most_ms
        self._difference = 0.0
        self._least = math.inf
        self._late_since: float | None = None

    def late_ms(self, came_at: str, now_ms: float) -> float:
        """By how much a request waited longer than is allowed; 0 or less when it did not."""
        try:
            apart = now_ms - float(came_at)
        except ValueError:
            return 0.0
        if not -IMPLAUSIBLE_MS < apart < IMPLAUSIBLE_MS:
            return 0.0
        self._difference = min(self._difference, apart)
        late = apart - self._difference - self._most_ms
        if late > 0:
            self._doubt(apart, now_ms)
        else:
            self._late_since = None
        return late

    def _doubt(self, apart: float, now_ms: float) -> None:
        if self._late_since is None:
            self._late_since, self._least = now_ms, math.inf
        self._least = min(self._least, apart)
        if now_ms - self._late_since > TRUSTED_MS:
            self._late_since, self._difference = None, self._least


class Admission:
    """Lets in what is in time; the app answers it."""

    def __init__(
        self, app: WSGIApplication, clock: Clock, most_ms: int, is_reserved: IsReserved, registry: CollectorRegistry
    ) -> None:
        self._app = app
        self._clock = clock
        self._waits = Waits(most_ms)
        self._reserve_ms = most_ms * (RESERVE - 1)
        self._is_reserved = is_reserved
        self._numbers = count()
        self._shed = Counter("redian_requests_shed", "Requests refused for their wait.", registry=registry)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        came_at = environ.get(CAME_AT)
        if came_at is not None:
            late_ms = self._waits.late_ms(came_at, self._clock())
            if late_ms > 0 and (late_ms > self._reserve_ms or not self._is_reserved(environ)):
                return self._refuse(environ, start_response)
        return self._app(environ, start_response)

    def _refuse(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self._shed.inc()
        # Not all at the same moment again.
        retry_after = 1 + next(self._numbers) % LONGEST_RETRY_SECONDS
        error = RedianError("overloaded", DETAIL, retry_after=retry_after)
        named = request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        body = msgspec.json.encode(problem_body(error, named))
        headers = [
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Retry-After", str(retry_after)),
            ("X-Request-Id", named),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if not read_to_end(environ):
            headers.append(CLOSING)
        start_response(f"{error.status.value} {error.status.phrase.upper()}", headers)
        return [body]


def reserve_for(keys: KeyRing, sessions: Sessions) -> IsReserved:
    """The reserve of a service: for what carries a key or a session's cookie, and for probes."""

    def is_reserved(environ: WSGIEnvironment) -> bool:
        if environ["PATH_INFO"] in PROBES:
            return True
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() == "bearer" and keys.knows(token):
            return True
        pairs = (pair.strip().partition("=") for pair in environ.get("HTTP_COOKIE", "").split(";"))
        return any(name in COOKIES and sessions.is_signed(value) for name, _, value in pairs)

    return is_reserved


def reserve_nothing(_: WSGIEnvironment) -> bool:
    """For an app that only readers call."""
    return False
