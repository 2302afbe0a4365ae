"""The pace: how much one script puts on the boards, so that it holds Redis for a few milliseconds.

What a chunk costs depends on its articles' channels, on the boards' sizes and on what else the machine does. So a chunk
is measured in standings (an article in a channel), and as many are taken as the chunks before it say.
"""

from collections.abc import Iterator, Mapping

from ranking_service.articles import Article

AIM_SECONDS = 0.004
"""What a script may hold Redis, as its caller sees it; the worst hundredth then stays far below 10 ms."""
FIRST_STANDINGS = 300
MOST_STANDINGS = 1_500
FEWEST_STANDINGS = 60
"""Below this a chunk costs more by being one than by what it carries."""
LEAST_CHANGE, MOST_CHANGE = 0.5, 1.25
"""A slow chunk halves the next one at once, a quick one lets it grow by a quarter: one reading may be chance."""


class Pace:
    """What one worker has learnt of its chunks. With `fixed` standings it learns nothing, so that a test can choose."""

    def __init__(self, fixed: int | None = None) -> None:
        self.standings: float = fixed or FIRST_STANDINGS
        self._is_fixed = fixed is not None

    def parts(self, articles: Mapping[str, Article]) -> Iterator[dict[str, Article]]:
        """The articles in their order, as many at a time as one script may take when its turn has come."""
        part: dict[str, Article] = {}
        standings = 0
        for article_id, article in articles.items():
            part[article_id] = article
            standings += len(article.homes)
            if standings >= self.standings:
                yield part
                part, standings = {}, 0
        if part:
            yield part

    def learn(self, seconds: float, part: Mapping[str, Article]) -> None:
        """A script has put a part on the boards, in so many seconds."""
        standings = sum(len(article.homes) for article in part.values())
        # A slice's last chunk may be small, and tells little of a full one.
        if not self._is_fixed and standings >= self.standings / 2:
            self.observe(standings, seconds)

    def observe(self, standings: int, seconds: float) -> None:
        """Choose the next chunk's size by what one of so many standings took."""
        aimed = standings * AIM_SECONDS / seconds
        bounded = min(max(aimed, LEAST_CHANGE * self.standings), MOST_CHANGE * self.standings)
        self.standings = min(max(bounded, FEWEST_STANDINGS), MOST_STANDINGS)
