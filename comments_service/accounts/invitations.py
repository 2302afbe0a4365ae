"""Invitations: the one-time links by which somebody chooses the password of his account, the first or another.

The token stands in the link's fragment, which browsers send to no server, and is kept as its digest alone.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from comments_service.tables import Account
from shared.clock import HOUR_MS

VALID_HOURS = 24


@dataclass(frozen=True)
class Invitation:
    """An invitation at the moment it is made: the only one at which its token is known here."""

    account: Account
    token: str

    def link(self, portal_url: str) -> str:
        """Where a browser takes it up."""
        return f"{portal_url.rstrip('/')}/admin/invitation#{self.token}"


def invite(account: Account, now: int) -> Invitation:
    """Give an account a new invitation, which takes the place of one before; its password is void."""
    token = secrets.token_urlsafe(32)
    account.password_hash = None
    account.invitation_digest = digest_of(token)
    account.invitation_ends_at = now + VALID_HOURS * HOUR_MS
    return Invitation(account, token)


def digest_of(token: str) -> str:
    """What is kept of a token: it is random enough to need no salt."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
