"""The webhook routes: moderators keep the webhooks and turn their secrets over."""

from typing import Annotated, Any, Literal

from flask import Response, g
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import AfterValidator, BaseModel, Field, model_validator

from comments_service.routes.articles import KEYED
from comments_service.routes.types import ULID, Line, NoQuery, WebUrl
from comments_service.tables import Webhook
from comments_service.webhooks.addresses import AddressError, check_url
from comments_service.webhooks.hooks import Webhooks, Wish
from comments_service.webhooks.signatures import Secrets
from shared.api_keys import Scope
from shared.clock import to_rfc3339
from shared.errors import invalid
from shared.web import Input, needs
from shared.web.specification import problems

EventKind = Literal["article.published", "article.withdrawn", "comment.published", "comment.removed"]


def _unique(kinds: list[EventKind]) -> list[EventKind]:
    if len(set(kinds)) < len(kinds):
        raise ValueError("must not name one twice")
    return kinds


Kinds = Annotated[list[EventKind], Field(min_length=1, max_length=4), AfterValidator(_unique)]
Description = Annotated[Line, Field(max_length=200)]


class WebhookBody(Input):
    """A new webhook."""

    url: WebUrl
    events: Kinds
    description: Description | None = None
    active: bool = True


class WebhookChange(Input):
    """What is to change."""

    url: WebUrl | None = None
    events: Kinds | None = None
    description: Description | None = None
    active: bool | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> "WebhookChange":
        if not self.model_fields_set:
            raise ValueError("must name at least one field")
        return self


class RotationBody(Input):
    """How long the secret before the new one signs too."""

    keep_hours: int = Field(24, ge=0, le=168)


class WebhookPath(Input):
    """The `{id}` of a webhook in a path."""

    webhook_id: str = Field(pattern=ULID)


class WebhookAnswer(BaseModel):
    """A webhook; while `previous_secret_until` lies ahead, the secret before its newest signs too."""

    id: str
    url: str
    events: list[EventKind]
    description: str | None
    active: bool
    created_by: str
    created_at: str
    updated_at: str
    previous_secret_until: str | None


class SecretAnswer(WebhookAnswer):
    """A webhook with its newest secret, which is told at this moment only."""

    secret: str


class WebhooksAnswer(BaseModel):
    """Every webhook."""

    webhooks: list[WebhookAnswer]


def present(webhook: Webhook) -> dict[str, Any]:
    """A webhook in its public shape."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": webhook.events,
        "description": webhook.description,
        "active": webhook.is_active,
        "created_by": webhook.created_by,
        "created_at": to_rfc3339(webhook.created_at),
        "updated_at": to_rfc3339(webhook.updated_at),
        "previous_secret_until": to_rfc3339(webhook.previous_until) if webhook.previous_until else None,
    }


def require_every_channel() -> None:
    """Webhooks are told of every channel, so a key that is held to some has no part in them."""
    g.caller.require_channel(None)


def webhook_routes(webhooks: Webhooks, secrets: Secrets, *, allow_private: bool) -> APIBlueprint:
    """The routes of webhooks."""
    routes = APIBlueprint("webhooks", __name__, url_prefix="/v1/moderation/webhooks")

    routes.before_request(require_every_channel)

    @routes.get("", summary="The webhooks", security=KEYED, responses={200: WebhooksAnswer})
    @needs(Scope.MODERATE)
    def list_webhooks(query: NoQuery) -> dict[str, Any]:  # noqa: ARG001  # refuses parameters
        return {"webhooks": [present(each) for each in webhooks.all()]}

    @routes.post("", summary="Make a webhook", security=KEYED, responses={201: SecretAnswer, **problems(409)})
    @needs(Scope.MODERATE)
    def make_webhook(body: WebhookBody) -> tuple[dict[str, Any], int]:
        _check(body.url, allow_private=allow_private)
        webhook = webhooks.add(body.url, body.events, body.description, is_active=body.active, who=g.caller.name)
        return _with_secret(secrets, webhook), 201

    @routes.get("/<webhook_id>", summary="A webhook", security=KEYED, responses={200: WebhookAnswer})
    @needs(Scope.MODERATE)
    def get_webhook(path: WebhookPath) -> dict[str, Any]:
        return present(webhooks.get(path.webhook_id))

    @routes.patch("/<webhook_id>", summary="Change a webhook", security=KEYED, responses={200: WebhookAnswer})
    @needs(Scope.MODERATE)
    def change_webhook(path: WebhookPath, body: WebhookChange) -> dict[str, Any]:
        _check(body.url, allow_private=allow_private)
        events = tuple(body.events) if body.events else None
        wish = Wish(url=body.url, events=events, description=body.description, is_active=body.active)
        return present(webhooks.change(path.webhook_id, wish, g.caller.name))

    @routes.delete("/<webhook_id>", summary="Take a webhook away", security=KEYED, responses={204: None})
    @needs(Scope.MODERATE)
    def remove_webhook(path: WebhookPath) -> Response:
        webhooks.remove(path.webhook_id, g.caller.name)
        return Response(status=204)

    @routes.post(
        "/<webhook_id>/secrets", summary="Give a webhook a new secret", security=KEYED, responses={201: SecretAnswer}
    )
    @needs(Scope.MODERATE)
    def rotate_secret(path: WebhookPath, body: RotationBody) -> tuple[dict[str, Any], int]:
        webhook = webhooks.rotate(path.webhook_id, body.keep_hours, g.caller.name)
        return _with_secret(secrets, webhook), 201

    return routes


def _check(url: str | None, *, allow_private: bool) -> None:
    try:
        if url is not None:
            check_url(url, allow_private=allow_private)
    except AddressError as error:
        raise invalid(("url", str(error))) from error


def _with_secret(secrets: Secrets, webhook: Webhook) -> dict[str, Any]:
    return present(webhook) | {"secret": secrets.newest(webhook)}
