"""Rules: read from a file once, refused with a sentence, and strictest where channels meet."""

from pathlib import Path

import pytest

from comments_service.rules import DEFAULT_FILE, Rules, load_rules


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rules.toml"


def test_the_file_that_comes_along_says_what_the_defaults_are() -> None:
    assert load_rules(DEFAULT_FILE).of([]) == Rules()


def test_a_channels_table_changes_what_it_names_alone(file: Path) -> None:
    file.write_text("most_links = 5\nreports_to_queue = 7\n[channels.zz]\nmost_links = 1\n")

    rules = load_rules(file).of(["zz"])

    assert (rules.most_links, rules.reports_to_queue) == (1, 7)


def test_the_strictest_of_several_channels_holds(file: Path) -> None:
    file.write_text(
        '[channels.a]\nmode = "closed"\nclose_after_days = 9\nfirst_comments_held = 1\n'
        '[channels.b]\nmode = "moderated"\nclose_after_days = 3\nmost_links = 0\nrepeat_letters = 4\n'
    )

    rules = load_rules(file).of(["a", "b", "c"])

    assert rules == Rules(mode="closed", close_after_days=3, first_comments_held=1, most_links=0, repeat_letters=4)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("most_links = -1", "most_links"),
        ('mode = "shut"', "mode"),
        ("colour = 1", "colour"),
        ("[channels.all]\nmost_links = 1", "all is no channel"),
        ('[channels."a b"]\nmost_links = 1', "a b is no channel"),
        ("[channels.zz]\ncolour = 1", "colour"),
        ("channels = 1", "rules"),
        ("[channels]\nzz = 1", "rules"),
        ("mode =", "rules"),
    ],
)
def test_a_wrong_file_ends_the_process_with_a_sentence(file: Path, text: str, named: str) -> None:
    file.write_text(text)

    with pytest.raises(SystemExit, match=named):
        load_rules(file)


def test_a_missing_file_ends_the_process_with_a_sentence(file: Path) -> None:
    with pytest.raises(SystemExit, match=r"rules\.toml"):
        load_rules(file)
