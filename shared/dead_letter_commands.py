"""`deadletter list | retry | drop`: what an operator does about the events that a service could not parse."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from itertools import islice

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.clock import to_rfc3339
from shared.dead_letters import DeadLetter, DeadLetters
from shared.events import UNREADABLE, decode_letter
from shared.sentences import errors_as_sentences

SHOWN_BYTES = 120
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON list.")
ALL = click.option("--all", "is_all", is_flag=True, help="Every letter.")
IDS = click.argument("ids", nargs=-1)


@dataclass(frozen=True)
class Outcome:
    """What became of a letter: `retried`, `dropped`, `unreadable` (it stays) or `gone` (there is none of this id)."""

    id: str
    outcome: str
    reason: str | None = None


def make_dead_letter_commands(letters: DeadLetters) -> click.Group:
    """The commands on the dead letters of a service."""

    @click.group("deadletter")
    def group() -> None:
        """Events that could not be parsed: look at them, retry them, drop them."""

    @group.command("list")
    @click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="How many, the oldest first.")
    @AS_JSON
    def list_letters(limit: int, as_json: bool) -> None:
        """Show the letters with the reason why each could not be parsed."""
        with errors_as_sentences():
            found = list(islice(letters.all(), limit))
        if as_json:
            click.echo(msgspec.json.encode([_told(each) for each in found]))
        else:
            _print_letters(found)

    @group.command("retry")
    @IDS
    @ALL
    @click.option("--as", "mended", help="The event as it should have been, in the place of what one letter holds.")
    @AS_JSON
    def retry(ids: tuple[str, ...], is_all: bool, mended: str | None, as_json: bool) -> None:
        """Read letters again: what this version can parse counts once, the rest stays. Exit status 1 if any stays."""
        if mended is not None and (is_all or len(ids) != 1):
            raise click.UsageError("--as mends one letter: name its id.")
        data = None if mended is None else mended.encode()
        _settle(letters, ids, is_all, lambda letter: _retry(letters, letter, data), as_json)

    @group.command("drop")
    @IDS
    @ALL
    @click.confirmation_option("--yes", prompt="What these letters hold is lost for good. Drop them?")
    @AS_JSON
    def drop(ids: tuple[str, ...], is_all: bool, as_json: bool) -> None:
        """Forget letters for good."""
        _settle(
            letters,
            ids,
            is_all,
            lambda letter: Outcome(letter.id, "dropped" if letters.drop(letter) else "gone"),
            as_json,
        )

    return group


def _retry(letters: DeadLetters, letter: DeadLetter, mended: bytes | None) -> Outcome:
    try:
        events = decode_letter(letter.data if mended is None else mended)
    except UNREADABLE as error:
        return Outcome(letter.id, "unreadable", str(error))
    return Outcome(letter.id, "retried" if letters.retry(letter, events) else "gone")


def _settle(
    letters: DeadLetters, ids: tuple[str, ...], is_all: bool, settle: Callable[[DeadLetter], Outcome], as_json: bool
) -> None:
    """Settle each letter in a step of its own, tell of all, and end with status 1 if any was not settled."""
    if is_all == bool(ids):
        raise click.UsageError("Name letters by their ids, or all of them by --all.")
    with errors_as_sentences():
        outcomes = list(_outcomes(letters, ids, settle))
    if as_json:
        click.echo(msgspec.json.encode([asdict(each) for each in outcomes]))
    else:
        _print_outcomes(outcomes)
    if any(each.outcome in {"unreadable", "gone"} for each in outcomes):
        raise SystemExit(1)


def _outcomes(letters: DeadLetters, ids: tuple[str, ...], settle: Callable[[DeadLetter], Outcome]) -> Iterable[Outcome]:
    if not ids:
        yield from map(settle, letters.all())
    for letter_id in ids:
        letter = letters.find(letter_id)
        yield settle(letter) if letter else Outcome(letter_id, "gone")


def _told(letter: DeadLetter) -> dict[str, object]:
    """A letter for machines: whole, with its times readable."""
    told = asdict(letter) | {"appended_at": to_rfc3339(letter.appended_at)}
    return told | {"data": letter.data.decode("utf-8", "backslashreplace")}


def _print_letters(letters: list[DeadLetter]) -> None:
    table = Table(box=None, header_style="bold")
    # An id that is cut short cannot be typed.
    table.add_column("id", no_wrap=True, min_width=max((len(each.id) for each in letters), default=0))
    for name in ("consumer", "appended at", "reason", "holds"):
        table.add_column(name, overflow="fold")
    for each in letters:
        # As Python writes bytes: whatever they are, the terminal is told no command.
        holds = repr(each.data[:SHOWN_BYTES])[2:-1] + ("…" if len(each.data) > SHOWN_BYTES else "")
        cells = (each.id, each.consumer, to_rfc3339(each.appended_at), each.reason, holds)
        table.add_row(*(Text(cell) for cell in cells))
    console = Console()
    if letters:
        console.print(table)
    else:
        console.print("There are no dead letters.")


def _print_outcomes(outcomes: list[Outcome]) -> None:
    console = Console(highlight=False)
    for each in outcomes:
        if each.outcome in {"unreadable", "gone"}:
            console.print(f"{each.id}: {each.reason or 'there is no such letter'}", markup=False)
    counts = Counter(each.outcome for each in outcomes)
    console.print(
        ", ".join(f"{count:,} {outcome}" for outcome, count in counts.items()) or "There are no dead letters."
    )
