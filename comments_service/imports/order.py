"""The order of an article's records: as they were written, no reply before what it answers, no circle."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

from comments_service.imports.record import Record
from comments_service.status import Status


@dataclass(frozen=True, slots=True)
class Ordered:
    """A record with the id (of its source) of what it answers: another new one, or one that is stored already."""

    number: int
    record: Record
    parent: str | None

    @property
    def is_moved(self) -> bool:
        """Whether it answered something else in its source."""
        return self.parent != self.record.parent


Fresh = Mapping[str, tuple[int, Record]]
Parents = dict[str, str | None]


def order(
    records: Sequence[tuple[int, Record]], stored: Container[str], parent_of: Callable[[str], str | None]
) -> list[Ordered]:
    """Records in the order of their floors; `parent_of` knows the parents of rows that are left out.

    A reply whose parent is not there answers what that one answered; where nothing is left it stands at the top. So
    does the earliest of those whose parents form a circle.
    """
    fresh = {record.source_id: (number, record) for number, record in records}
    parents = {each: _nearest(record, fresh, stored, parent_of) for each, (_, record) in fresh.items()}
    _cut_circles(parents, fresh)
    places = _places(parents, fresh)
    return [Ordered(*fresh[each], parents[each]) for each in sorted(fresh, key=lambda each: places[each])]


def without_empty_places(ordered: Sequence[Ordered]) -> tuple[list[Ordered], list[Ordered]]:
    """What is to be stored, and the deleted comments that nobody answers, for which no place has to be kept."""
    kept: list[Ordered] = []
    empty: list[Ordered] = []
    above: set[str | None] = set()
    for each in reversed(ordered):
        if each.record.status is Status.DELETED and each.record.source_id not in above:
            empty.append(each)
            continue
        kept.append(each)
        above.add(each.parent)
    return kept[::-1], empty[::-1]


def _nearest(
    record: Record, fresh: Fresh, stored: Container[str], parent_of: Callable[[str], str | None]
) -> str | None:
    above, seen = record.parent, {record.source_id}
    while above is not None and above not in fresh and above not in stored:
        if above in seen:
            return None
        seen.add(above)
        above = parent_of(above)
    return None if above == record.source_id else above


def _cut_circles(parents: Parents, fresh: Fresh) -> None:
    sound: set[str] = set()
    for start in fresh:
        path: dict[str, None] = {}
        each: str | None = start
        while each is not None and each in fresh and each not in sound and each not in path:
            path[each] = None
            each = parents[each]
        if each is not None and each in path:
            walked = list(path)
            circle = walked[walked.index(each) :]
            parents[min(circle, key=lambda one: fresh[one][0])] = None
        sound.update(path)


def _places(parents: Parents, fresh: Fresh) -> dict[str, tuple[int, int, int]]:
    """When each comes, how deep and in which row: not before what it answers, whatever its own time says."""
    places: dict[str, tuple[int, int, int]] = {}
    for start in fresh:
        path: list[str] = []
        each: str | None = start
        while each is not None and each in fresh and each not in places:
            path.append(each)
            each = parents[each]
        for each in reversed(path):
            number, record = fresh[each]
            earliest, depth, _ = places.get(parents[each] or "", (0, -1, 0))
            places[each] = max(record.created_at, earliest), depth + 1, number
    return places
