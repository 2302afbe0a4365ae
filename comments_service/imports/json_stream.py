"""JSON arrays read element by element, without ever holding the file."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import ijson

from comments_service.imports.errors import ImportStopped

DEEPEST = 32
"""No export nests deeper; a file that does was made to do harm."""

# What ijson lets through of its back ends and of Python on hostile numbers, strings and nesting.
_UNREADABLE = (ijson.JSONError, ValueError, OverflowError, ArithmeticError, RecursionError)

Event = tuple[str, Any]


def objects(path: Path, places: set[tuple[str, ...]]) -> Iterator[dict[str, Any]]:
    """The elements of the first array that stands at one of some places, given as the keys above it.

    What is no object comes as an empty one. Raises ImportStopped for what is no JSON, or without such an array.
    """
    try:
        with path.open("rb") as file:
            events = _shallow(ijson.basic_parse(file, use_float=True))
            _find_array(events, places)
            yield from _elements(events)
            # What stands behind the array must be JSON, too.
            for _ in events:
                pass
    except OSError as error:
        raise ImportStopped(f"{path} cannot be read: {error.strerror}.") from error
    except _UNREADABLE as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ImportStopped(f"The file is no well-formed JSON: {reason}.") from error


def _shallow(events: Iterable[Event]) -> Iterator[Event]:
    depth = 0
    for event in events:
        depth += (event[0] in {"start_map", "start_array"}) - (event[0] in {"end_map", "end_array"})
        if depth > DEEPEST:
            raise ImportStopped(f"The file is no such export: it nests more than {DEEPEST} levels deep.")
        yield event


def _find_array(events: Iterator[Event], places: set[tuple[str, ...]]) -> None:
    keys: list[str] = []
    for kind, value in events:
        if kind == "start_array" and tuple(keys) in places:
            return
        if kind == "map_key":
            keys[-1] = value
        elif kind in {"start_map", "start_array"}:
            # Within an array no key stands for its elements: no place is there.
            keys.append("" if kind == "start_map" else "[]")
        elif kind in {"end_map", "end_array"}:
            keys.pop()
    raise ImportStopped("The file is no such export: it holds no array of comments.")


def _elements(events: Iterator[Event]) -> Iterator[dict[str, Any]]:
    for kind, value in events:
        if kind == "end_array":
            return
        element = _value(kind, value, events)
        yield element if isinstance(element, dict) else {}


def _value(kind: str, value: Any, events: Iterator[Event]) -> Any:
    if kind not in {"start_map", "start_array"}:
        return value
    builder, depth = ijson.ObjectBuilder(), 1
    builder.event(kind, value)
    while depth:
        kind, value = next(events)
        builder.event(kind, value)
        depth += (kind in {"start_map", "start_array"}) - (kind in {"end_map", "end_array"})
    return builder.value
