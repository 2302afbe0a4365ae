"""The lookup: what raw boards do not tell of themselves and of their articles, remembered for as long as it holds.

Tokens come with the boards and tell that it has not changed: articles' records change when one is put or withdrawn,
best ranks and the ranks of an hour ago at an hour's end, overlays when an editor changes one. What is remembered costs
no round trip; what is not costs one, and one more where an overlay is not, which may name articles itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from ranking_service import keys
from ranking_service.articles import Article, decode_article
from ranking_service.freezes import Frozen, decode_frozen
from ranking_service.overlay import Overlay, decode_overlay
from ranking_service.reader import Moment, RawBoard
from ranking_service.round_trips import Command, RoundTrips
from shared.clock import HOUR_MS, slot_of
from shared.partitions import partition_of

MOST_ARTICLES = 20_000
"""Remembered: some 10 MiB."""
MOST_LISTS = 5_000
"""Ranked lists of which the best ranks of some thirty articles each are remembered, and the hundred of an hour ago."""
MOST_OVERLAYS = 50_000
"""Nearly all are empty."""

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """What was found under a token; with another token it is forgotten, and when there is too much of it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: tuple[str, dict[str, Value]] = ("", {})

    def under(self, token: str) -> dict[str, Value]:
        """What was found under a token, to be read and added to; without a token nothing is remembered."""
        kept_under, found = self._kept
        if not token or token != kept_under or len(found) >= self._most:
            # Never emptied but replaced: a thread that reads under the token before goes on with what it has.
            found = {}
            self._kept = (token, found)
        return found


class Found(NamedTuple):
    """What is known of a board and of its articles."""

    overlay: Overlay
    articles: Mapping[str, Article]
    peaks: Mapping[str, int]
    """Article id -> the best rank it ever had at an hour's end, 0 for none."""
    an_hour_ago: Frozen | None
    """None when nothing was frozen then."""
    deep_scores: Mapping[str, float]
    """The stored scores of pinned articles that stand below what was read."""


class _Question(NamedTuple):
    command: Command
    names: Sequence[str]
    """What the reply tells of: a list of each in its order, anything else of the only one."""
    decode: Callable[[Any], Any]
    into: dict[str, Any]


