"""An access log replayed into the real service: the event log holds what a few lines over the file count."""

import random
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from comments_service.app import assemble
from comments_service.replay import replay_command
from comments_service.schema import migrate
from comments_service.settings import CommentsSettings
from shared.clock import slot_of, system_clock
from shared.database import make_engine
from shared.event_log import START, EventLog
from shared.events import ArticleClicked
from shared.store import Store

KEY = "a-key-of-the-test"
LINES = 6_000
ARTICLES = [f"/news/2015/{n:02d}.html" for n in range(25)]
AGENTS = ["Mozilla/5.0 (X11; rv:140.0) Firefox/140.0", "Mozilla/5.0 (iPhone) Safari/604.1", "-"]
CRAWLERS = ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.5.0", "Baiduspider/2.0"]
BROKEN = [
    b"",
    b"garbage \xff\xfe",
    b'1.2.3.4 - - [17/May/2015:10:00:00 +0800] "GET /news/2015/01.html HTTP/1.1" 200 9 "-" "cut',
]


def write_log(path: Path) -> None:
    """Six hours of a site: readers who come back, crawlers, pictures, errors, other methods and broken lines."""
    chance = random.Random(20150517)
    lines = []
    for n in range(LINES):
        second = n * 6 * 3_600 // LINES
        stamp = f"17/May/2015:{8 + second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d} +0800"
        address = f"2001:db8::{chance.randrange(40):x}"
        page = chance.choice(ARTICLES[: chance.randint(1, len(ARTICLES))]) if chance.random() < 0.9 else "/logo.png"
        method, status = chance.choices(["GET", "POST"], [19, 1])[0], chance.choices([200, 304, 404], [8, 1, 1])[0]
        agent = chance.choice(CRAWLERS if chance.random() < 0.2 else AGENTS)
        query = chance.choice(["", "?from=home"])
        line = f'{address} - - [{stamp}] "{method} {page}{query} HTTP/1.1" {status} 99 "-" "{agent}"'.encode()
        lines.append(chance.choice(BROKEN) if chance.random() < 0.01 else line)
    path.write_bytes(b"\n".join(lines))


def count(path: Path) -> tuple[Counter[tuple[str, int]], int]:
    """The oracle: clicks by article and slot, and how many were repeated within 30 minutes."""
    page = rb'(\S+) - - \[(.+)\] "GET /news/(\S+)\.html(?:\?\S+)? HTTP/1.1" 200 99 "-" "(.+)"'
    clicks: Counter[tuple[str, int]] = Counter()
    visits: dict[tuple[bytes, ...], list[float]] = defaultdict(list)
    repeated = 0
    for match in filter(None, (re.fullmatch(page, line) for line in path.read_bytes().split(b"\n"))):
        address, stamp, article, agent = match.groups()
        if agent.decode() in CRAWLERS:
            continue
        time = datetime.strptime(stamp.decode(), "%d/%b/%Y:%H:%M:%S %z").timestamp()
        before = visits[address, article, agent]
        if any(abs(time - other) < 1_800 for other in before):
            repeated += 1
        else:
            before.append(time)
            clicks[article.decode().replace("/", "-"), int(time) // 3_600] += 1
    return clicks, repeated


@contextmanager
def running_service(store: Store, folder: Path, partitions: int) -> Iterator[str]:
    """The real app behind a real HTTP server."""
    engine = make_engine(f"sqlite:///{folder / 'comments.db'}")
    migrate(engine)
    settings = CommentsSettings.model_validate(
        {
            "secret_key": "a secret key of the test",
            "partitions": partitions,
            "api_keys": [{"name": "test", "key": KEY, "scopes": ["cms", "clicks"]}],
        }
    )
    app = assemble(settings, store=store, engine=engine, clock=system_clock)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        engine.dispose()


def logged_clicks(store: Store, partitions: int) -> Counter[tuple[str, int]]:
    """What the event log holds, by article and slot."""
    clicks: Counter[tuple[str, int]] = Counter()
    log = EventLog(store, system_clock, partitions=partitions)
    for partition in range(partitions):
        part = log.read(partition, START)
        for event in part.events if part else []:
            if isinstance(event, ArticleClicked):
                clicks[event.article_id, slot_of(event.occurred_at)] += event.count
    return clicks


@pytest.mark.parametrize("partitions", [1, 4])
def test_the_event_log_holds_the_clicks_that_an_independent_count_finds(
    partitions: int, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "access.log"
    write_log(path)
    clicks, repeated = count(path)

    with running_service(store, tmp_path, partitions) as url:
        arguments = [str(path), "--article", r"^/news/(?P<article_id>[^?]+)\.html$", "--register", "--channel", "zz"]
        environment = {"DATA_DIR": str(tmp_path), "API_KEY": KEY}
        result = CliRunner(env=environment).invoke(replay_command, [*arguments, "--to", url])

    assert result.exit_code == 0, result.output
    assert logged_clicks(store, partitions) == clicks
    assert f"accepted{clicks.total():,}" in result.output.replace(" ", "")
    assert f"repeatedbytheirvisitor{repeated:,}" in result.output.replace(" ", "")
    assert "articlesregistered25" in result.output.replace(" ", "")
    assert repeated > 100
