"""Faults: what is wrong with a body that msgspec refused, field by field.

The fast decoders stop at the first fault and answer only for the whole; this slow path runs for refused input alone.
"""

from collections.abc import Iterator

import msgspec

from shared.errors import RedianError

Fault = tuple[str, str]
"""A field (empty for the whole item) and what is wrong with it."""


def malformed() -> RedianError:
    """The 400 of a body that is not JSON in UTF-8."""
    return RedianError("malformed_body", "The body is not JSON in UTF-8.")


def decode_any(data: bytes) -> object:
    """A JSON value of any shape; raises RedianError `malformed_body`."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise malformed() from error


def faults_of(item: object, kind: type[msgspec.Struct]) -> Iterator[Fault]:
    """Every fault that keeps a decoded JSON value from being a `kind`."""
    if not isinstance(item, dict):
        yield "", "must be a JSON object"
        return
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for name in item.keys() - fields.keys():
        yield name, "is not a known field"
    for name, field in fields.items():
        if name not in item:
            if field.required:
                yield name, "is missing"
            continue
        try:
            msgspec.convert(item[name], field.type)
        except msgspec.ValidationError as error:
            yield name, str(error)
