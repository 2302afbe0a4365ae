"""Redis: how a connection is made, how a script is loaded, and how its errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redis import Redis
from redis import exceptions as redis_errors
from redis.backoff import NoBackoff
from redis.retry import Retry

from shared.errors import unavailable

OUTAGES = (
    redis_errors.ConnectionError,
    redis_errors.TimeoutError,
    redis_errors.BusyLoadingError,
    redis_errors.OutOfMemoryError,
    redis_errors.ReadOnlyError,
    redis_errors.AuthenticationError,
)
"""What redis-py raises while Redis is down, loading its append-only file, full, or a replica."""

Store = Any
"""A redis.Redis with bytes answers. The client's own annotations mix its sync and async answers in one union,
which a strict checker can only refuse, so the type is given up here, in one place."""


def connect(url: str, *, timeout_seconds: float = 0.4) -> Store:
    """A pooled client that connects on first use and gives up quickly.

    One retry without waiting heals a connection that an idle timeout closed; anything longer is for the caller, who
    answers 503 within a second rather than hold a reader's request.
    """
    # A connection that a firewall dropped in silence is noticed; a Unix socket knows no such thing.
    options = {} if url.startswith("unix:") else {"socket_keepalive": True}
    return Redis.from_url(
        url,
        **options,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 1),
        retry_on_error=[redis_errors.ConnectionError],
    )


@contextmanager
def outages_as(store: str, detail: str) -> Iterator[None]:
    """Turn every outage inside the block into the 503 of `store`."""
    try:
        yield
    except OUTAGES as error:
        raise unavailable(store, detail) from error


class Script:
    """One or more Lua files of a folder, joined in order and run as one script by its hash."""

    def __init__(self, store: Store, folder: Path, *names: str) -> None:
        source = "\n".join((folder / f"{name}.lua").read_text("utf-8") for name in names)
        self._script = store.register_script(source)

    def __call__(self, keys: list[str], args: list[Any], client: Store | None = None) -> Any:
        """Run the script; it is loaded again by itself when Redis has forgotten it."""
        return self._script(keys=keys, args=args, client=client)
