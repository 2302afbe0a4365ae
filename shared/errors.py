"""The one error type that crosses a boundary, and the one table that turns its code into HTTP.

A library's exception is translated where it happens into a `RedianError`; the web scaffold prints it as
`application/problem+json` (RFC 9457).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

STATUS_OF_CODE: dict[str, HTTPStatus] = {
    "malformed_body": HTTPStatus.BAD_REQUEST,
    "bad_request": HTTPStatus.BAD_REQUEST,
    "key_missing": HTTPStatus.UNAUTHORIZED,
    "key_unknown": HTTPStatus.UNAUTHORIZED,
    "session_over": HTTPStatus.UNAUTHORIZED,
    "sign_in_refused": HTTPStatus.UNAUTHORIZED,
    "token_invalid": HTTPStatus.UNAUTHORIZED,
    "reader_unknown": HTTPStatus.UNAUTHORIZED,
    "scope_missing": HTTPStatus.FORBIDDEN,
    "channel_forbidden": HTTPStatus.FORBIDDEN,
    "csrf_refused": HTTPStatus.FORBIDDEN,
    "comments_closed": HTTPStatus.FORBIDDEN,
    "edit_closed": HTTPStatus.FORBIDDEN,
    "banned": HTTPStatus.FORBIDDEN,
    "not_author": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "article_unknown": HTTPStatus.NOT_FOUND,
    "comment_unknown": HTTPStatus.NOT_FOUND,
    "word_unknown": HTTPStatus.NOT_FOUND,
    "webhook_unknown": HTTPStatus.NOT_FOUND,
    "delivery_unknown": HTTPStatus.NOT_FOUND,
    "ban_unknown": HTTPStatus.NOT_FOUND,
    "account_unknown": HTTPStatus.NOT_FOUND,
    "invitation_unknown": HTTPStatus.NOT_FOUND,
    "channel_unknown": HTTPStatus.NOT_FOUND,
    "board_unknown": HTTPStatus.NOT_FOUND,
    "freeze_unknown": HTTPStatus.NOT_FOUND,
    "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "idempotency_conflict": HTTPStatus.CONFLICT,
    "webhooks_full": HTTPStatus.CONFLICT,
    "account_exists": HTTPStatus.CONFLICT,
    "administrator_last": HTTPStatus.CONFLICT,
    "comment_repeated": HTTPStatus.CONFLICT,
    "body_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "media_type_unsupported": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "invalid": HTTPStatus.UNPROCESSABLE_ENTITY,
    "nickname_protected": HTTPStatus.UNPROCESSABLE_ENTITY,
    "word_blocked": HTTPStatus.UNPROCESSABLE_ENTITY,
    "challenge_required": HTTPStatus.PRECONDITION_REQUIRED,
    "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
    "log_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "boards_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "database_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "sessions_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "sign_in_busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "too_many_streams": HTTPStatus.SERVICE_UNAVAILABLE,
    "overloaded": HTTPStatus.SERVICE_UNAVAILABLE,
    "not_ready": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Every code that an answer can carry, with its HTTP status. Codes are stable: clients match on them."""


@dataclass(frozen=True)
class BadField:
    """One field of the input that was refused, and why."""

    field: str
    """Where it stands: a path such as `channels.0`, `query.limit` or `line 17.article_id`."""
    message: str


class RedianError(Exception):
    """Something that the caller has to be told.

    `retry_after` is in seconds and becomes the Retry-After header; `fields` names every bad field; `extension` are
    further members of the problem, which its code documents.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        fields: tuple[BadField, ...] = (),
        retry_after: int | None = None,
        extension: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.fields = fields
        self.retry_after = retry_after
        self.extension = extension or {}

    @property
    def status(self) -> HTTPStatus:
        """The HTTP status of this error's code."""
        return STATUS_OF_CODE[self.code]


def unavailable(store: str, detail: str) -> RedianError:
    """The 503 of `log`, `boards`, `database` or `sessions` that is down; time can heal it, so it says when to retry."""
    return RedianError(f"{store}_unavailable", detail, retry_after=1)


def invalid(*fields: tuple[str, str]) -> RedianError:
    """The 422 that names every bad field as (where, why)."""
    return RedianError("invalid", "The input was refused.", fields=tuple(BadField(where, why) for where, why in fields))
