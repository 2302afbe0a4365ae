"""Moderation before publication: what a reader wrote is judged here, when it is posted and when it is edited."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from comments_service.bans import Author, Bans
from comments_service.cases import Case, Draft
from comments_service.links import count_links
from comments_service.repeats import Repeat, Writing, digest_text, earlier_writings, find_repeat
from comments_service.rules import Mode, RuleBook
from comments_service.status import Status
from comments_service.tables import Article, Ban, Comment
from comments_service.words import Lexicon, Tier, Verdict, WordFilter
from comments_service.words.folding import FoldTable
from shared.clock import MINUTE_MS
from shared.errors import RedianError

MODERATED_FIRST = "moderated_first"
"""Why a comment waits on an article whose comments are moderated first (先审后发)."""
FIRST_COMMENTS = "first_comments"
"""Why a comment waits: it is among its reader's first."""
NEW_READER = "new_reader"
"""Why a comment waits: its reader first wrote a short while ago."""
LINKS = "links"
"""Why a comment waits: it has more links than the rules let pass."""
FLAGGED_WORD = "flagged_word"
"""Why a comment waits: it contains a word of the tier `hold`."""
REPEATED = "repeated"
"""Why a comment waits: somebody in the reader's network wrote the same a while ago."""
REPORTED = "reported"
"""Why a published comment is in the queue: readers reported it."""


@dataclass(frozen=True)
class Background:
    """What the database holds against some drafts, read at once for all that are judged together."""

    bans: Sequence[Ban]
    writings: list[Writing]

    def note(self, case: Case) -> None:
        """Hold a draft that was taken against those that are judged after it."""
        if case.text_digest is not None:
            self.writings.append(Writing(case.text_digest, case.author.reader, case.author.origin.network, case.now))


@dataclass(frozen=True)
class Judgement:
    """The draft as others may see it, and why it has to wait for a moderator; without a reason it does not."""

    draft: Draft
    held_for: tuple[str, ...] = ()
    is_shadowed: bool = False
    """Its author is to see it as he would without the ban, and nobody else at all."""
    text_digest: str | None = None

    @property
    def status(self) -> Status:
        """The state that the comment takes."""
        if self.is_shadowed:
            return Status.SPAM
        return Status.PENDING if self.held_for else Status.PUBLISHED


class Moderation:
    """Judges drafts by rules, bans and words."""

    def __init__(
        self, rules: RuleBook, bans: Bans, word_filter: WordFilter, table: FoldTable, *, minds_repeats: bool
    ) -> None:
        self._rules = rules
        self._bans = bans
        self._word_filter = word_filter
        self._table = table
        self._minds_repeats = minds_repeats

    def lexicon(self) -> Lexicon:
        """The words to judge by; call it outside of a transaction, as it may read them from SQL."""
        return self._word_filter.current()

    def case(self, article: Article, draft: Draft, author: Author, now: int, comment_id: str | None = None) -> Case:
        """A draft with what it is judged by; one that changes a comment names it."""
        rules = self._rules.of(article.channels)
        digest = digest_text(self._table, draft.text, rules) if self._minds_repeats else None
        return Case(article, draft, author, now, rules, digest, comment_id)

    def background(self, session: Session, cases: Sequence[Case]) -> Background:
        """What the database holds against the drafts of some cases."""
        channels = {channel for case in cases for channel in case.article.channels}
        bans = self._bans.near(session, {case.author.reader for case in cases}, channels)
        return Background(bans, earlier_writings(session, cases))

    def judge(self, session: Session, lexicon: Lexicon, case: Case, background: Background) -> Judgement:
        """Judge a draft; raises `comments_closed`, `banned`, `word_blocked` or `comment_repeated`."""
        article, draft = case.article, case.draft
        mode = self._rules.mode_of(article, case.now)
        if mode is Mode.CLOSED:
            raise RedianError("comments_closed", "This article takes no comments.")
        # Somebody under a shadow ban gets every other refusal: he is to notice no difference.
        is_shadowed = self._bans.is_shadowed(background.bans, case.author, draft.nickname, article.channels)
        fields = {"text": draft.text, "nickname": draft.nickname, "website": draft.website}
        verdict = lexicon.judge(fields, article.channels)
        verdict.refuse_blocked()
        reasons = {
            MODERATED_FIRST: mode is Mode.MODERATED,
            **dict.fromkeys(_of_newcomer(session, case), True),
            LINKS: count_links(draft.text) > case.rules.most_links,
            FLAGGED_WORD: verdict.tier is Tier.HOLD,
            REPEATED: _is_repeated(find_repeat(background.writings, case)),
        }
        held_for = tuple(reason for reason, holds in reasons.items() if holds)
        return Judgement(_seen(draft, verdict), held_for, is_shadowed, case.text_digest)


def _seen(draft: Draft, verdict: Verdict) -> Draft:
    """A draft as others may see it: nearly always as it was written."""
    if not verdict.hits:
        return draft
    nickname, website = verdict.masked["nickname"], verdict.masked["website"]
    return replace(draft, text=verdict.masked["text"] or draft.text, nickname=nickname, website=website)


def _of_newcomer(session: Session, case: Case) -> Iterator[str]:
    """Why the comment of a reader who is not known well enough waits."""
    rules = case.rules
    if not (rules.first_comments_held or rules.new_reader_minutes):
        return
    of_reader = Comment.reader == case.author.reader
    if rules.first_comments_held:
        published = select(Comment.id).where(of_reader, Comment.status == Status.PUBLISHED)
        known = session.scalar(select(func.count()).select_from(published.limit(rules.first_comments_held).subquery()))
        if (known or 0) < rules.first_comments_held:
            yield FIRST_COMMENTS
    if rules.new_reader_minutes:
        first = session.scalar(select(func.min(Comment.created_at)).where(of_reader))
        if first is None or case.now - first < rules.new_reader_minutes * MINUTE_MS:
            yield NEW_READER


def _is_repeated(repeat: Repeat) -> bool:
    if repeat is Repeat.READER:
        raise RedianError("comment_repeated", "You wrote the same a short while ago.")
    return repeat is Repeat.NETWORK
