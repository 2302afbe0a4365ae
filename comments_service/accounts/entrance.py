"""The entrance: passwords and invitations exchanged for sessions.

The password is compared outside of any transaction; the session begins while the account's row is held, so that it
cannot slip past a change of the account (accounts.py).
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session as SqlSession

from comments_service.accounts.accounts import describe, name_digest
from comments_service.accounts.invitations import digest_of
from comments_service.accounts.passwords import Passwords, fault_of
from comments_service.accounts.roles import caller_of
from comments_service.database import Database
from comments_service.tables import Account, AuditEntry
from shared.clock import Clock
from shared.errors import RedianError, invalid
from shared.sessions import Session, Sessions


@dataclass(frozen=True)
class Entrance:
    """Lets in whoever knows the password of an account, or has its invitation."""

    database: Database
    sessions: Sessions
    passwords: Passwords
    clock: Clock

    def enter(self, name: str, password: str) -> Session:
        """A new session.

        Raises `sign_in_refused`, after the same work whether there is no such account, it is disabled or was never
        taken up, or the password is wrong; `sign_in_busy`; `sessions_unavailable`.
        """
        with self.database.reading() as session:
            account = session.scalar(select(Account).where(Account.name_digest == name_digest(name)))
        known = account.password_hash if account else None
        if not self.passwords.verify(known, password) or account is None or known is None:
            raise _refused()
        renewed = self.passwords.hash(password) if self.passwords.is_outdated(known) else known
        with self.database.writing() as session:
            return self._begin(_unchanged(session, account.id, known), renewed)

    def change_password(self, current: Session, password: str, new_password: str) -> Session:
        """Another password: every session of the account ends, and a new one begins.

        Raises `sign_in_refused` for a wrong present password, `scope_missing` for the session of a key, `invalid`.
        """
        if current.account_id is None:
            raise RedianError("scope_missing", "An API key has no password.")
        with self.database.reading() as session:
            account = session.get_one(Account, current.account_id)
        known = account.password_hash
        if not self.passwords.verify(known, password) or known is None:
            raise _refused("The present password is wrong.")
        hashed = self._hashed(new_password, account.name, "new_password")
        with self.database.writing() as session:
            locked = _unchanged(session, account.id, known)
            self._note(session, locked, "change-password")
            self.sessions.end_account(locked.id)
            return self._begin(locked, hashed)

    def look(self, token: str) -> Account:
        """Whom an invitation is for; raises `invitation_unknown` when it is over, was taken up or never made."""
        with self.database.reading() as session:
            return self._invited(session, token)

    def accept(self, token: str, password: str) -> Session:
        """Take an invitation up; raises `invitation_unknown` or `invalid`."""
        hashed = self._hashed(password, self.look(token).name, "password")
        with self.database.writing() as session:
            account = self._invited(session, token, for_update=True)
            account.invitation_digest = account.invitation_ends_at = None
            self._note(session, account, "accept-invitation")
            self.sessions.end_account(account.id)
            return self._begin(account, hashed)

    def _begin(self, account: Account, password_hash: str) -> Session:
        account.password_hash, account.signed_in_at = password_hash, self.clock()
        return self.sessions.begin_account(account.id, caller_of(account))

    def _hashed(self, password: str, name: str, field: str) -> str:
        fault = fault_of(password, name)
        if fault is not None:
            raise invalid((field, fault))
        return self.passwords.hash(password)

    def _invited(self, session: SqlSession, token: str, *, for_update: bool = False) -> Account:
        query = select(Account).where(Account.invitation_digest == digest_of(token), Account.is_disabled.is_(False))
        account = session.scalar(query.with_for_update() if for_update else query)
        if account is None or (account.invitation_ends_at or 0) <= self.clock():
            raise RedianError("invitation_unknown", "This link is over or was used; ask for a new one.")
        return account

    def _note(self, session: SqlSession, account: Account, action: str) -> None:
        entry = AuditEntry(at=self.clock(), who=account.name, action=action, subject=describe(account)[:300])
        session.add(entry)


def _unchanged(session: SqlSession, account_id: str, password_hash: str) -> Account:
    """The account's row, held, if the password is still that which was compared."""
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or account.is_disabled or account.password_hash != password_hash:
        raise _refused()
    return account


def _refused(detail: str = "The name or the password is wrong.") -> RedianError:
    return RedianError("sign_in_refused", detail)
