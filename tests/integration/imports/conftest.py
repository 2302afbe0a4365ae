"""Exports of other systems, of our own making in their shapes, and the command that imports them."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import Result

from comments_service.tables import Comment
from tests.integration.comments.conftest import (  # noqa: F401  # fixtures
    Service,
    engine,
    postgres_engine,
    postgres_template,
    postgres_url,
    service,
    sqlite_engine,
    sqlite_service,
    sqlite_template,
)

EXPORTS = Path(__file__).parent / "exports"
PAGE = "https://portal.example/news/lantern-fair.html"

Import = Callable[..., Result]

ISSO = """
CREATE TABLE preferences (key VARCHAR PRIMARY KEY, value VARCHAR);
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (
    tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL, modified FLOAT,
    mode INTEGER, remote_addr VARCHAR, text VARCHAR, author VARCHAR, email VARCHAR, website VARCHAR,
    likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL, notification INTEGER DEFAULT 0);
INSERT INTO threads VALUES (1, '/news/lantern-fair.html', '灯会');
INSERT INTO comments VALUES
    (1, 1, NULL, 1500000000.25, 1500000100.5, 1, '192.0.2.0', 'A *first* comment', 'Lin', 'lin@example.org',
     'https://lin.example', 5, 2, x'00', 0),
    (1, 2, 1, 1500000200.0, NULL, 2, '192.0.2.0', 'waits', NULL, NULL, NULL, 0, 0, x'00', 0),
    (1, 3, NULL, 1500000300.0, NULL, 4, '192.0.2.0', '', NULL, 'left@example.org', NULL, 0, 0, x'00', 0),
    (1, 4, 3, 1500000400.0, NULL, 1, '192.0.2.0', 'answers what is gone', 'Mei', NULL, NULL, 0, 0, x'00', 0),
    (9, 5, NULL, 1500000500.0, NULL, 1, '192.0.2.0', 'of no thread', 'Mei', NULL, NULL, 0, 0, x'00', 0);
"""


def make_isso(path: Path) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(ISSO)
    connection.close()
    return path


def comments(service: Service, article_id: str = "fair") -> list[Comment]:  # noqa: F811  # not the fixture
    """The stored comments of an article, by floor."""
    with service.database.reading() as session:
        return list(session.query(Comment).where(Comment.article_id == article_id).order_by(Comment.floor))


@pytest.fixture(autouse=True)
def logs_apart() -> Iterator[None]:
    """What is logged goes past the output that a command prints, as it does for an operator."""
    before = structlog.get_config()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.__stderr__))
    yield
    structlog.configure(**before)


@pytest.fixture
def run(service: Service) -> Import:  # noqa: F811
    """`flask import …` on the service under test."""
    service.put("fair", url=PAGE)

    def call(*arguments: Any) -> Result:
        return service.app.test_cli_runner().invoke(args=["import", *map(str, arguments)])

    return call
