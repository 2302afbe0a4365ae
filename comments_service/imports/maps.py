"""`--map`: which page is which article, as patterns or as a file of addresses and ids."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from comments_service.imports.errors import ImportStopped
from comments_service.pages import compile_pattern
from shared.names import ARTICLE_ID


@dataclass(frozen=True)
class PageMap:
    """What the newsroom says of its pages."""

    patterns: list[re.Pattern[str]] = field(default_factory=list)
    table: dict[str, str] = field(default_factory=dict)


def read_maps(values: Iterable[str]) -> PageMap:
    """The maps of the command line: what names a group is a pattern, everything else a file. Raises ImportStopped."""
    found = PageMap()
    for value in values:
        if "(?P<" in value:
            found.patterns.append(_pattern(value))
        else:
            found.table.update(_table(Path(value)))
    return found


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return compile_pattern(text)
    except ValueError as error:
        raise ImportStopped(str(error)) from error


def _table(path: Path) -> dict[str, str]:
    """Lines of an address, blanks and an article id; blank lines and lines that begin with # say nothing."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        raise ImportStopped(f"{path} is neither a pattern with a named group nor a file of UTF-8 text.") from error
    table: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        address, _, article_id = line.strip().rpartition(" ") if "\t" not in line else line.strip().rpartition("\t")
        if not address or not re.fullmatch(ARTICLE_ID[1:-1], article_id):
            raise ImportStopped(
                f"{path}, line {number}: an address and an article id are wanted, with a blank between."
            )
        table[address.strip()] = article_id
    return table
