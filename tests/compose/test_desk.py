"""The desk behind the gateway: an administrator is invited on the machine, signs in, and acts on both services."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.compose.stack import Stack, docker

pytestmark = pytest.mark.timeout(300)

PASSWORD = "eleven herons over the harbour"
NAME = "lin@example.org"


@dataclass(frozen=True)
class Desk:
    """A browser that has followed the one-time link of the operators' command and chosen a password."""

    http: httpx.Client
    invitation: httpx.Response
    accepted: httpx.Response


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Iterator[Desk]:
    command = ["flask", "--app", "comments_service", "administrator", "invite", NAME]
    link = docker("exec", stack.containers("comments")[0], *command).split()[-1]
    page, _, token = link.partition("#")
    origin = str(stack.http.base_url)
    assert page == f"{origin}/admin/invitation"
    with httpx.Client(base_url=origin, timeout=20, headers={"Origin": origin}) as http:
        invitation = http.get(page)
        body = {"token": token, "password": PASSWORD}
        yield Desk(http, invitation, http.post("/v1/moderation/invitations/accept", json=body))


def test_an_invited_administrator_acts_on_both_services_until_he_signs_out(stack: Stack, desk: Desk) -> None:
    stack.publish("desk-1", channel="desk")
    assert desk.accepted.status_code == 200, desk.accepted.text
    csrf = {"X-CSRF-Token": desk.accepted.json()["csrf_token"]}

    queue = desk.http.get("/v1/moderation/queue")
    editor = {"name": "wu@example.org", "role": "editor"}
    invited = desk.http.post("/v1/moderation/accounts", json=editor, headers=csrf)
    pinned = desk.http.put("/v1/rankings/desk/total/pins/desk-1", json={"position": 1}, headers=csrf)
    signed_out = desk.http.delete("/v1/moderation/session", headers=csrf)

    assert desk.invitation.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert [answer.status_code for answer in (queue, invited, signed_out)] == [200, 201, 204]
    assert pinned.is_success, pinned.text
    assert desk.http.get("/v1/moderation/queue").status_code == 401


@pytest.mark.usefixtures("desk")
def test_a_password_opens_the_desk_and_a_wrong_one_does_not(stack: Stack) -> None:
    with httpx.Client(base_url=stack.http.base_url, headers={"Origin": str(stack.http.base_url)}) as browser:
        right = browser.post("/v1/moderation/session", json={"name": NAME, "password": PASSWORD})
        wrong = browser.post("/v1/moderation/session", json={"name": NAME, "password": "eleven herons elsewhere"})

    assert right.status_code == 200
    assert {"HttpOnly", "SameSite=Strict"} <= set(right.headers["Set-Cookie"].split("; "))
    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign_in_refused")
