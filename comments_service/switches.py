"""Switches: what moderators set for a channel's proof of work, in SQL with who did it."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import delete, select

from comments_service.articles import published
from comments_service.database import Database
from comments_service.tables import ArticleLabel, AuditEntry, ChallengeSwitch
from shared.clock import Clock


class Switch(StrEnum):
    """When a channel asks for proof of work: always, in a flood, or never."""

    ON = "on"
    AUTO = "auto"
    OFF = "off"


class Switches:
    """The switches of channels; one that nobody set is `auto`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of_article(self, article_id: str) -> dict[str, Switch]:
        """The switch of each channel of an article; raises `article_unknown`."""
        with self._database.reading() as session:
            channels = published(session, article_id).channels
            query = select(ChallengeSwitch.channel, ChallengeSwitch.mode)
            rows = session.execute(query.where(ChallengeSwitch.channel.in_(channels))).all()
        return dict.fromkeys(channels, Switch.AUTO) | {channel: Switch(mode) for channel, mode in rows}

    def of_channels(self, channels: Collection[str] | None) -> dict[str, Switch]:
        """The switch of each of these channels, or of every one that has an article or was switched, by name."""
        with self._database.reading() as session:
            rows = session.execute(select(ChallengeSwitch.channel, ChallengeSwitch.mode)).all()
            if channels is None:
                names = select(ArticleLabel.name).where(ArticleLabel.kind == "channel").distinct()
                channels = {*session.scalars(names), *(channel for channel, _ in rows)}
        switched = {channel: Switch(mode) for channel, mode in rows}
        return {channel: switched.get(channel, Switch.AUTO) for channel in sorted(channels)}

    def put(self, channel: str, switch: Switch, who: str) -> None:
        """Set a channel's switch; the same again changes nothing and leaves no trace."""
        now = self._clock()
        with self._database.writing() as session:
            row = session.get(ChallengeSwitch, channel, with_for_update=True)
            if (row.mode if row else Switch.AUTO) == switch:
                return
            session.execute(delete(ChallengeSwitch).where(ChallengeSwitch.channel == channel))
            if switch is not Switch.AUTO:
                session.add(ChallengeSwitch(channel=channel, mode=switch, changed_by=who, changed_at=now))
            session.add(AuditEntry(at=now, who=who, action="set-challenge", subject=switch, channel=channel))
