"""Partitions: an article lives in one, and every key of a partition carries its hash tag.

The tag keeps a partition's keys in one slot of a Redis Cluster, so that one script may touch them all.
"""

from functools import lru_cache
from zlib import crc32

MAX_PARTITIONS = 64


@lru_cache(maxsize=65_536)
def partition_of(article_id: str, partitions: int) -> int:
    """The partition in which an article lives."""
    return crc32(article_id.encode()) % partitions


def tagged(name: str, partition: int, *parts: object) -> str:
    """A key of one partition, such as `ledger:{3}:494812`."""
    return ":".join([f"{name}:{{{partition}}}", *map(str, parts)])
