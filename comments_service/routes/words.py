"""The word routes: moderators keep the filter's list, and ask what it says of a text."""

from typing import Annotated, Any

from flask import Response, g
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import AfterValidator, BaseModel, Field

from comments_service.routes.articles import KEYED, Channel
from comments_service.routes.types import Line
from comments_service.tables import Word
from comments_service.words import Tier, WordFilter, WordList
from comments_service.words.lexicon import EVERY_CHANNEL
from comments_service.words.word_list import MOST_CHARACTERS
from shared.api_keys import Scope
from shared.clock import to_rfc3339
from shared.errors import invalid
from shared.web import Input, PlainText, needs
from shared.web.specification import problems


def _stripped(word: str) -> str:
    return word.strip()


class WordKey(Input):
    """A word of every channel, or of one."""

    word: Annotated[Line, Field(min_length=1, max_length=MOST_CHARACTERS), AfterValidator(_stripped)]
    channel: Channel | None = None

    @property
    def where(self) -> str:
        """The channel as it is stored, if the key is for it; raises `channel_forbidden`."""
        g.caller.require_channel(self.channel)
        return self.channel or EVERY_CHANNEL


class WordBody(WordKey):
    """A word and what happens to a comment with it; `allow` makes an exception of it."""

    tier: Tier


class WordsQuery(Input):
    """Which words, where the page begins and how long it is."""

    channel: Channel | None = None
    tier: Tier | None = None
    limit: int = Field(100, ge=1, le=1000)
    cursor: str | None = Field(None, pattern="^[0-9]{1,18}$")

    @property
    def channels(self) -> frozenset[str] | None:
        """The channels whose words are asked for; a key for some channels sees the words that hold everywhere, too."""
        channels: frozenset[str] | None = g.caller.channels_for(self.channel)
        return channels | {EVERY_CHANNEL} if channels is not None and self.channel is None else channels


class TextBody(Input):
    """A text to try the list on, as if it stood in a channel."""

    text: Annotated[PlainText, Field(min_length=1, max_length=2000)]
    channel: Channel | None = None

    @property
    def channels(self) -> list[str]:
        """The channel whose words are tried, if the key is for it; raises `channel_forbidden`."""
        if self.channel is None:
            return []
        g.caller.require_channel(self.channel)
        return [self.channel]


class WordAnswer(BaseModel):
    """A word of the list; no channel is every channel."""

    word: str
    tier: Tier
    channel: str | None
    added_by: str | None
    created_at: str


class WordsAnswer(BaseModel):
    """A page of the list, in the order in which the words came."""

    words: list[WordAnswer]
    next_cursor: str | None


class HitAnswer(BaseModel):
    """Where a word stands in the text: from `start` up to but not including `end`, in code points."""

    word: str
    tier: Tier
    start: int
    end: int


class JudgedAnswer(BaseModel):
    """What the list says of a text; without a hit the tier is null."""

    tier: Tier | None
    hits: list[HitAnswer]
    masked: str


def present(word: Word) -> dict[str, Any]:
    """A word in its public shape."""
    return {
        "word": word.word,
        "tier": word.tier,
        "channel": word.channel or None,
        "added_by": word.added_by,
        "created_at": to_rfc3339(word.created_at),
    }


def word_routes(words: WordList, word_filter: WordFilter) -> APIBlueprint:
    """The routes of the word list."""
    routes = APIBlueprint("words", __name__, url_prefix="/v1/moderation/words")

    @routes.get("", summary="The words of the filter", security=KEYED, responses={200: WordsAnswer})
    @needs(Scope.MODERATE)
    def list_words(query: WordsQuery) -> dict[str, Any]:
        behind = None if query.cursor is None else int(query.cursor)
        rows, following = words.page(limit=query.limit, behind=behind, channels=query.channels, tier=query.tier)
        return {"words": [present(row) for row in rows], "next_cursor": None if following is None else str(following)}

    @routes.post(
        "",
        summary="Put a word on the list, or into another tier",
        security=KEYED,
        responses={200: WordAnswer, 201: WordAnswer},
    )
    @needs(Scope.MODERATE)
    def put_word(body: WordBody) -> tuple[dict[str, Any], int]:
        _check(words, body.word)
        channel = body.where
        put = words.put([body.word], body.tier, channel, g.caller.name)
        word_filter.expire()
        return present(words.get(body.word, channel)), 201 if put.added else 200

    @routes.delete("", summary="Take a word off the list", security=KEYED, responses={204: None, **problems(404)})
    @needs(Scope.MODERATE)
    def remove_word(body: WordKey) -> Response:
        _check(words, body.word)
        words.remove(body.word, body.where, g.caller.name)
        word_filter.expire()
        return Response(status=204)

    @routes.post("/test", summary="What the list says of a text", security=KEYED, responses={200: JudgedAnswer})
    @needs(Scope.MODERATE)
    def test_words(body: TextBody) -> dict[str, Any]:
        verdict = word_filter.current().judge({"text": body.text}, body.channels)
        hits = [{"word": hit.word, "tier": hit.tier, "start": hit.start, "end": hit.end} for hit in verdict.hits]
        return {"tier": verdict.tier, "hits": hits, "masked": verdict.masked["text"]}

    return routes


def _check(words: WordList, word: str) -> None:
    try:
        words.check(word)
    except ValueError as error:
        raise invalid(("word", str(error))) from error
