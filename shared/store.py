"""Redis: how a connection is made, how a script is loaded, and how its errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from redis import Redis, RedisCluster
from redis import asyncio as redis_asyncio
from redis import exceptions as redis_errors
from redis.asyncio.cluster import ClusterNode as AsyncClusterNode
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode
from redis.connection import DefaultParser
from redis.retry import Retry

from shared.errors import unavailable


class NotOnDiskError(redis_errors.ResponseError):
    """Redis takes no writes, as its disk is full or broken (MISCONF)."""


class Parser(DefaultParser):  # type: ignore[misc,valid-type]  # the library chooses it when it is imported
    """The client's own parser, which knows MISCONF for what it is: an outage, and no mistake of the caller's."""

    EXCEPTION_CLASSES = {**DefaultParser.EXCEPTION_CLASSES, "MISCONF": NotOnDiskError}  # noqa: RUF012  # as there


OUTAGES = (
    NotOnDiskError,
    redis_errors.ConnectionError,
    redis_errors.TimeoutError,
    redis_errors.BusyLoadingError,
    redis_errors.OutOfMemoryError,
    redis_errors.ReadOnlyError,
    redis_errors.AuthenticationError,
    redis_errors.ClusterDownError,
    redis_errors.ClusterError,
    redis_errors.MasterDownError,
    redis_errors.RedisClusterException,
)
"""What redis-py raises while Redis is down, loading its file, full, without a disk, a replica, or a cluster with a slot
unserved."""

CLUSTER = "redis+cluster:"
CLUSTER_PORT = 6379

Store = Any
"""A redis.Redis with bytes answers. The client's own annotations mix its sync and async answers in one union,
which a strict checker can only refuse, so the type is given up here, in one place."""


def connect(url: str, *, timeout_seconds: float = 0.4) -> Store:
    """A pooled client that connects on first use and gives up quickly.

    One retry without waiting heals a connection that an idle timeout closed; anything longer is for the caller, who
    answers 503 within a second rather than hold a reader's request.
    """
    if is_cluster(url):
        return RedisCluster(
            startup_nodes=[
                ClusterNode(host, port)  # type: ignore[no-untyped-call]  # the library's
                for host, port in _nodes(url)
            ],
            socket_timeout=timeout_seconds,
            socket_connect_timeout=timeout_seconds,
            socket_keepalive=True,
            # A node that is away makes the client look for its successor; so often, then the caller hears of it.
            retry=Retry(NoBackoff(), 2),
            **_credentials(url),
        )
    # A connection that a firewall dropped in silence is noticed; a Unix socket knows no such thing.
    options = {} if url.startswith("unix:") else {"socket_keepalive": True}
    return Redis.from_url(
        url,
        **options,
        parser_class=Parser,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 1),
        retry_on_error=[redis_errors.ConnectionError],
    )


def connect_async(url: str, *, timeout_seconds: float) -> Any:
    """An asynchronous client that connects on first use."""
    timeouts: dict[str, Any] = {"socket_timeout": timeout_seconds, "socket_connect_timeout": timeout_seconds}
    if is_cluster(url):
        nodes = [AsyncClusterNode(host, port) for host, port in _nodes(url)]
        return redis_asyncio.RedisCluster(startup_nodes=nodes, **timeouts, **_credentials(url))
    return redis_asyncio.Redis.from_url(url, **timeouts)


def is_cluster(url: str) -> bool:
    """Whether a URL names a Redis Cluster: `redis+cluster://:password@host:port,host:port`, some of its nodes."""
    return url.startswith(CLUSTER)


def _nodes(url: str) -> list[tuple[str, int]]:
    places = urlsplit(url).netloc.rpartition("@")[2].split(",")
    parts = [urlsplit(f"//{place}") for place in places]
    return [(part.hostname or "127.0.0.1", part.port or CLUSTER_PORT) for part in parts]


def _credentials(url: str) -> dict[str, Any]:
    user, _, password = urlsplit(url).netloc.rpartition("@")[0].partition(":")
    return {"username": unquote(user) or None, "password": unquote(password) or None}


@dataclass(frozen=True)
class Life:
    """The run of a server, or of a cluster's primaries, that answers now."""

    run_id: str
    """Another one after each start."""
    seconds: int
    """For how long the youngest of them has run."""


def life_of(store: Store) -> Life:
    """The present life of a store; raises what redis-py raises in an outage."""
    if isinstance(store, RedisCluster):
        answers = store.info("server", target_nodes=RedisCluster.PRIMARIES)
        servers = list(answers.values()) if "run_id" not in answers else [answers]
    else:
        servers = [store.info("server")]
    run_ids = sorted(str(server["run_id"]) for server in servers)
    return Life(" ".join(run_ids), min(int(server["uptime_in_seconds"]) for server in servers))


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

    def command(self, keys: list[str], args: list[Any]) -> tuple[Any, ...]:
        """The command that runs the script, for whoever sends it himself; Redis may have forgotten it."""
        return "EVALSHA", self._script.sha, len(keys), *keys, *args

    def load(self) -> None:
        """Have Redis know the script again."""
        self._script.sha = self._script.registered_client.script_load(self._script.script)
