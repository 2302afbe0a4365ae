"""The write side with a moderator."""

from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import (
    API_KEYS,
    Service,
    engine,
    make_service,
    postgres_engine,
    postgres_template,
    postgres_url,
    sqlite_engine,
    sqlite_template,
)

__all__ = ["engine", "postgres_engine", "postgres_template", "postgres_url", "sqlite_engine", "sqlite_template"]

MODERATOR = {"Authorization": "Bearer moderate-key"}
KEYS = [*API_KEYS, {"name": "desk", "key": "moderate-key", "scopes": ["moderate"]}]
PATH = "/v1/moderation/words"


class Desk:
    """A moderator's calls."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def put(self, word: str, tier: str, **fields: Any) -> TestResponse:
        return self.service.client.post(PATH, json={"word": word, "tier": tier} | fields, headers=MODERATOR)

    def remove(self, word: str, **fields: Any) -> TestResponse:
        return self.service.client.delete(PATH, json={"word": word} | fields, headers=MODERATOR)

    def listed(self, query: str = "") -> dict[str, Any]:
        answer = self.service.client.get(PATH + query, headers=MODERATOR)
        assert answer.status_code == 200
        page: dict[str, Any] = answer.get_json()
        return page

    def words(self, query: str = "") -> list[str]:
        return [word["word"] for word in self.listed(query)["words"]]

    def judge(self, text: str, **fields: Any) -> dict[str, Any]:
        answer = self.service.client.post(f"{PATH}/test", json={"text": text} | fields, headers=MODERATOR)
        assert answer.status_code == 200
        verdict: dict[str, Any] = answer.get_json()
        return verdict


@pytest.fixture
def desk(engine: Engine, store: Store, clock: FakeClock) -> Desk:
    return Desk(make_service(engine, store, clock, api_keys=KEYS))


@pytest.fixture
def other_desk(desk: Desk, store: Store, clock: FakeClock) -> Desk:
    """The same in another process: an app of its own on the same database."""
    return Desk(make_service(desk.service.database.engine, store, clock, api_keys=KEYS))
