"""The keys of the boards. Those of a partition carry its hash tag; all are written and read by this package alone.

position:{p}                  hash    where the projection of the partition stands (position.py)
articles:{p}                  hash    article id -> its record as JSON (articles.py)
channels:{p}                  hash    channel, `all` too -> how many live articles it holds
slots:{p}                     zset    the slots that have a ledger
ledger:{p}:slot:column        hash    article id -> what happened in that slot: clicks, comments, or the heat of a
                                      decaying board at the slot's start
older:{p}:metric              hash    article id -> counts of slots that the ledger no longer keeps
board:{p}:channel:name:metric zset    article id -> score
dirty:{p}                     set     slots, and articles as "article id", to be archived next
deadletter:{p}                stream  what could not be parsed, with the reason
freeze:{p}:slot               hash    channel:name:metric -> the partition's top 100 at the slot's end, as JSON
hold:{p}                      string  set while somebody reads a whole partition
frozen:slot                   hash    the same of all partitions merged
peaks:channel:name:metric     hash    article id -> the best rank it ever had at an hour's end
overlay:channel:name          hash    pins, hidden articles and the greatest age (overlay.py)
"""

from ranking_service.boards import Metric, Ranking
from shared.partitions import tagged

WITHDRAWN = "~withdrawn"
"""The hidden channel of every article that is not live: its scores wait there. No channel's name can begin so."""

MERGED = "merged"
"""The last slot whose freezes of all partitions were merged."""

OVERLAID = "overlaid"
"""A token: another one after each change of an overlay, none before the first, empty while one is copied."""


def position(partition: int) -> str:
    """Where the projection of a partition stands."""
    return tagged("position", partition)


def articles(partition: int) -> str:
    """The records of a partition's articles."""
    return tagged("articles", partition)


def channels(partition: int) -> str:
    """The channels of a partition's live articles."""
    return tagged("channels", partition)


def slots(partition: int) -> str:
    """The slots of a partition that have a ledger."""
    return tagged("slots", partition)


def ledger(partition: int, slot: int, column: str) -> str:
    """What happened in a slot: a column is a counted metric or the name of a decaying board."""
    return tagged("ledger", partition, slot, column)


def older(partition: int, metric: Metric) -> str:
    """Counts of slots that the ledger no longer keeps."""
    return tagged("older", partition, metric)


def board(partition: int, channel: str, ranking: Ranking) -> str:
    """One ranked list of one partition."""
    return f"board:{{{partition}}}:{channel}:{ranking.board.name}:{ranking.metric}"


def dirty(partition: int) -> str:
    """What changed since it was last archived."""
    return tagged("dirty", partition)


def dead_letters(partition: int) -> str:
    """What could not be parsed."""
    return tagged("deadletter", partition)


def freeze(partition: int, slot: int | str) -> str:
    """A partition's top of every board at a slot's end."""
    return tagged("freeze", partition, slot)


def frozen(slot: int) -> str:
    """The top of every board at a slot's end, of all partitions."""
    return f"frozen:{slot}"


def peaks_of(list_field: str) -> str:
    """The best ranks of the articles of a ranked list, which is named as in a freeze."""
    return f"peaks:{list_field}"


def overlay(channel: str, board_name: str) -> str:
    """The editors' overlay of one board."""
    return f"overlay:{channel}:{board_name}"


def field(channel: str, ranking: Ranking) -> str:
    """A ranked list as a field of a freeze."""
    return f"{channel}:{ranking.board.name}:{ranking.metric}"


def hold(partition: int) -> str:
    """Set while somebody reads a whole partition: workers leave it alone meanwhile."""
    return tagged("hold", partition)


def board_pattern(partition: int) -> str:
    """What SCAN matches to find every board of a partition."""
    return tagged("board", partition) + ":*"
