"""Both services against their own descriptions: whatever is sent, no answer is a fault, and each is as described.

Schemathesis makes the requests from `/openapi.json`, good and bad ones, the same ones in every run.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.openapi import from_wsgi
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from comments_service.app import assemble as assemble_comments
from comments_service.schema import migrate as migrate_comments
from comments_service.settings import CommentsSettings
from ranking_service.app import assemble as assemble_ranking
from ranking_service.migrations import FOLDER, VERSION_TABLE
from ranking_service.settings import RankingSettings
from shared.clock import system_clock
from shared.database import make_engine
from shared.schema import migrate
from shared.store import Store

KEY = {"Authorization": "Bearer every-key"}
API_KEYS = [{"name": "every", "key": "every-key", "scopes": ["cms", "clicks", "moderate"]}]
SETTINGS: dict[str, Any] = {"secret_key": "a secret of the tests", "api_keys": API_KEYS, "rate_limits": "off"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    # What is found is shown as it was sent; making it smaller would take minutes for many operations.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def comments_app(store: Store, folder: Path) -> Flask:
    engine = make_engine(f"sqlite:///{folder / 'comments.db'}")
    migrate_comments(engine)
    parsed = CommentsSettings.model_validate(SETTINGS)
    return assemble_comments(parsed, store=store, engine=engine, clock=system_clock)


def ranking_app(store: Store, folder: Path) -> Flask:
    engine = make_engine(f"sqlite:///{folder / 'ranking.db'}")
    migrate(engine, FOLDER, VERSION_TABLE)
    return assemble_ranking(RankingSettings.model_validate(SETTINGS), store=store, engine=engine, clock=system_clock)


def seed(app: Flask) -> dict[str, str]:
    """Something of each kind, so that requests about it come further than its absence; ids by their name in a path."""
    client = app.test_client()
    if "/v1/clicks" not in {rule.rule for rule in app.url_map.iter_rules()}:
        return {"channel": "all", "board": "total"}
    article = {
        "title": "灯会",
        "url": "https://a.example/1",
        "channels": ["zz"],
        "published_at": "2026-01-01T00:00:00Z",
    }
    webhook = {"url": "https://hooks.example/", "events": ["comment.published"]}
    assert client.put("/v1/articles/zz-1", json=article, headers=KEY).status_code == 201
    comment = client.post("/v1/articles/zz-1/comments", json={"text": "好"}).get_json()
    hook = client.post("/v1/moderation/webhooks", json=webhook, headers=KEY).get_json()
    return {"article_id": "zz-1", "comment_id": comment["id"], "webhook_id": hook["id"]}


def fault_of(operation: "APIOperation[Any, Any, Any, Any]", mode: GenerationMode, known: dict[str, str]) -> str | None:
    """What an operation answered otherwise than it should, if anything."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @EXAMPLES
    def answers_as_described(case: "Case[Any]") -> None:
        case.call_and_validate(checks=CHECKS, headers=KEY)
        named = known.keys() & case.path_parameters.keys()
        if named:
            case.path_parameters.update({name: known[name] for name in named})
            case.call_and_validate(checks=CHECKS, headers=KEY)

    try:
        answers_as_described()
    except Unsatisfiable:
        # Nothing that a caller can send to it is bad.
        return None
    except FailureGroup as group:
        told = "\n".join(map(str, group.exceptions))
        return f"{operation.method.upper()} {operation.path}, {mode.value} input:\n{told}"
    return None


@pytest.mark.parametrize("make_app", [comments_app, ranking_app])
def test_a_service_answers_as_it_is_described(
    make_app: Callable[[Store, Path], Flask], store: Store, tmp_path: Path
) -> None:
    app = make_app(store, tmp_path)
    schema, known = from_wsgi("/openapi.json", app), seed(app)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]

    faults = [fault_of(operation, mode, known) for operation in operations for mode in GenerationMode]

    told = "\n\n".join(fault for fault in faults if fault is not None)
    assert not told, told
