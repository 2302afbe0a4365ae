"""The oracle: what was acknowledged, kept outside the system, and what the system must therefore hold."""

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Oracle:
    """Written by the senders, each under the lock; read when all of them have ended."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    clicks: Counter[str] = field(default_factory=Counter)
    """Article → clicks that were acknowledged and could be sent again without counting twice."""
    blind: Counter[str] = field(default_factory=Counter)
    """Article → clicks without any id that were acknowledged at the first try …"""
    blind_unknown: Counter[str] = field(default_factory=Counter)
    """… and those whose answer was lost: they are counted or not, nobody can know."""
    comments: dict[str, str] = field(default_factory=dict)
    """Comment id → its article, for every post that was acknowledged."""
    texts: dict[str, str] = field(default_factory=dict)
    """Text, each unlike every other → comment id."""
    held: dict[str, str] = field(default_factory=dict)
    """Comment id → the state that a moderator's acknowledged decision gave it, `pending` before one."""
    votes: dict[tuple[str, str], int] = field(default_factory=dict)
    """(comment id, reader) → the reader's last acknowledged vote."""
    replies: dict[str, str] = field(default_factory=dict)
    """Comment id → text of each acknowledged reply of which a mail has to tell."""

    @property
    def acknowledged(self) -> int:
        """Everything that was acknowledged."""
        return self.clicks.total() + self.blind.total() + len(self.comments) + len(self.votes)

    def published(self) -> set[str]:
        """The comments that must stand."""
        return {each for each in self.comments if self.held.get(each, "published") == "published"}

    def ballots(self) -> dict[str, tuple[int, int]]:
        """Comment id → votes for and against."""
        counted: dict[str, list[int]] = {}
        for (comment_id, _), value in self.votes.items():
            pair = counted.setdefault(comment_id, [0, 0])
            pair[0] += value == 1
            pair[1] += value == -1
        return {comment_id: (up, down) for comment_id, (up, down) in counted.items()}
