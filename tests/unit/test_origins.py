"""Which pages of other origins may read what the services answer."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from werkzeug.test import Client

from shared.web.origins import OpenOrigins

NEWS = "https://www.example.org"


def answer(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Vary", "Cookie")])
    return [b"told"]


@pytest.fixture
def readers() -> Client:
    return Client(OpenOrigins(answer, ("/v1/articles/",), [NEWS], "GET, POST"))


def test_a_listed_origin_may_read_and_send_its_cookies(readers: Client) -> None:
    told = readers.get("/v1/articles/a-1", headers={"Origin": NEWS})

    assert told.headers["Access-Control-Allow-Origin"] == NEWS
    assert told.headers["Access-Control-Allow-Credentials"] == "true"
    assert told.headers.getlist("Vary") == ["Cookie", "Origin"]


def test_another_origin_may_not(readers: Client) -> None:
    told = readers.get("/v1/articles/a-1", headers={"Origin": "https://elsewhere.example"})

    assert "Access-Control-Allow-Origin" not in told.headers
    assert told.headers.getlist("Vary") == ["Cookie", "Origin"]


def test_what_readers_do_not_use_stays_closed(readers: Client) -> None:
    told = readers.get("/v1/moderation/queue", headers={"Origin": NEWS})

    assert "Access-Control-Allow-Origin" not in told.headers


def test_a_preflight_names_what_the_widgets_send(readers: Client) -> None:
    asked = {"Origin": NEWS, "Access-Control-Request-Method": "POST"}

    told = readers.options("/v1/articles/a-1/comments", headers=asked)

    assert told.status_code == 204
    assert told.headers["Access-Control-Allow-Methods"] == "GET, POST"
    assert "Idempotency-Key" in told.headers["Access-Control-Allow-Headers"]


def test_public_reads_are_open_to_all_without_cookies() -> None:
    rankings = Client(OpenOrigins(answer, ("/v1/",), None))

    told = rankings.get("/v1/rankings/zz", headers={"Origin": "https://anywhere.example"})

    assert told.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in told.headers
    assert told.headers.getlist("Vary") == ["Cookie"]


def test_a_page_may_read_when_to_come_again_from_an_error_alone() -> None:
    def refuse(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("503 SERVICE UNAVAILABLE", [("Retry-After", "1")])
        return [b""]

    refused, told = (Client(OpenOrigins(app, ("/v1/",), None)).get("/v1/rankings/zz") for app in (refuse, answer))

    assert refused.headers["Access-Control-Expose-Headers"] == "Retry-After"
    assert "Access-Control-Expose-Headers" not in told.headers
