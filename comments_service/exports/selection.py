"""Which tables an export holds: all but those that belong to one installation and its log."""

from sqlalchemy import Column, Table

from comments_service.tables import Base, Comment

VERSION = 1
LEFT_OUT = {
    "outbox": "events on their way; an import makes those of what it stores",
    "log_cursors": "how far this installation's log is read",
    "kept_answers": "answers to resends, kept for a day",
    "word_list_version": "a number that each installation counts for itself",
    "webhook_deliveries": "what is on its way stays with the system that sends it",
    "mails": "what is on its way stays with the system that sends it",
}


def exported_tables() -> list[Table]:
    """The tables of an export, each behind those to which it refers."""
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


def order_of(table: Table) -> list[Column[object]]:
    """The columns by which a table's rows are ordered: replies stand behind what they answer."""
    if table.name == Comment.__tablename__:
        return [table.c.article_id, table.c.floor]
    return list(table.primary_key.columns)
