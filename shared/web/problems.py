"""Problem answers: every error of a service as `application/problem+json` (RFC 9457) with a stable code."""

from http import HTTPStatus

import structlog
from flask import Flask, Response, g, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from shared.errors import BadField, RedianError

log = structlog.get_logger()

CODE_OF_STATUS = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body_too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "media_type_unsupported",
    HTTPStatus.UNPROCESSABLE_ENTITY: "invalid",
}


MOST_FIELDS = 100
"""Bad fields that an answer names: a body full of them must not make an answer many times as long."""


def problem_body(error: RedianError, request_id: str | None) -> dict[str, object]:
    """What tells of an error, in any app's answer."""
    status = error.status
    body: dict[str, object] = {
        "type": f"urn:redian:problem:{error.code}",
        "title": status.phrase,
        "status": status.value,
        "code": error.code,
        "detail": error.detail,
        "request_id": request_id,
        **error.extension,
    }
    if error.fields:
        body["errors"] = [{"field": bad.field, "message": bad.message} for bad in error.fields[:MOST_FIELDS]]
    return body


def problem(app: Flask, error: RedianError) -> Response:
    """The answer that tells of an error."""
    status = error.status
    body = problem_body(error, g.get("request_id"))
    response = app.response_class(app.json.dumps(body), status=status.value, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="redian"'
    return response


def bad_fields(error: ValidationError, prefix: str = "") -> tuple[BadField, ...]:
    """Every field that pydantic refused."""
    return tuple(
        BadField(prefix + (".".join(map(str, each["loc"])) or "body"), each["msg"])
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    )


def install_problems(app: Flask) -> None:
    """Answer every error of the app as a problem."""

    @app.errorhandler(RedianError)
    def _known(error: RedianError) -> Response:
        return problem(app, error)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.response is not None:
            return error.response  # type: ignore[return-value]  # a ready answer, such as a redirect
        if error.code is None or error.code >= 500:
            return problem(app, RedianError("internal", "Something went wrong here."))
        code = CODE_OF_STATUS.get(HTTPStatus(error.code), "bad_request")
        answer = problem(app, RedianError(code, error.description or "The request was refused."))
        for name, value in error.get_headers():
            if name in {"Allow", "Location"}:
                answer.headers[name] = value
        return answer

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        log.exception("unexpected error", path=request.path, error=type(error).__name__)
        return problem(app, RedianError("internal", "Something went wrong here."))


def validation_problem(app: Flask, error: ValidationError) -> Response:
    """The 422 that names every field pydantic refused."""
    return problem(app, RedianError("invalid", "The input was refused.", fields=bad_fields(error)))
