"""Rules: which comments wait for a moderator, per channel and article, as rules.toml says."""

import re
import tomllib
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from comments_service.tables import Article
from shared.clock import DAY_MS
from shared.names import ALL_CHANNEL, CHANNEL

DEFAULT_FILE = Path(__file__).parent / "rules.toml"


class Mode(StrEnum):
    """What becomes of new comments: published at once, held for a moderator first (先审后发), or refused."""

    OPEN = "open"
    MODERATED = "moderated"
    CLOSED = "closed"


STRICTNESS = tuple(Mode)


class Rules(BaseModel):
    """The rules of a channel; a 0 turns a rule off where rules.toml says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = Mode.OPEN
    close_after_days: int = Field(0, ge=0, le=36_500)
    first_comments_held: int = Field(0, ge=0, le=1_000)
    new_reader_minutes: int = Field(0, ge=0, le=525_600)
    most_links: int = Field(2, ge=0, le=2_000)
    reports_to_queue: int = Field(3, ge=1, le=1_000)
    repeat_minutes: int = Field(60, ge=0, le=10_080)
    repeat_letters: int = Field(10, ge=1, le=2_000)
    flood_per_minute: int = Field(120, ge=1, le=1_000_000)


def _strictest_mode(modes: Iterable[Mode]) -> Mode:
    return max(modes, key=STRICTNESS.index)


def _least_but_zero(values: Iterable[int]) -> int:
    return min((value for value in values if value), default=0)


STRICTEST: dict[str, Callable[[Iterable[Any]], Any]] = {
    "mode": _strictest_mode,
    "close_after_days": _least_but_zero,
    "first_comments_held": max,
    "new_reader_minutes": max,
    "most_links": min,
    "reports_to_queue": min,
    "repeat_minutes": max,
    "repeat_letters": min,
    "flood_per_minute": min,
}
"""How the rules of several channels are one."""


class RuleBook:
    """The rules of every channel."""

    def __init__(self, rules: Rules, by_channel: dict[str, Rules]) -> None:
        self._rules = rules
        self._by_channel = by_channel
        # The same for every post; articles' lists of channels are few.
        self._of = lru_cache(maxsize=1_024)(self._strictest)

    def of(self, channels: Iterable[str]) -> Rules:
        """The strictest rules of these channels."""
        return self._of(tuple(channels))

    def _strictest(self, channels: tuple[str, ...]) -> Rules:
        found = [self._by_channel.get(channel, self._rules) for channel in channels]
        if not found:
            return self._rules
        strictest = {name: choose([getattr(each, name) for each in found]) for name, choose in STRICTEST.items()}
        return Rules.model_construct(**strictest)

    def mode_of(self, article: Article, now: int) -> Mode:
        """What becomes of an article's new comments.

        A moderator's word stands; without one it is the strictest of what the CMS and the article's channels say.
        """
        if article.moderators_mode is not None:
            return Mode(article.moderators_mode)
        rules = self.of(article.channels)
        days = _least_but_zero([article.close_after_days or 0, rules.close_after_days])
        if days and now >= article.published_at + days * DAY_MS:
            return Mode.CLOSED
        return _strictest_mode([Mode(article.comments_mode), rules.mode])


def load_rules(file: Path = DEFAULT_FILE) -> RuleBook:
    """Read rules.toml; ends the process with a sentence when it is wrong."""
    try:
        common = tomllib.loads(file.read_text("utf-8"))
        channels: dict[str, dict[str, Any]] = common.pop("channels", {})
        by_channel = {name: Rules(**{**common, **table}) for name, table in channels.items()}
        if wrong := [name for name in channels if not re.fullmatch(CHANNEL, name) or name == ALL_CHANNEL]:
            raise ValueError(f"{', '.join(wrong)} is no channel")
        return RuleBook(Rules(**common), by_channel)
    except (OSError, TypeError, AttributeError, ValueError) as error:
        # ValueError is that of pydantic, of TOML and of UTF-8; the others tell of values where tables should be.
        raise SystemExit(f"{file} does not describe rules: {error}") from None
