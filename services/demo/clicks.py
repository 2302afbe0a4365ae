"""The demo's clicks: a past of three weeks, sent once, and a trickle; popular articles get most, after Zipf."""

from collections.abc import Iterator, Sequence
from random import Random

from services.demo.articles import DemoArticle
from shared.clock import to_rfc3339

PAST_CLICKS = 4_000
ZIPF_EXPONENT = 0.9


class Popularity:
    """Chooses articles: the n-th favourite as often as 1 / n^0.9. The same seed has the same favourites."""

    def __init__(self, articles: Sequence[DemoArticle], random: Random) -> None:
        self._random = random
        self._favourites = list(articles)
        random.shuffle(self._favourites)
        self._weights = [1 / rank**ZIPF_EXPONENT for rank in range(1, len(articles) + 1)]

    def choose(self) -> DemoArticle:
        """The next article to be clicked."""
        return self._random.choices(self._favourites, self._weights)[0]


def past_clicks(articles: Sequence[DemoArticle], beginning_ms: int, random: Random) -> list[dict[str, str]]:
    """Clicks between each article's publication and the demo's beginning, as the batch endpoint takes them."""
    popularity = Popularity(articles, random)
    return [_past_click(popularity.choose(), beginning_ms, random) for _ in range(PAST_CLICKS)]


def _past_click(article: DemoArticle, beginning_ms: int, random: Random) -> dict[str, str]:
    # News is read most when it is new: the square draws clicks towards the publication.
    age = random.random() ** 2
    at = article.published_at_ms + round(age * (beginning_ms - article.published_at_ms))
    return {"article_id": article.article_id, "occurred_at": to_rfc3339(at)}


def trickle(articles: Sequence[DemoArticle], random: Random) -> Iterator[tuple[dict[str, str], float]]:
    """Clicks without end, each with the seconds to wait after it: one or two a second."""
    popularity = Popularity(articles, random)
    while True:
        yield {"article_id": popularity.choose().article_id}, random.uniform(0.5, 1.0)
