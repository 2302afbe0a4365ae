"""Accounts: invited, changed and disabled by administrators, each deed with its entry in the audit trail.

A change ends the account's sessions while it holds the account's row, as a sign-in begins one while it holds the row:
no session of before outlives a change.
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import TypedDict

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from comments_service.accounts.invitations import Invitation, invite
from comments_service.accounts.roles import Role
from comments_service.database import Database
from comments_service.ids import new_id
from comments_service.nicknames import EDITOR, Nicknames
from comments_service.tables import Account, AuditEntry
from shared.clock import Clock
from shared.errors import RedianError, invalid
from shared.sessions import Sessions

COMMAND = "command line"
"""Who it was where no account and no key was."""


class Changes(TypedDict, total=False):
    """What is to change of an account; no channels are all of them."""

    role: Role
    channels: list[str] | None
    is_disabled: bool


class Accounts:
    """Keeps the accounts; `reserved` are names that stand in the audit trail for somebody else, such as API keys."""

    def __init__(
        self, database: Database, sessions: Sessions, nicknames: Nicknames, clock: Clock, reserved: Collection[str]
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._nicknames = nicknames
        self._clock = clock
        self._reserved = {name_digest(name) for name in (*reserved, COMMAND)}

    def all(self) -> Sequence[Account]:
        """Every account, by name."""
        with self._database.reading() as session:
            return session.scalars(select(Account).order_by(Account.name, Account.id)).all()

    def invite(self, name: str, role: Role, channels: list[str] | None, who: str) -> Invitation:
        """Make an account whose password its owner will choose; raises `account_exists` or `invalid`."""
        with self._database.writing() as session:
            if find_account(session, name) is not None or name_digest(name) in self._reserved:
                raise RedianError("account_exists", f"There is an account or a key of the name {name}.")
            return self._add(session, name, role, _channels_of(role, channels), who)

    def invite_administrator(self, name: str) -> Invitation:
        """Make an administrator, or an account one again whatever became of it: the operator's way in."""
        with self._database.writing() as session:
            account = find_account(session, name)
            if account is None:
                return self._add(session, name, Role.ADMINISTRATOR, None, COMMAND)
            account.role, account.channels, account.is_disabled = Role.ADMINISTRATOR, None, False
            return self._invite_again(session, account, COMMAND)

    def reset(self, account_id: str, who: str) -> Invitation:
        """Void an account's password and end its sessions; raises `account_unknown`."""
        with self._database.writing() as session:
            return self._invite_again(session, _lock(session, account_id), who)

    def change(self, account_id: str, changes: Changes, who: str) -> Account:
        """Change an account and end its sessions, unless it is so already.

        Raises `account_unknown`, `invalid`, or `administrator_last` when nobody would be left to manage accounts.
        """
        with self._database.writing() as session:
            account = _lock(session, account_id)
            before = _state(account)
            role = changes.get("role", Role(account.role))
            # Whoever becomes an administrator is for every channel from then on.
            kept = None if role is Role.ADMINISTRATOR else account.channels
            wanted = {
                "role": role,
                "channels": _channels_of(role, changes.get("channels", kept)),
                "is_disabled": changes.get("is_disabled", account.is_disabled),
            }
            if wanted == before:
                return account
            if is_administrator(account) and (role is not Role.ADMINISTRATOR or wanted["is_disabled"]):
                _require_another(session, account)
            for name, value in wanted.items():
                setattr(account, name, value)
            self._note(session, account, _action(before, wanted), who)
            self._sessions.end_account(account.id)
            return account

    def _add(self, session: Session, name: str, role: Role, channels: list[str] | None, who: str) -> Invitation:
        now = self._clock()
        account = Account(
            id=new_id(now),
            name=name,
            name_digest=name_digest(name),
            role=role,
            channels=channels,
            is_disabled=False,
            created_by=who,
            created_at=now,
        )
        session.add(account)
        # Nor may a reader sign with the name of an editor.
        self._nicknames.protect(session, name, EDITOR)
        self._note(session, account, "invite-account", who)
        return invite(account, now)

    def _invite_again(self, session: Session, account: Account, who: str) -> Invitation:
        self._note(session, account, "reset-account", who)
        self._sessions.end_account(account.id)
        return invite(account, self._clock())

    def _note(self, session: Session, account: Account, action: str, who: str) -> None:
        session.add(AuditEntry(at=self._clock(), who=who, action=action, subject=describe(account)[:300]))


def find_account(session: Session, name: str) -> Account | None:
    """The account of a name, however it is spelled, its row held until the transaction's end."""
    query = select(Account).where(Account.name_digest == name_digest(name))
    return session.scalar(query.with_for_update())


def name_digest(name: str) -> str:
    """By which names are compared: neither full width nor capitals make another one."""
    plain = unicodedata.normalize("NFKC", name).casefold().strip()
    return sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def describe(account: Account) -> str:
    """An account as the audit trail names it, such as `林晓 (editor: fj, zz)`."""
    channels = "" if account.channels is None else f": {', '.join(account.channels)}"
    return f"{account.name} ({account.role}{channels})"


def is_administrator(account: Account) -> bool:
    """Whether somebody manages the accounts with this one."""
    return account.role == Role.ADMINISTRATOR and not account.is_disabled and account.password_hash is not None


def _state(account: Account) -> Mapping[str, object]:
    return {"role": Role(account.role), "channels": account.channels, "is_disabled": account.is_disabled}


def _action(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    if before["is_disabled"] != after["is_disabled"]:
        return "disable-account" if after["is_disabled"] else "enable-account"
    return "change-account"


def _channels_of(role: Role, channels: list[str] | None) -> list[str] | None:
    if channels is not None and role is Role.ADMINISTRATOR:
        raise invalid(("channels", "must be null: an administrator is for every channel"))
    return None if channels is None else sorted(set(channels))


def _lock(session: Session, account_id: str) -> Account:
    """The account's row and those of all administrators, in one order: two who disable each other take turns."""
    query = select(Account).where(or_(Account.id == account_id, Account.role == Role.ADMINISTRATOR))
    locked = session.scalars(query.order_by(Account.id).with_for_update()).all()
    account = next((each for each in locked if each.id == account_id), None)
    if account is None:
        raise RedianError("account_unknown", f"There is no account {account_id}.")
    return account


def _require_another(session: Session, account: Account) -> None:
    query = select(Account).where(Account.role == Role.ADMINISTRATOR, Account.id != account.id)
    if not any(is_administrator(each) for each in session.scalars(query)):
        raise RedianError("administrator_last", f"{account.name} is the last administrator.")
