"""Both services with every kind of caller, and their operations as their own descriptions list them."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from comments_service.app import assemble as assemble_comments
from comments_service.schema import migrate as migrate_comments
from comments_service.settings import CommentsSettings
from ranking_service.app import assemble as assemble_ranking
from ranking_service.migrations import FOLDER, VERSION_TABLE
from ranking_service.settings import RankingSettings
from shared.api_keys import Scope
from shared.database import make_engine
from shared.schema import migrate
from shared.store import Store
from shared.web.specification import path_of
from tests.conftest import FakeClock
from tests.unit.comments.tokens import OTHER_SECRET, SECRET, PortalRsaKey, claims, token

API_KEYS = [
    *({"name": scope, "key": f"{scope}-key", "scopes": [scope]} for scope in Scope),
    {"name": "福建小编", "key": "fj-key", "scopes": ["moderate"], "channels": ["fj"]},
    {"name": "all", "key": "all-key", "scopes": list(Scope)},
]


@dataclass(frozen=True)
class Operation:
    """A method and a path of a service, and the scope that it asks for."""

    app: Flask
    method: str
    path: str
    scope: Scope | None
    parameters: tuple[str, ...]
    """Of the query."""
    has_body: bool

    @property
    def name(self) -> tuple[str, str]:
        """How tests list it."""
        return self.method, self.path

    def call(self, headers: dict[str, str], values: dict[str, str], query: str = "", **body: Any) -> Any:
        """Ask for it without a cookie; what the values do not name in the path becomes `x`."""
        path = self.path
        for name in ("article_id", "channel", "board", "comment_id", "webhook_id", "delivery_id", "avatar_hash"):
            path = path.replace(f"{{{name}}}", values.get(name, "x"))
        client = self.app.test_client(use_cookies=False)
        return client.open(path + query, method=self.method, headers=headers, **body)


@dataclass(frozen=True)
class System:
    """Both services on the same Redis."""

    comments: Flask
    ranking: Flask

    def operations(self) -> list[Operation]:
        """Everything that either service describes."""
        return [each for app in (self.comments, self.ranking) for each in operations_of(app)]

    def keyed(self) -> list[Operation]:
        """What asks for a key."""
        return [each for each in self.operations() if each.scope is not None]


def operations_of(app: Flask) -> Iterator[Operation]:
    """The operations of an app's description."""
    scopes = {
        (path_of(rule), method): getattr(app.view_functions[rule.endpoint], "required_scope", None)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    described = app.test_client().get("/openapi.json").get_json()["paths"]
    for path, methods in described.items():
        for method, said in methods.items():
            query = tuple(each["name"] for each in said.get("parameters", ()) if each["in"] == "query")
            scope = scopes[path, method.upper()]
            yield Operation(app, method.upper(), path, scope, query, "requestBody" in said)


@pytest.fixture(scope="session")
def rsa_key() -> PortalRsaKey:
    return PortalRsaKey()


@pytest.fixture
def system(store: Store, clock: FakeClock, rsa_key: PortalRsaKey, tmp_path: Path) -> Iterator[System]:
    values = {"secret_key": "a secret of the tests", "api_keys": API_KEYS}
    member_keys = [
        {"algorithm": "HS256", "key": SECRET},
        {"kid": "rsa", "algorithm": "RS256", "key": rsa_key.public},
    ]
    engines = [make_engine(f"sqlite:///{tmp_path / name}.db") for name in ("comments", "ranking")]
    migrate_comments(engines[0])
    migrate(engines[1], FOLDER, VERSION_TABLE)
    for_comments = CommentsSettings.model_validate(values | {"rate_limits": "off", "member_keys": member_keys})
    yield System(
        assemble_comments(for_comments, store=store, engine=engines[0], clock=clock),
        assemble_ranking(RankingSettings.model_validate(values), store=store, engine=engines[1], clock=clock),
    )
    for engine in engines:
        engine.dispose()


@pytest.fixture
def bad_tokens(clock: FakeClock, rsa_key: PortalRsaKey) -> dict[str, str]:
    """Tokens with which somebody would like to be a member, by what is wrong with them."""
    said = claims(clock)
    _, _, signature = token(said).split(".")
    header, payload, _ = token(claims(clock, sub="admin")).split(".")
    return {
        "expired": token(claims(clock, exp=clock() // 1_000 - 3_600)),
        "of the future": token(claims(clock, nbf=clock() // 1_000 + 3_600)),
        "alg none": by_hand({"alg": "none", "typ": "JWT"}, said, None),
        "alg None, signed": by_hand({"alg": "None", "typ": "JWT"}, said, SECRET.encode()),
        "another key": token(said, OTHER_SECRET),
        "a public key as the secret": by_hand({"alg": "HS256", "kid": "rsa"}, said, rsa_key.public.encode()),
        "the secret for the other algorithm's key": token(said, SECRET, kid="rsa"),
        "an unknown kid": token(said, SECRET, kid="../../dev/null"),
        "another's claims under a signature": f"{header}.{payload}.{signature}",
        "without signature": f"{header}.{payload}.",
        "nonsense": "a.b.c",
    }


def by_hand(header: dict[str, Any], said: dict[str, Any], secret: bytes | None) -> str:
    """A token that no library would sign."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, said)]
    signature = hmac.digest(secret, b".".join(parts), "sha256") if secret is not None else b""
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


@pytest.fixture
def all_key() -> dict[str, str]:
    """The headers of who may do everything."""
    return bearer("all-key")


def bearer(text: str) -> dict[str, str]:
    """A header that gives a key or a token."""
    return {"Authorization": f"Bearer {text}"}


Call = Callable[..., Any]
