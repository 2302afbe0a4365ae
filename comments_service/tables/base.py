"""The metadata of every table here, and the types that they share."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Integer, Table
from sqlalchemy.orm import DeclarativeBase

# SQLite counts only a column of the type INTEGER by itself; it holds 64 bits there.
RowNumber = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The metadata of every table here."""


Mapped = TypeVar("Mapped", bound=Base)


def table_of(mapped: type[Base]) -> Table:
    """The table of a class. What is written by it goes past the session, which takes a row of a class as its own."""
    table = mapped.__table__
    assert isinstance(table, Table), "no class here is mapped to anything else"
    return table


def loose(mapped: type[Mapped], values: Mapping[Any, Any]) -> Mapped:
    """An object that no session has, with the values of its columns.

    It is made past what watches the attributes of rows, which takes most of an object's making.
    """
    made = mapped()
    vars(made).update(values)
    return made
