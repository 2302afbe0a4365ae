"""How a test asks twice and sees which of the two ways answered: the front or Flask behind it."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def warm_answers(client: FlaskClient) -> float:
    """How many answers the front gave."""
    lines = client.get("/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("redian_warm_answers_total"))


def ask(client: FlaskClient, path: str, method: str = "GET", json: Any = None, **headers: str) -> TestResponse:
    """An answer to a request with an id of its own."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open(path, method=method, json=json, headers={"X-Request-Id": "the-request", **named})
