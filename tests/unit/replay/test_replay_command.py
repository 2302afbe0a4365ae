"""The command: what it sends, what it counts, and what it refuses."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.replay.fake_system import FakeSystem, replay, running_system, write_log


@pytest.fixture
def system() -> Iterator[FakeSystem]:
    with running_system() as server:
        yield server


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_log(tmp_path / "access.log")


def summary(output: str) -> dict[str, int]:
    rows = [row.rsplit(maxsplit=1) for row in output.splitlines()]
    return {row[0].strip(): int(row[1].replace(",", "")) for row in rows if len(row) == 2 and row[1][0].isdigit()}


def test_readers_clicks_are_sent_in_order_and_the_rest_is_counted(
    log: Path, system: FakeSystem, tmp_path: Path
) -> None:
    result = replay(log, system, tmp_path)

    assert result.exit_code == 0, result.output
    assert [click["article_id"] for click in system.clicks] == ["one", "two", "one", "two", "one"]
    assert system.clicks[1]["occurred_at"] == "2015-05-17T02:01:00.000Z"
    assert "Line 3 is malformed: neither common nor combined log format." in result.output
    assert summary(result.output) == {
        "lines read": 12,
        "sent": 5,
        "accepted": 5,
        "repeated by their visitor": 0,
        "of unknown articles": 0,
        "left out": 7,
        "malformed": 2,
        "not a GET": 1,
        "not successful": 1,
        "no article": 1,
        "crawler": 2,
        "Googlebot": 1,
        "bingbot": 1,
        "in the future": 0,
        "articles registered": 0,
    }


def test_a_packed_file_and_standard_input_give_the_same(log: Path, system: FakeSystem, tmp_path: Path) -> None:
    packed = tmp_path / "access.log.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))

    first = replay(packed, system, tmp_path)
    second = replay("-", system, tmp_path, "--restart", stdin=log.read_bytes())
    third = replay("-", system, tmp_path, "--restart", stdin=packed.read_bytes())

    assert [each.exit_code for each in (first, second, third)] == [0, 0, 0]
    assert system.clicks[:5] == system.clicks[5:10] == system.clicks[10:]


def test_a_packed_file_that_ends_early_is_sent_so_far_and_then_a_sentence(
    log: Path, system: FakeSystem, tmp_path: Path
) -> None:
    packed = tmp_path / "cut.gz"
    packed.write_bytes(gzip.compress(log.read_bytes())[:-12])

    result = replay(packed, system, tmp_path)

    assert result.exit_code == 1
    assert "Error: cut.gz cannot be read any further" in result.output


def test_a_visitor_is_a_hash_and_no_visitors_sends_none(log: Path, system: FakeSystem, tmp_path: Path) -> None:
    replay(log, system, tmp_path)
    replay(log, system, tmp_path, "--restart", "--no-visitors")

    visitors = {click.get("visitor") for click in system.clicks}
    assert len(visitors) == 2
    assert None in visitors
    assert "192.0.2.7" not in str(system.clicks)


def test_shift_to_now_makes_the_last_line_now_and_keeps_the_distances(
    log: Path, system: FakeSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments_service.replay.command.system_clock", lambda: 1_795_435_200_000)

    replay(log, system, tmp_path, "--shift-to-now")

    times = [click["occurred_at"] for click in system.clicks]
    assert times[0] == "2026-11-23T11:56:00.000Z"
    assert times[-1] == "2026-11-23T12:00:00.000Z"


def test_register_puts_each_unknown_article_once_and_leaves_known_ones_alone(
    log: Path, system: FakeSystem, tmp_path: Path
) -> None:
    system.any_article_is_known = False
    system.articles["two"] = {"title": "As the portal wrote it"}

    result = replay(log, system, tmp_path, "--register", "--channel", "zz", "--site", "https://news.example/")

    assert summary(result.output)["articles registered"] == 1
    assert system.counts == {"one": 3, "two": 2}
    assert system.articles["two"] == {"title": "As the portal wrote it"}
    assert system.articles["one"] == {
        "title": "One",
        "url": "https://news.example/news/one",
        "channels": ["zz"],
        "published_at": "2015-05-17T02:00:00.000Z",
    }


def test_unknown_articles_are_reported_without_register(log: Path, system: FakeSystem, tmp_path: Path) -> None:
    system.any_article_is_known = False
    system.articles["two"] = {}

    result = replay(log, system, tmp_path)

    assert summary(result.output)["of unknown articles"] == 3


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(401, "The API key was refused: No."), (403, "--api-key gives another"), (422, "No. line 1: bad")],
)
def test_a_refusal_is_told_in_a_sentence(
    status: int, sentence: str, log: Path, system: FakeSystem, tmp_path: Path
) -> None:
    system.refusals = [(status, {})]

    result = replay(log, system, tmp_path)

    assert result.exit_code == 1
    assert sentence in result.output


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--article", "("], "is not a regular expression"),
        (["--article", "^/news/"], "needs a named group"),
        (["--register"], "--register needs a --channel"),
        (["--channel", "all"], "'all' is not the name of a channel"),
        (["--to", "localhost:8000"], "is not an address"),
        (["--to", "http://[::1"], "is not an address"),
        (["--position", "/dev/null/position"], "--position names another file"),
    ],
)
def test_a_wrong_option_is_refused_at_once_with_a_sentence(
    options: list[str], sentence: str, log: Path, system: FakeSystem, tmp_path: Path
) -> None:
    result = replay(log, system, tmp_path, *options)

    assert result.exit_code != 0
    assert sentence in " ".join(result.output.split())
    assert not system.clicks


@pytest.mark.parametrize("file", ["missing.log", "."])
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(file: str, system: FakeSystem, tmp_path: Path) -> None:
    result = replay(tmp_path / file, system, tmp_path)

    assert result.exit_code == 1
    assert "cannot be read" in result.output


def test_an_empty_file_has_nothing_to_send(system: FakeSystem, tmp_path: Path) -> None:
    (tmp_path / "empty.log").touch()

    result = replay(tmp_path / "empty.log", system, tmp_path, "--shift-to-now")

    assert result.exit_code == 0
    assert "No line to read." in result.output
