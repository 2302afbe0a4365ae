"""The routes by which moderators ask a channel's readers for proof of work, and see where a flood did."""

from typing import Any

from flask import g
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel

from comments_service.floods import Floods
from comments_service.routes.articles import KEYED, Channel
from comments_service.routes.moderation import ChannelQuery
from comments_service.rules import RuleBook
from comments_service.switches import Switch, Switches
from shared.api_keys import Scope
from shared.web import Input, needs


class SwitchBody(Input):
    """A channel, and when it asks for proof of work."""

    channel: Channel
    mode: Switch


class ChallengeAnswer(BaseModel):
    """A channel's switch, how many comments the last minute brought, how many are a flood, and whether it asks now."""

    channel: str
    mode: Switch
    per_minute: int
    flood_per_minute: int
    active: bool


class ChallengesAnswer(BaseModel):
    """The channels, by name."""

    challenges: list[ChallengeAnswer]


def challenge_routes(switches: Switches, floods: Floods, rules: RuleBook) -> APIBlueprint:
    """The routes of challenges."""
    routes = APIBlueprint("challenges", __name__, url_prefix="/v1/moderation/challenges")

    def present(found: dict[str, Switch]) -> list[dict[str, Any]]:
        tides = floods.tides(found)
        return [
            {
                "channel": channel,
                "mode": switch,
                "per_minute": tides[channel].per_minute,
                "flood_per_minute": rules.of([channel]).flood_per_minute,
                "active": switch is Switch.ON or (switch is Switch.AUTO and tides[channel].is_flooded),
            }
            for channel, switch in found.items()
        ]

    @routes.get("", summary="Which channels ask for proof of work", security=KEYED, responses={200: ChallengesAnswer})
    @needs(Scope.MODERATE)
    def list_challenges(query: ChannelQuery) -> dict[str, Any]:
        return {"challenges": present(switches.of_channels(query.channels))}

    @routes.put("", summary="Ask a channel for proof of work, or not", security=KEYED, responses={200: ChallengeAnswer})
    @needs(Scope.MODERATE)
    def put_challenge(body: SwitchBody) -> dict[str, Any]:
        g.caller.require_channel(body.channel)
        switches.put(body.channel, body.mode, g.caller.name)
        return present({body.channel: body.mode})[0]

    return routes
