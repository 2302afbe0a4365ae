"""Origins: where a comment was sent from. An address goes in; a keyed hash of it and its network are kept, for days."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import or_, update

from comments_service.database import Database
from comments_service.tables import Comment
from comments_service.visitors import Address, Network, Sender, client_address, parse_address
from shared.clock import HOUR_MS, Clock

PREFIX_BITS = {4: 24, 6: 48}
"""How much of an address of each version is kept: what a provider hands out to one customer, or a little more."""


@dataclass(frozen=True)
class Origin:
    """A keyed hash of the client's address, and its /24 or /48; None where the connection has no address."""

    address: str | None
    network: str | None


def network_of(address: Address) -> str:
    """The /24 or /48 in which an address lies."""
    bits = PREFIX_BITS[address.version]
    hidden = address.max_prefixlen - bits
    # What ip_network would make of it in several times as long.
    first = type(address)(int(address) >> hidden << hidden)
    return f"{first}/{bits}"


class Origins:
    """Tells where requests come from."""

    def __init__(self, secret_key: str, trusted_proxies: Iterable[Network]) -> None:
        self._key = blake2b(secret_key.encode(), digest_size=32, person=b"redian address").digest()
        self._trusted = tuple(trusted_proxies)

    def of(self, sender: Sender) -> Origin:
        """The origin of a request; X-Forwarded-For is believed as far as trusted proxies wrote it."""
        address = parse_address(client_address(sender.peer, sender.forwarded_for, self._trusted))
        if address is None:
            return Origin(None, None)
        digest = blake2b(address.packed, digest_size=16, key=self._key).hexdigest()
        return Origin(digest, network_of(address))


class OriginEraser:
    """Erases the origins of comments that are older than they are kept."""

    def __init__(self, database: Database, clock: Clock, kept_ms: int) -> None:
        self._database = database
        self._clock = clock
        self._kept_ms = kept_ms
        self._erased_at: int | None = None

    def erase_due(self) -> None:
        """Erase what is due, once an hour at most: it goes through the whole table. Raises `database_unavailable`."""
        now = self._clock()
        if self._erased_at is not None and 0 <= now - self._erased_at < HOUR_MS:
            return
        is_kept = or_(Comment.network.is_not(None), Comment.address.is_not(None), Comment.text_digest.is_not(None))
        old = update(Comment).where(Comment.created_at < now - self._kept_ms, is_kept)
        with self._database.writing() as session:
            session.execute(
                old.values(network=None, address=None, text_digest=None),
                execution_options={"synchronize_session": False},
            )
        self._erased_at = now
