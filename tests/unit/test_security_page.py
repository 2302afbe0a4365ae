"""The page on security: each test that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_every_test_that_the_security_page_names_is_there() -> None:
    named = NAMED.findall((ROOT / "docs" / "security.md").read_text("utf-8"))

    assert len(named) > 80
    missing = [f"{file}::{name}" for file, name in named if not _is_there(file, name)]
    assert missing == []


def test_every_line_of_a_table_there_names_its_test() -> None:
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    tables = [block for block in text.split("\n\n") if "shown by" in block.split("\n")[0]]

    lines = [line for table in tables for line in table.splitlines()[2:]]
    assert len(lines) > 60
    assert [line for line in lines if not NAMED.search(line)] == []


def _is_there(file: str, name: str) -> bool:
    path = ROOT / "tests" / file
    return path.is_file() and f"def {name}(" in path.read_text("utf-8")
