"""The options of the replay command: checked at once, each refusal a sentence."""

import re
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlsplit

import click
import msgspec

from comments_service.pages import compile_pattern
from shared.names import ALL_CHANNEL, CHANNEL

MOST_CHANNELS = 8


@dataclass(frozen=True, kw_only=True)
class Options:
    """One call of the command."""

    file: str
    article: tuple[re.Pattern[str], ...]
    to: str
    api_key: str
    register: bool
    channel: tuple[str, ...]
    site: str | None
    shift_to_now: bool
    visitors: bool
    visitor_key: str | None
    position: Path | None
    restart: bool

    def __post_init__(self) -> None:
        if self.register and not self.channel:
            raise click.UsageError("--register needs a --channel to put the articles into.")

    @property
    def registered_site(self) -> str:
        """What stands before the paths of registered articles."""
        return self.site or self.to

    def plan(self) -> str:
        """The digest of everything that decides what is sent where, without the API key."""
        parts = (
            self.to,
            [pattern.pattern for pattern in self.article],
            (self.registered_site, self.channel) if self.register else None,
            self.shift_to_now,
            (self.visitor_key or "") if self.visitors else None,
        )
        return blake2b(msgspec.json.encode(parts), digest_size=16).hexdigest()


def parse_patterns(
    _context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]
) -> tuple[re.Pattern[str], ...]:
    """The compiled `--article` patterns."""
    try:
        return tuple(compile_pattern(text) for text in texts)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def parse_base_url(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    """An http or https address without its last slash."""
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise click.BadParameter(f"{text!r} is not an address such as http://127.0.0.1:8000.")
    return text.rstrip("/")


def parse_channels(_context: click.Context, _parameter: click.Parameter, channels: tuple[str, ...]) -> tuple[str, ...]:
    """The channels, each once, at most eight."""
    if len(set(channels)) > MOST_CHANNELS:
        raise click.BadParameter(f"An article is in {MOST_CHANNELS} channels at most.")
    for channel in channels:
        if channel == ALL_CHANNEL or not re.fullmatch(CHANNEL, channel):
            raise click.BadParameter(f"{channel!r} is not the name of a channel.")
    return tuple(dict.fromkeys(channels))
