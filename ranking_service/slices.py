"""A slice on its way to the boards: folded once, then put there chunk by chunk.

The position moves in each chunk's script, so a worker that dies leaves the next one to fold the same slice again and
go on at the next chunk. Therefore chunks depend on nothing but the slice: what could not be parsed, the changes of
articles, then the sums, each in byte order of the articles.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

import structlog

from ranking_service import keys
from ranking_service.articles import read_articles
from ranking_service.boards import Boards
from ranking_service.chunk import Chunk
from ranking_service.fold import ArticleChange, Fold, fold, split
from ranking_service.moves import moves_of
from ranking_service.position import Position
from ranking_service.scripts import Scripts
from ranking_service.sums import Places, Sums
from shared.event_log import Poison, Slice
from shared.events import ids_told
from shared.store import Store
from shared.tracing import Attribute, span

CHANGES_A_CHUNK = 20
"""A change of an article touches every board of its channels, so few of them fill a script."""

log = structlog.get_logger()

Item = TypeVar("Item")


@dataclass(frozen=True)
class Poisoned:
    """A chunk of what could not be parsed."""

    poison: Sequence[Poison]


@dataclass(frozen=True)
class Changed:
    """A chunk of changes of articles."""

    changes: dict[str, ArticleChange]


@dataclass(frozen=True)
class Counted:
    """A chunk of articles whose sums go on the boards."""

    folded: Fold


class Slices:
    """Puts slices on the boards of their partition."""

    def __init__(self, store: Store, scripts: Scripts, boards: Boards) -> None:
        self._store = store
        self._scripts = scripts
        self._boards = boards

    def apply(self, partition: int, position: Position, taken: Slice, chunk_size: int) -> bool:
        """Put a slice on the boards from the position's chunk on; False when another worker was faster."""
        folded = fold(taken.events, self._boards)
        named = ids_told(taken.events)
        told: dict[str, Attribute] = {"partition": partition, "events": folded.events, "event_ids": named}
        with span("project a slice", told, "consumer", links=taken.traces):
            if not self._put_all(partition, position, taken, folded, chunk_size):
                return False
        if named:
            log.info("events are on the boards", **told)
        return True

    def _put_all(self, partition: int, position: Position, taken: Slice, folded: Fold, chunk_size: int) -> bool:
        """Put the chunks that are left; False when another worker was faster."""
        chunks = _chunks(folded, taken.poison, chunk_size)
        for number in range(position.chunk, len(chunks)):
            is_last = number + 1 == len(chunks)
            fields = _finished(position, folded, taken) if is_last else _begun(taken, number + 1, chunk_size)
            if not self._put(partition, position, chunks[number], fields):
                return False
            position = replace(position, version=position.version + 1)
        return True

    def _put(
        self,
        partition: int,
        position: Position,
        chunk: Poisoned | Changed | Counted,
        fields: dict[str, object],
    ) -> bool:
        match chunk:
            case Changed(changes):
                return self._move(partition, position, changes, fields)
            case Counted(folded):
                return self._add(partition, position, folded, fields)
            case Poisoned(poison):
                return self._bury(partition, position, poison, fields)

    def _move(
        self,
        partition: int,
        position: Position,
        changes: dict[str, ArticleChange],
        fields: dict[str, object],
    ) -> bool:
        articles = read_articles(self._store, partition, list(changes))
        places, request = moves_of(partition, self._boards, articles, changes)
        return self._scripts.move(places, position.version, {**request, "fields": fields})

    def _add(self, partition: int, position: Position, folded: Fold, fields: dict[str, object]) -> bool:
        articles = read_articles(self._store, partition, folded.article_ids())
        sums = Sums(_apply_places(partition))
        chunk = Chunk(partition, position, self._boards, articles)
        slots, dirty = chunk.add_to(sums, folded)
        request = {**sums.request(), "slots": sorted(slots), "dirty": sorted(dirty), "poison": [], "fields": fields}
        return self._scripts.apply(sums.places.keys, position.version, request)

    def _bury(self, partition: int, position: Position, poison: Sequence[Poison], fields: dict[str, object]) -> bool:
        sums = Sums(_apply_places(partition))
        letters = [[each.entry_id, each.reason] for each in poison]
        request = {**sums.request(), "slots": [], "dirty": [], "poison": letters, "fields": fields}
        if poison:
            log.warning("events cannot be parsed", partition=partition, events=len(poison), reason=poison[0].reason)
        return self._scripts.apply(sums.places.keys, position.version, request, [each.data for each in poison])


def _apply_places(partition: int) -> Places:
    return Places(keys.position(partition), keys.slots(partition), keys.dirty(partition), keys.dead_letters(partition))


def _chunks(folded: Fold, poison: Sequence[Poison], size: int) -> list[Poisoned | Changed | Counted]:
    chunks: list[Poisoned | Changed | Counted] = []
    chunks += [Poisoned(part) for part in _parts(poison, size)]
    chunks += [Changed(dict(part)) for part in _parts(sorted(folded.changes.items()), CHANGES_A_CHUNK)]
    chunks += [Counted(part) for part in split(folded, size)]
    # A slice of nothing that the boards count still moves the cursor.
    return chunks or [Poisoned([])]


def _parts(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def buried_in(poison: Iterable[Poison]) -> dict[str, frozenset[int]]:
    """The places of poison by entry."""
    places: dict[str, set[int]] = {}
    for each in poison:
        places.setdefault(each.entry_id, set()).add(each.place)
    return {entry: frozenset(found) for entry, found in places.items()}


def _begun(taken: Slice, chunk: int, chunk_size: int) -> dict[str, object]:
    buried = (f"{entry}:{','.join(map(str, sorted(places)))}" for entry, places in buried_in(taken.poison).items())
    return {"until": taken.until, "chunk": chunk, "chunk_size": chunk_size, "buried": " ".join(buried)}


def _finished(position: Position, folded: Fold, taken: Slice) -> dict[str, object]:
    return {
        "cursor": taken.until,
        "until": "",
        "chunk": "",
        "chunk_size": "",
        "buried": "",
        "projected": position.projected + folded.events + len(taken.poison),
        "newest": max(position.newest, folded.newest),
    }
