"""The tree of an article's comments, as numbers: who answers whom, who is shown, how many are below.

It gives what comments_service.publication keeps up comment by comment, for thousands at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments_service.status import Status
from comments_service.tables import Comment


@dataclass(slots=True, eq=False)
class Node:
    """A comment in its tree; a parent's floor is lower than its replies'."""

    id: str
    status: str
    floor: int
    parent: "Node | None" = None
    root: "Node | None" = None
    is_shown: bool = False
    reply_count: int = 0
    thread_count: int = 0
    before: tuple[bool, int, int] | None = field(default=None)
    """What of it is stored; None for a new one."""

    @property
    def counts(self) -> tuple[bool, int, int]:
        """What depends on the comments below."""
        return self.is_shown, self.reply_count, self.thread_count


def count(nodes: Iterable[Node]) -> None:
    """Count anew what is shown and what is below, from the newest floor up: replies come before what they answer."""
    ordered = sorted(nodes, key=lambda node: -node.floor)
    for node in ordered:
        node.is_shown, node.reply_count, node.thread_count = False, 0, 0
    for node in ordered:
        node.is_shown = node.status == Status.PUBLISHED or node.reply_count > 0
        if node.is_shown and node.parent and node.root:
            node.parent.reply_count += 1
            node.root.thread_count += 1


def nodes_of(session: Session, article_id: str) -> dict[str, Node]:
    """The stored comments of an article as a tree."""
    columns = (
        Comment.id,
        Comment.status,
        Comment.floor,
        Comment.parent_id,
        Comment.root_id,
        Comment.is_shown,
        Comment.reply_count,
        Comment.thread_count,
    )
    rows = session.execute(select(*columns).where(Comment.article_id == article_id)).all()
    nodes = {row.id: Node(row.id, row.status, row.floor) for row in rows}
    for row in rows:
        node = nodes[row.id]
        node.parent, node.root = nodes.get(row.parent_id or ""), nodes.get(row.root_id or "")
        node.before = row.is_shown, row.reply_count, row.thread_count
    return nodes


def change_of(node: Node) -> dict[str, object]:
    """What of a stored comment is to be updated."""
    return {
        "id": node.id,
        "is_shown": node.is_shown,
        "reply_count": node.reply_count,
        "thread_count": node.thread_count,
    }
