"""`words-import`: a file of words, one a line, put into a tier of the list; `words-test`: what it says of a text."""

import re
from collections.abc import Iterable
from pathlib import Path

import click

from comments_service.words.verdict import Tier
from comments_service.words.word_filter import WordFilter
from comments_service.words.word_list import WordList
from shared.names import ALL_CHANNEL, CHANNEL
from shared.sentences import errors_as_sentences

TIERS = click.Choice([tier.value for tier in Tier])
LINES_SHOWN = 20


def make_words_command(words: WordList) -> click.Command:
    """The command on a word list."""

    @click.command("words-import")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--tier", type=TIERS, required=True, help="What happens to a comment with one of these words.")
    @click.option("--channel", default="", callback=_check_channel, help="The channel; every channel without it.")
    @click.option("--encoding", default="utf-8-sig", show_default=True, help="Such as gb18030.")
    def import_words(file: Path, tier: str, channel: str, encoding: str) -> None:
        """Put the words of FILE, one a line, on the list. Blank lines and lines that begin with # are left out.

        All of them are put together or none is; lines that are no word are named and left out. Importing again
        changes nothing.
        """
        usable, refused = _sort_out(words, _read(file, encoding))
        with errors_as_sentences():
            put = words.put(usable, Tier(tier), channel, file=file.name)
        for line in refused[:LINES_SHOWN]:
            click.echo(line, err=True)
        click.echo(
            f"{put.added} words added, {put.changed} moved to {tier}, {put.unchanged} were there, "
            f"{len(refused)} lines left out."
        )

    return import_words


def make_test_command(word_filter: WordFilter) -> click.Command:
    """The command on a word filter."""

    @click.command("words-test")
    @click.argument("text")
    @click.option("--channel", default="", callback=_check_channel, help="As if it stood in this channel.")
    def test_words(text: str, channel: str) -> None:
        """Say which words of the list are in TEXT, and where: from a character up to but not including another."""
        with errors_as_sentences():
            verdict = word_filter.current().judge({"text": text}, [channel] if channel else [])
        for hit in verdict.hits:
            click.echo(f"{hit.tier}: {hit.word} at {hit.start}-{hit.end} ({text[hit.start : hit.end]})")
        if verdict.masked["text"] != text:
            click.echo(f"masked: {verdict.masked['text']}")
        if not verdict.hits:
            click.echo("No word was found.")

    return test_words


def _check_channel(_: click.Context, __: click.Parameter, channel: str) -> str:
    if channel and (channel == ALL_CHANNEL or not re.fullmatch(CHANNEL, channel)):
        raise click.BadParameter("is no channel")
    return channel


def _read(file: Path, encoding: str) -> list[str]:
    try:
        return file.read_text(encoding).splitlines()
    except (UnicodeError, LookupError, OSError) as error:
        raise click.ClickException(f"{file} cannot be read as {encoding}: {error}") from error


def _sort_out(words: WordList, lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """The words among the lines, and what is wrong with the others."""
    usable, refused = [], []
    for number, line in enumerate(lines, 1):
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        try:
            words.check(word)
        except ValueError as error:
            refused.append(f"line {number}: {error}")
        else:
            usable.append(word)
    return usable, refused
