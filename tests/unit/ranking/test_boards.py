"""boards.toml: what it may say, and the sentence that ends the process when it says something else."""

from pathlib import Path

import pytest

from ranking_service.boards import Metric, load_boards

BOARD = '[boards.daily]\nzh = "今日"\nen = "Today"\nslots = 24\n'


def test_the_default_boards_are_those_of_the_contract() -> None:
    boards = load_boards()

    windows = {board.name: board.slots for board in boards}
    assert windows == {"total": None, "daily": 24, "three-day": 72, "weekly": 168, "monthly": 720, "hot": None}
    total, hot = boards.find("click"), boards.find("hot")
    assert total is boards.find("total") is not None
    assert hot is not None
    assert (hot.half_life_hours, hot.weights.clicks, hot.weights.comments) == (24, 1, 10)
    assert hot.metrics == (Metric.MIXED,)
    assert boards.windows == (24, 72, 168, 720)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "No such file"),
        ("boards = [", "does not describe boards"),
        ("", "'boards'"),
        ("boards = 3", "does not describe boards"),
        ("[boards.daily]\nslots = 24", "zh"),
        (BOARD + "colour = 1", "colour"),
        (BOARD.replace("24", "0"), "slots"),
        (BOARD.replace("24", "'day'"), "slots"),
        (BOARD + "half_life_hours = 24", "not both"),
        (BOARD.replace("daily", "Daily"), "a-z, 0-9 and -"),
        (BOARD + 'aliases = ["to day"]', "a-z, 0-9 and -"),
        ('[boards.total]\nzh = "总"\nen = "All"', "no board with slots"),
        ("[boards]", "no board with slots"),
        (BOARD + '[boards.other]\nzh = "b"\nen = "b"\naliases = ["daily"]', "daily"),
        (BOARD.replace("daily", "clicks"), "name of a metric"),
    ],
)
def test_a_broken_file_ends_with_a_sentence(tmp_path: Path, text: str | None, says: str) -> None:
    file = tmp_path / "boards.toml"
    if text is not None:
        file.write_text(text, "utf-8")

    with pytest.raises(SystemExit) as ended:
        load_boards(file)

    assert str(file) in str(ended.value)
    assert says in str(ended.value)


def test_a_file_that_is_no_text_ends_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    file.write_bytes(b"\xff\xfe[boards]")

    with pytest.raises(SystemExit) as ended:
        load_boards(file)

    assert str(file) in str(ended.value)


def test_the_ledger_is_kept_for_thirty_half_lives(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    file.write_text(BOARD + '[boards.hot]\nzh = "热"\nen = "Hot"\nhalf_life_hours = 1.5\n', "utf-8")

    assert load_boards(file).windows == (24, 45)


def test_the_signature_changes_with_a_boards_meaning_and_not_with_its_words(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"

    def signature(text: str) -> str:
        file.write_text(text, "utf-8")
        return load_boards(file).signature

    first = signature(BOARD)
    assert signature(BOARD.replace("今日", "今天")) == first
    assert signature(BOARD.replace("24", "25")) != first
    assert signature(BOARD.replace("daily", "today")) != first
