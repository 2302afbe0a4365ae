"""Answers: the shapes that the ranking API gives, as design of the contract has them. Times are RFC 3339 in UTC."""

from pydantic import BaseModel


class Entry(BaseModel):
    """One line of a board."""

    rank: int
    article_id: str
    title: str
    url: str
    image: str | None
    published_at: str
    score: float
    change: int | None
    """Places gained since an hour ago; null when it was not on the board then."""
    peak_rank: int
    pinned: bool


class BoardAnswer(BaseModel):
    """A board of a channel."""

    channel: str
    board: str
    metric: str | None
    """null for a decaying board, which weighs both."""
    window: dict[str, str | None]
    as_of: str | None
    """The time of the newest event that the answer counts; null before the first."""
    entries: list[Entry]


class BoxAnswer(BaseModel):
    """Every board of a channel."""

    channel: str
    as_of: str | None
    boards: list[BoardAnswer]


class BoardName(BaseModel):
    """A board that a channel has."""

    board: str
    zh: str
    en: str
    slots: int | None
    half_life_hours: float | None
    metrics: list[str]


class ChannelAnswer(BaseModel):
    """A channel with its boards."""

    channel: str
    articles: int
    boards: list[BoardName]


class ChannelsAnswer(BaseModel):
    """Every channel."""

    channels: list[ChannelAnswer]


class Rank(BaseModel):
    """Where an article stands."""

    channel: str
    board: str
    metric: str | None
    rank: int
    score: float


class SlotCount(BaseModel):
    """What happened in an hour."""

    slot: str
    clicks: int
    comments: int


class StatsAnswer(BaseModel):
    """An article's counts, ranks and last 72 slots, the oldest first."""

    article_id: str
    title: str
    url: str
    channels: list[str]
    as_of: str | None
    counts: dict[str, dict[str, float]]
    """Board -> metric -> score."""
    ranks: list[Rank]
    series: list[SlotCount]
