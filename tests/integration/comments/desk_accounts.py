"""Accounts as tests use them: invited, taken up, signed in, each in a browser of its own."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from tests.integration.comments.conftest import Service

OWN = {"Origin": "http://localhost"}
SESSION = "/v1/moderation/session"
ACCOUNTS = "/v1/moderation/accounts"
PASSWORD = "correct horse battery"
KEYS = [
    {"name": "cms", "key": "cms-key", "scopes": ["cms"]},
    {"name": "小编", "key": "moderator-key", "scopes": ["moderate"]},
    {"name": "owner", "key": "owner-key", "scopes": ["moderate", "administer"]},
    {"name": "fj owner", "key": "fj-owner-key", "scopes": ["moderate", "administer"], "channels": ["fj"]},
]
OWNER = {"Authorization": "Bearer owner-key"}


@dataclass
class Browser:
    """A browser at the desk: its cookies, and the token of its session."""

    client: FlaskClient
    token: str = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, Any]]:
        """A call from a page of the desk: status and body."""
        given = OWN | {"X-CSRF-Token": self.token} | headers
        answer = self.client.open(path, method=method, json=body, headers=given)
        found = answer.json or {}
        self.token = found.get("csrf_token", self.token)
        return answer.status_code, found

    def sign_in(self, name: str, password: str = PASSWORD) -> tuple[int, dict[str, Any]]:
        return self.call("POST", SESSION, {"name": name, "password": password})

    def accept(self, link: str, password: str = PASSWORD) -> tuple[int, dict[str, Any]]:
        return self.call("POST", "/v1/moderation/invitations/accept", {"token": token_of(link), "password": password})

    def cookie(self) -> str:
        found = self.client.get_cookie("redian_desk")
        return found.value if found else ""

    def is_in(self) -> bool:
        return self.client.get("/v1/moderation/queue").status_code == 200


def browser(service: Service) -> Browser:
    """A browser that was never here."""
    return Browser(service.app.test_client())


def token_of(link: str) -> str:
    return link.partition("#")[2]


def invited(service: Service, name: str, role: str = "editor", **fields: Any) -> dict[str, Any]:
    """An invitation, by the owner of the key."""
    body = {"name": name, "role": role, **fields}
    answer = service.client.post(ACCOUNTS, json=body, headers=OWNER)
    assert answer.status_code == 201, answer.text
    return dict(answer.json or {})


def joined(service: Service, name: str, role: str = "editor", **fields: Any) -> tuple[str, Browser]:
    """An account that was taken up: its id, and the browser that is signed in with it."""
    invitation = invited(service, name, role, **fields)
    own = browser(service)
    status, _ = own.accept(invitation["link"])
    assert status == 200
    return invitation["id"], own
