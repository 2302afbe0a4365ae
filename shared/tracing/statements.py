"""Spans of SQL statements, by SQLAlchemy's own events: OpenTelemetry's package does not know its 2.1 yet.

A statement is told without its parameters, and an error without its text, which may quote a row.
"""

from collections.abc import Callable
from typing import Any

from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer
from sqlalchemy import Connection, Engine, ExceptionContext, event

LONGEST_STATEMENT = 1_000
"""Characters told: a list of ids makes a statement long and no clearer."""
BEGUN = "redian.spans"
"""The name in a connection's info under which the spans of its running statements lie, the innermost last."""


class StatementSpans:
    """Gives every statement of every engine a span, until it is told to stop."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._listeners: dict[str, Callable[..., None]] = {
            "before_cursor_execute": self._begin,
            "after_cursor_execute": self._end,
            "handle_error": self._fail,
        }
        for name, listener in self._listeners.items():
            event.listen(Engine, name, listener)

    def stop(self) -> None:
        """Leave the engines alone."""
        for name, listener in self._listeners.items():
            event.remove(Engine, name, listener)

    def _begin(self, connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        name = statement.split(maxsplit=1)[0].upper() if statement else "SQL"
        told = {"db.system.name": connection.dialect.name, "db.query.text": statement[:LONGEST_STATEMENT]}
        span = self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=told)
        connection.info.setdefault(BEGUN, []).append(span)

    def _end(self, connection: Connection, *_: Any) -> None:
        connection.info[BEGUN].pop().end()

    def _fail(self, context: ExceptionContext) -> None:
        begun = context.connection.info.get(BEGUN) if context.connection else None
        if begun:
            span = begun.pop()
            span.set_attribute("error.type", type(context.original_exception).__name__)
            span.set_status(Status(StatusCode.ERROR))
            span.end()
