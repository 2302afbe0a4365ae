"""The boards' tables: the archive that fills a lost Redis again, the freezes, the overlay and its audit trail."""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

metadata = MetaData()

OLDER_SLOT = -1
"""The slot under which counts are archived that the ledger no longer keeps by slot."""

ledger_archive = Table(
    "ranking_ledger",
    metadata,
    Column("partition", SmallInteger, primary_key=True),
    Column("slot", Integer, primary_key=True),
    # A counted metric, or the name of a decaying board for its heat.
    Column("column", String(32), primary_key=True),
    Column("article_id", String(128), primary_key=True),
    Column("value", Double, nullable=False),
)

article_archive = Table(
    "ranking_articles",
    metadata,
    Column("article_id", String(128), primary_key=True),
    Column("record", Text, nullable=False),
)

freezes = Table(
    "ranking_freezes",
    metadata,
    # The slot at whose end the boards were frozen.
    Column("slot", Integer, primary_key=True),
    Column("channel", String(64), primary_key=True),
    Column("board", String(32), primary_key=True),
    Column("metric", String(16), primary_key=True),
    # JSON: [[article id, score], …] in the order of the ranks, at most 100.
    Column("entries", Text, nullable=False),
)

overlays = Table(
    "ranking_overlays",
    metadata,
    Column("channel", String(64), primary_key=True),
    Column("board", String(32), primary_key=True),
    # pin, hidden or greatest-age
    Column("kind", String(16), primary_key=True),
    # The article that is pinned or hidden; empty for the greatest age.
    Column("article_id", String(128), primary_key=True),
    # The place of a pin, or the greatest age in hours; 0 for hidden.
    Column("value", Integer, nullable=False),
)

audit = Table(
    "ranking_audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    # The name of the API key.
    Column("who", String(64), nullable=False),
    Column("action", String(32), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("board", String(32), nullable=False),
    Column("article_id", String(128), nullable=False),
    Column("value", Integer, nullable=False),
    Index("ranking_audit_at", "at_ms"),
)
