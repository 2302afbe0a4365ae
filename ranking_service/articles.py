"""Articles as the boards know them: a record each, and the channels in which its scores stand."""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from ranking_service import keys
from ranking_service.fold import ArticleChange
from shared.errors import RedianError
from shared.events import ArticlePublished
from shared.names import ALL_CHANNEL
from shared.partitions import partition_of
from shared.store import Store


class Article(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An article's record: what an entry of a board shows, and where its scores stand. Times in milliseconds."""

    revision: int
    live: bool = False
    title: str = ""
    url: str = ""
    image: str | None = None
    published_at: int = 0
    channels: tuple[str, ...] = ()

    @property
    def homes(self) -> tuple[str, ...]:
        """The channels on whose boards it stands: its own and `all`, or the hidden one when it is not live."""
        return (ALL_CHANNEL, *self.channels) if self.live else (keys.WITHDRAWN,)


UNPUBLISHED = Article(revision=0)
"""An article of which only clicks or comments are known yet."""

READ_AT_ONCE = 1_000
"""More at once would hold Redis for milliseconds."""

DECODED_ARTICLES = 20_000
"""Records are read far more often than they change, and the same bytes are the same record: some 10 MiB."""

_decoder = msgspec.json.Decoder(Article)


@lru_cache(maxsize=DECODED_ARTICLES)
def decode_article(data: bytes | None) -> Article:
    """A record from its JSON; None is an article that was never published."""
    return _decoder.decode(data) if data else UNPUBLISHED


def read_articles(store: Store, partition: int, article_ids: Sequence[str]) -> dict[str, Article]:
    """The records of articles of one partition, UNPUBLISHED where there is none."""
    found: list[bytes | None] = []
    for first in range(0, len(article_ids), READ_AT_ONCE):
        found += store.hmget(keys.articles(partition), article_ids[first : first + READ_AT_ONCE])
    return {article_id: decode_article(data) for article_id, data in zip(article_ids, found, strict=True)}


def require_article(store: Store, article_id: str, partitions: int) -> Article:
    """The record of a live article; raises RedianError `article_unknown` for any other."""
    article = decode_article(store.hget(keys.articles(partition_of(article_id, partitions)), article_id))
    if not article.live:
        raise RedianError("article_unknown", f"There is no article {article_id}.")
    return article


def changed(article: Article, change: ArticleChange) -> Article:
    """The record after a change."""
    if isinstance(change, ArticlePublished):
        return Article(
            revision=change.revision,
            live=True,
            title=change.title,
            url=change.url,
            image=change.image,
            published_at=change.published_at,
            channels=tuple(dict.fromkeys(change.channels)),
        )
    return msgspec.structs.replace(article, revision=change.revision, live=False)
