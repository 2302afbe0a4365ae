"""A slice on its way to the boards: folded once, then put there chunk by chunk.

The position moves in each chunk's script, so a worker that dies leaves the next one to fold the same slice again and go
on where it was. Therefore the order of a slice's items depends on nothing but the slice: what could not be parsed, the
changes of articles, then the articles with sums, each in byte order of the articles. Chunks may be of any size.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeVar

import structlog

from ranking_service import keys
from ranking_service.articles import Article, read_articles
from ranking_service.boards import Boards
from ranking_service.chunk import Chunk
from ranking_service.flight import Flight
from ranking_service.fold import fold
from ranking_service.hand import Folded, Hand, Known
from ranking_service.moves import moves_of
from ranking_service.pace import Pace
from ranking_service.position import Position, new_token
from ranking_service.scripts import Scripts, pack
from ranking_service.sums import Places, Sums
from shared.events import ids_told
from shared.slices import Poison, Slice
from shared.store import Store
from shared.tracing import Attribute, span

CHANGES_A_CHUNK = 20
"""A change of an article touches every board of its channels, so few of them fill a script."""
POISON_A_CHUNK = 100
MOST_WAITING = 1
"""Chunks that wait at Redis behind the one that it is at."""

log = structlog.get_logger()

Item = TypeVar("Item")
Call = tuple[list[str], list[object]]
"""KEYS and ARGV of apply.lua."""


def _nothing() -> None:
    """What is done meanwhile when nothing is."""


class Slices:
    """Puts slices on the boards of their partition."""

    def __init__(self, store: Store, scripts: Scripts, boards: Boards, pace: Pace) -> None:
        self._store = store
        self._scripts = scripts
        self._boards = boards
        self._pace = pace

    def fold(self, taken: Slice) -> Folded:
        """A slice with its sums, ready to be applied."""
        sums = fold(taken.events, self._boards)
        return Folded(taken, sums, sums.slots())

    def read_ahead(self, partition: int, folded: Folded) -> Folded:
        """A slice with the records of its articles, read before its turn has come."""
        token = self._store.hget(keys.position(partition), "records")
        if not token:
            return folded
        return replace(folded, known=Known(token.decode(), read_articles(self._store, partition, [*folded.slots])))

    def apply(
        self, partition: int, position: Position, folded: Folded, meanwhile: Callable[[], None] = _nothing
    ) -> bool:
        """Put what is not done of a slice on the boards; False when another worker was faster.

        `meanwhile` is called once Redis has enough to do: earlier, what it begins would keep Redis waiting.
        """
        taken, sums = folded.taken, folded.sums
        hand = Hand(partition, position, folded)
        named = ids_told(taken.events)
        told: dict[str, Attribute] = {"partition": partition, "events": sums.events, "event_ids": named}
        with span("project a slice", told, "consumer", links=taken.traces):
            if not (self._bury(hand) and self._move(hand) and self._add(hand, meanwhile)):
                return False
        if named:
            log.info("events are on the boards", **told)
        return True

    def _bury(self, hand: Hand) -> bool:
        poison = hand.rest(hand.folded.taken.poison, 0)
        # A slice of nothing that the boards count still moves the cursor.
        parts = [*_parts(poison, POISON_A_CHUNK)] if hand.items else [[]]
        return all(self._bury_part(hand, part) for part in parts)

    def _bury_part(self, hand: Hand, poison: Sequence[Poison]) -> bool:
        sums = Sums(_apply_places(hand.partition))
        letters = [[each.entry_id, each.reason] for each in poison]
        version, fields = hand.advance(len(poison))
        request = {**sums.request(), "slots": [], "dirty": [], "poison": letters, "fields": fields}
        if poison:
            reason = poison[0].reason
            log.warning("events cannot be parsed", partition=hand.partition, events=len(poison), reason=reason)
        return self._scripts.apply(sums.places.keys, version, pack(request), [each.data for each in poison])

    def _move(self, hand: Hand) -> bool:
        changes = hand.rest(sorted(hand.folded.sums.changes.items()), len(hand.folded.taken.poison))
        for part in _parts(changes, CHANGES_A_CHUNK):
            articles = read_articles(self._store, hand.partition, [article_id for article_id, _ in part])
            places, request = moves_of(hand.partition, self._boards, articles, dict(part))
            version, fields = hand.advance(len(part))
            if not self._scripts.move(places, version, {**request, "fields": {**fields, "records": new_token()}}):
                return False
        return True

    def _add(self, hand: Hand, meanwhile: Callable[[], None]) -> bool:
        """Add the sums; while Redis is at a chunk, the next one waits there and the one after that is laid out.

        A chunk that is sent after one that was not let in is not let in either: it expects the version after it.
        """
        sent: deque[dict[str, Article]] = deque()
        with self._scripts.applying() as flight:
            for part in self._pace.parts(self._articles(hand)):
                flight.send(*self._lay_out(hand, part))
                sent.append(part)
                if len(sent) > MOST_WAITING:
                    meanwhile()
                    meanwhile = _nothing
                    if not self._is_let_in(flight, sent.popleft()):
                        return False
            meanwhile()
            return all(self._is_let_in(flight, part) for part in sent)

    def _is_let_in(self, flight: Flight, part: dict[str, Article]) -> bool:
        with span("apply a chunk", {"articles": len(part)}):
            is_let_in = flight.receive()
        self._pace.learn(flight.seconds, part)
        return is_let_in

    def _articles(self, hand: Hand) -> dict[str, Article]:
        """The records of the articles whose sums are still to be added; adding changes none of them."""
        folded = hand.folded
        article_ids = hand.rest([*folded.slots], len(folded.taken.poison) + len(folded.sums.changes))
        # The slice's own changes have given the records another token than the hand began with.
        if folded.known and not folded.sums.changes and folded.known.token == hand.position.records:
            return {article_id: folded.known.articles[article_id] for article_id in article_ids}
        return read_articles(self._store, hand.partition, article_ids)

    def _lay_out(self, hand: Hand, part: dict[str, Article]) -> Call:
        sums = Sums(_apply_places(hand.partition))
        places = [(article_id, slot) for article_id in part for slot in hand.folded.slots[article_id]]
        slots, dirty = Chunk(hand.partition, hand.position, self._boards, part, places).add_to(sums, hand.folded.sums)
        version, fields = hand.advance(len(part))
        request = {**sums.request(), "slots": sorted(slots), "dirty": sorted(dirty), "poison": [], "fields": fields}
        return sums.places.keys, [version, pack(request)]


def _apply_places(partition: int) -> Places:
    return Places(keys.position(partition), keys.slots(partition), keys.dirty(partition), keys.dead_letters(partition))


def _parts(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
