"""The delivery routes: moderators read what became of each delivery of a webhook, and begin one anew."""

from typing import Any

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel, Field

from comments_service.routes.articles import KEYED
from comments_service.routes.types import ROW_NUMBER, LimitQuery
from comments_service.routes.webhooks import EventKind, WebhookPath, require_every_channel
from comments_service.tables import Delivery
from comments_service.webhooks.deliveries import Deliveries, DeliveryStatus
from comments_service.webhooks.hooks import Webhooks
from shared.api_keys import Scope
from shared.clock import to_rfc3339
from shared.web import needs


class DeliveryPath(WebhookPath):
    """The `{id}` of a delivery behind that of its webhook."""

    delivery_id: str = Field(pattern=ROW_NUMBER)


class DeliveriesQuery(LimitQuery):
    """Which deliveries, and where the page begins."""

    status: DeliveryStatus | None = None
    cursor: str | None = Field(None, pattern=ROW_NUMBER)


class DeliveryAnswer(BaseModel):
    """A delivery: `http_status` and `error` are those of the last attempt."""

    id: str
    event_id: str
    event: EventKind
    status: DeliveryStatus
    attempts: int
    next_attempt_at: str | None
    http_status: int | None
    error: str | None
    created_at: str
    finished_at: str | None


class DeliveriesAnswer(BaseModel):
    """A page of the delivery log, the newest first."""

    deliveries: list[DeliveryAnswer]
    next_cursor: str | None


def present(delivery: Delivery) -> dict[str, Any]:
    """A delivery in its public shape."""
    return {
        "id": str(delivery.id),
        "event_id": delivery.event_id,
        "event": delivery.kind,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "next_attempt_at": to_rfc3339(delivery.next_at) if delivery.status == DeliveryStatus.WAITING else None,
        "http_status": delivery.last_status,
        "error": delivery.last_error,
        "created_at": to_rfc3339(delivery.created_at),
        "finished_at": to_rfc3339(delivery.finished_at) if delivery.finished_at else None,
    }


def delivery_routes(webhooks: Webhooks, deliveries: Deliveries) -> APIBlueprint:
    """The routes of the delivery log."""
    routes = APIBlueprint("deliveries", __name__, url_prefix="/v1/moderation/webhooks")
    routes.before_request(require_every_channel)

    @routes.get(
        "/<webhook_id>/deliveries",
        summary="What became of each delivery",
        security=KEYED,
        responses={200: DeliveriesAnswer},
    )
    @needs(Scope.MODERATE)
    def list_deliveries(path: WebhookPath, query: DeliveriesQuery) -> dict[str, Any]:
        webhooks.get(path.webhook_id)
        cursor = None if query.cursor is None else int(query.cursor)
        found, behind = deliveries.page(path.webhook_id, limit=query.limit, behind=cursor, status=query.status)
        return {
            "deliveries": [present(each) for each in found],
            "next_cursor": None if behind is None else str(behind),
        }

    @routes.post(
        "/<webhook_id>/deliveries/<delivery_id>/retry",
        summary="Begin a delivery anew",
        description="One that was delivered stays so.",
        security=KEYED,
        responses={200: DeliveryAnswer},
    )
    @needs(Scope.MODERATE)
    def retry_delivery(path: DeliveryPath) -> dict[str, Any]:
        webhooks.get(path.webhook_id)
        return present(deliveries.retry(path.webhook_id, int(path.delivery_id)))

    return routes
