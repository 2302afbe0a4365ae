"""The selection: which articles a board shows, in which order, and what each line says, after the editors' overlay."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ranking_service.articles import Article
from ranking_service.overlay import Overlay
from ranking_service.reader import Scored
from shared.clock import HOUR_MS, to_rfc3339


class Candidates(msgspec.Struct, frozen=True, gc=False):
    """The articles that may be shown, and what is known of them."""

    ranked: list[Scored]
    articles: Mapping[str, Article]
    peaks: Mapping[str, int]
    before: Mapping[str, int] | None
    """Article id -> its rank an hour ago; None when nothing was frozen then."""
    overlay: Overlay
    now_ms: int
    deep_scores: Mapping[str, float]
    """The scores of pinned articles that are not among the ranked."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """An article on the board: its natural rank is the one it has without pins, None when that is not known."""

    article_id: str
    score: float
    natural_rank: int | None
    pinned: bool = False


def lines_of(candidates: Candidates, most: int) -> list[Line]:
    """The first lines of a board: what is shown of the ranking, with the pins at their places."""
    shown = _shown(candidates)
    if not candidates.overlay.pins:
        return [Line(name, score, rank) for rank, (score, name) in enumerate(shown[:most], 1)]
    natural = {
        name: Line(name, score, rank, name in candidates.overlay.pins) for rank, (score, name) in enumerate(shown, 1)
    }
    scores = {name: score for score, name in candidates.ranked} | dict(candidates.deep_scores)
    lines = [line for line in natural.values() if not line.pinned]
    for name, place in sorted(candidates.overlay.pins.items(), key=lambda pin: (pin[1], pin[0])):
        if candidates.articles[name].live and name not in candidates.overlay.hidden:
            lines.insert(place - 1, natural.get(name) or Line(name, scores.get(name, 0.0), None, pinned=True))
    return lines[:most]


def entry(candidates: Candidates, line: Line, rank: int) -> dict[str, Any]:
    """A line as the API gives it."""
    article, natural = candidates.articles[line.article_id], line.natural_rank
    peak = candidates.peaks.get(line.article_id) or natural or rank
    before = candidates.before.get(line.article_id) if candidates.before else None
    return {
        "rank": rank,
        "article_id": line.article_id,
        "title": article.title,
        "url": article.url,
        "image": article.image,
        "published_at": to_rfc3339(article.published_at),
        "score": _rounded(line.score),
        "change": before - natural if before and natural else None,
        "peak_rank": natural if natural and natural < peak else peak,
        "pinned": line.pinned,
    }


def _shown(candidates: Candidates) -> list[Scored]:
    """What is live, not hidden and not too old."""
    articles, hidden, age = candidates.articles, candidates.overlay.hidden, candidates.overlay.greatest_age_hours
    oldest = 0 if age is None else candidates.now_ms - age * HOUR_MS
    return [
        (score, name)
        for score, name in candidates.ranked
        if (article := articles[name]).live and article.published_at >= oldest and name not in hidden
    ]


def _rounded(score: float) -> float:
    """A count as an integer, a decaying score to six significant digits."""
    return int(score) if score.is_integer() else float(f"{score:.6g}")
