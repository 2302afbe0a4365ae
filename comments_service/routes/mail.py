"""The routes behind a mail's links: GET shows, POST does, so that a program that opens links changes nothing."""

from collections.abc import Callable

from flask import Response, request
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import Field

from comments_service.mails.pages import LANGUAGES, SECURITY_POLICY, render
from comments_service.mails.subscriptions import Subscriptions
from comments_service.mails.tokens import LONGEST, Purpose, Tokens
from shared.web import Input, Responses, body_limit

FORM_LIMIT = 4 * 1024
PAGE = {"content": {"text/html": {"schema": {"type": "string"}}}}
GIVEN: Responses = {
    200: {"description": "A page", **PAGE},
    410: {"description": "A page: the link is not good (any more)", **PAGE},
}


class TokenQuery(Input):
    """The token of a link."""

    token: str = Field(min_length=1, max_length=LONGEST)


def mail_routes(subscriptions: Subscriptions, tokens: Tokens) -> APIBlueprint:
    """The routes of reply mails."""
    routes = APIBlueprint("mail", __name__, url_prefix="/v1/mail")

    def look(purpose: Purpose, token: str) -> Response:
        return _page("invalid", 410) if tokens.read(purpose, token) is None else _page(purpose, 200)

    def act(purpose: Purpose, token: str, deed: Callable[[str], bool], done: str) -> Response:
        subscription_id = tokens.read(purpose, token)
        if subscription_id is None or not deed(subscription_id):
            return _page("invalid", 410)
        return _page(done, 200)

    @routes.get("/confirm", summary="The page that asks to confirm", responses=GIVEN)
    def ask_to_confirm(query: TokenQuery) -> Response:
        return look(Purpose.CONFIRM, query.token)

    @routes.post("/confirm", summary="Confirm an address", responses=GIVEN)
    @body_limit(FORM_LIMIT, raw=True)
    def confirm(query: TokenQuery) -> Response:
        return act(Purpose.CONFIRM, query.token, subscriptions.confirm, "confirmed")

    @routes.get("/unsubscribe", summary="The page that offers to unsubscribe", responses=GIVEN)
    def offer_to_unsubscribe(query: TokenQuery) -> Response:
        return look(Purpose.UNSUBSCRIBE, query.token)

    @routes.post("/unsubscribe", summary="Unsubscribe an address with one click (RFC 8058)", responses=GIVEN)
    @body_limit(FORM_LIMIT, raw=True)
    def unsubscribe(query: TokenQuery) -> Response:
        return act(Purpose.UNSUBSCRIBE, query.token, subscriptions.stop, "unsubscribed")

    return routes


def preferred_language() -> str:
    """The language of ours that the request asks for; Chinese when it asks for none of them."""
    return request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])


def _page(name: str, status: int) -> Response:
    response = Response(render(name, preferred_language()), status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = SECURITY_POLICY
    # The address holds the token: it must not travel on, nor stay behind.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language"
    return response