class Lookup:
    """Looks up what boards do not tell."""

    def __init__(self, trips: RoundTrips, partitions: int) -> None:
        self._trips = trips
        self._partitions = partitions
        self._articles: Remembered[Article] = Remembered(MOST_ARTICLES)
        self._peaks: Remembered[dict[str, int]] = Remembered(MOST_LISTS)
        self._frozen: Remembered[bytes | None] = Remembered(MOST_LISTS)
        self._overlays: Remembered[Overlay] = Remembered(MOST_OVERLAYS)

    def find(self, moment: Moment, boards: Sequence[RawBoard]) -> list[Found]:
        """What is known of each board, in one round trip for all that is not remembered."""
        questions: list[_Question] = []
        overlays = self._known_overlays(moment, boards)
        names = [names_of(raw, overlay) for raw, overlay in zip(boards, overlays, strict=True)]
        articles = self._known_articles(moment, names, questions)
        fields = [keys.field(raw.channel, raw.ranking) for raw in boards]
        peaks = self._known_peaks(moment, fields, names, questions)
        frozen = self._known_freezes(moment, fields, questions)
        deep = [self._ask_deep(raw, overlay, questions) for raw, overlay in zip(boards, overlays, strict=True)]
        self._answer(questions)
        return [
            Found(overlay, articles, best, decode_frozen(then) if (then := frozen.get(field)) else None, scores)
            for overlay, field, best, scores in zip(overlays, fields, peaks, deep, strict=True)
        ]

    def _known_overlays(self, moment: Moment, boards: Sequence[RawBoard]) -> list[Overlay]:
        """The overlay of each board."""
        # What another version wrote without a token is seen within the hour.
        token = f"{moment.overlaid} {slot_of(moment.now_ms)}" if moment.overlaid else ""
        known = self._overlays.under(token)
        wanted = [keys.overlay(raw.channel, raw.ranking.board.name) for raw in boards]
        unknown = [key for key in wanted if key not in known]
        self._answer([_Question(("HGETALL", key), [key], decode_overlay, known) for key in unknown])
        return [known[key] for key in wanted]

    def _known_articles(
        self, moment: Moment, names_of_boards: Sequence[Sequence[str]], questions: list[_Question]
    ) -> Mapping[str, Article]:
        """The records of articles, of which some come with the answers to the questions."""
        tokens = [position.records for position in moment.positions]
        known = self._articles.under(" ".join(tokens) if all(tokens) else "")
        unknown: dict[int, dict[str, None]] = {}
        for name in [name for names in names_of_boards for name in names if name not in known]:
            unknown.setdefault(partition_of(name, self._partitions), {})[name] = None
        for partition, missing in unknown.items():
            command = ("HMGET", keys.articles(partition), *missing)
            questions.append(_Question(command, [*missing], decode_article, known))
        return known

    def _known_peaks(
        self,
        moment: Moment,
        fields: Sequence[str],
        names_of_boards: Sequence[Sequence[str]],
        questions: list[_Question],
    ) -> Sequence[Mapping[str, int]]:
        """The best ranks on each board; before the first merge there are none."""
        if not moment.merged:
            return [{}] * len(fields)
        lists = self._peaks.under(moment.merged)
        found = []
        for field, names in zip(fields, names_of_boards, strict=True):
            peaks = lists.setdefault(field, {})
            if unknown := [name for name in names if name not in peaks]:
                questions.append(_Question(("HMGET", keys.peaks_of(field), *unknown), unknown, _rank, peaks))
            found.append(peaks)
        return found

    def _known_freezes(
        self, moment: Moment, fields: Sequence[str], questions: list[_Question]
    ) -> Mapping[str, bytes | None]:
        """Each list of an hour ago as it was frozen."""
        if not moment.merged:
            return {}
        slot = slot_an_hour_ago(moment.now_ms)
        known = self._frozen.under(f"{moment.merged} {slot}")
        unknown = [field for field in fields if field not in known]
        questions += [_Question(("HGET", keys.frozen(slot), field), [field], _as_it_is, known) for field in unknown]
        return known

    def _ask_deep(self, raw: RawBoard, overlay: Overlay, questions: list[_Question]) -> Mapping[str, float]:
        scores: dict[str, float] = {}
        for name in deep_pins(raw, overlay):
            board = keys.board(partition_of(name, self._partitions), raw.channel, raw.ranking)
            questions.append(_Question(("ZSCORE", board, name), [name], _score, scores))
        return scores

    def _answer(self, questions: Sequence[_Question]) -> None:
        replies = self._trips.run([question.command for question in questions])
        for question, reply in zip(questions, replies, strict=True):
            values = reply if isinstance(reply, list) else [reply]
            question.into.update(zip(question.names, map(question.decode, values), strict=True))


def names_of(raw: RawBoard, overlay: Overlay) -> list[str]:
    """The articles of a raw board, pinned ones among them."""
    names = [name for _, name in raw.ranked]
    return list(dict.fromkeys([*names, *overlay.pins])) if overlay.pins else names


def deep_pins(raw: RawBoard, overlay: Overlay) -> list[str]:
    """The pinned articles that stand below what was read, or have no score."""
    if not overlay.pins:
        return []
    read = {name for _, name in raw.ranked}
    return [name for name in overlay.pins if name not in read]


def slot_an_hour_ago(now_ms: int) -> int:
    """The newest slot that had ended an hour ago: its freeze is what `change` compares with."""
    return slot_of(now_ms - HOUR_MS) - 1


def _rank(reply: bytes | None) -> int:
    return int(reply or 0)


def _score(reply: float | None) -> float:
    return float(reply or 0)


def _as_it_is(reply: bytes | None) -> bytes | None:
    return reply
