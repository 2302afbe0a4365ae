"""Posts: what readers write under articles, judged and stored with the events that tell of it.

Posts that come together are stored together (joint_commit.py), in rounds (post_round.py).
"""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from comments_service.bans import Author
from comments_service.cases import Draft
from comments_service.database import Database
from comments_service.idempotency import Posted, Resend
from comments_service.joint_commit import JointCommit, Written
from comments_service.moderation import Moderation
from comments_service.nicknames import Nicknames
from comments_service.outbox import Outbox
from comments_service.post_round import Post, Present, Round
from shared.clock import Clock


class Posts:
    """Takes posts."""

    def __init__(
        self, database: Database, outbox: Outbox, moderation: Moderation, nicknames: Nicknames, clock: Clock
    ) -> None:
        self._outbox = outbox
        self._moderation = moderation
        self._nicknames = nicknames
        self._clock = clock
        self._joint_commit: JointCommit[Post, Posted] = JointCommit(database, outbox, self._write)

    def take(self, article_id: str, draft: Draft, author: Author, present: Present, resend: Resend | None) -> Posted:
        """Store a comment, published or held for a moderator, and answer it as it is presented then.

        A resend gets the first answer and stores nothing. Raises `article_unknown`, `comments_closed`, `banned`,
        `word_blocked`, `comment_repeated`, `nickname_protected`, `idempotency_conflict`, or `comment_unknown` for a
        parent that is missing.
        """
        lexicon = self._moderation.lexicon()
        return self._joint_commit.run(Post(article_id, draft, author, present, resend, lexicon, self._clock()))

    def _write(self, session: Session, posts: Sequence[Post]) -> list[Written[Posted] | Exception]:
        outcomes: dict[int, Written[Posted] | Exception] = {}
        for places in _rounds(posts):
            present = Round(session, self._moderation, self._nicknames, [posts[place] for place in places])
            outcomes |= zip(places, present.written(self._outbox), strict=True)
        return [outcomes[place] for place in range(len(posts))]


def _rounds(posts: Sequence[Post]) -> Iterator[list[int]]:
    """The places of the posts that can be taken at once: what a reader sent before comes in a round before."""
    left = list(range(len(posts)))
    while left:
        tied: set[str] = set()
        now: list[int] = []
        later: list[int] = []
        for place in left:
            ties = posts[place].ties
            (later if ties & tied else now).append(place)
            tied |= ties
        yield now
        left = later
