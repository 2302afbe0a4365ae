"""The metadata of every table here, and the types that they share."""

from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import DeclarativeBase

# SQLite counts only a column of the type INTEGER by itself; it holds 64 bits there.
RowNumber = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The metadata of every table here."""
