"""Sign-in: an API key, a password or an invitation for a session, so many tries a quarter of an hour."""

from dataclasses import dataclass

from comments_service.accounts.entrance import Entrance
from comments_service.desk.tries import Tries
from comments_service.tables import Account
from comments_service.visitors import Sender
from shared.api_keys import KeyRing, Scope, with_scope
from shared.sessions import Session, Sessions


@dataclass(frozen=True)
class SignIn:
    """Turns what somebody knows into a session; raises `rate_limited` or `sessions_unavailable`."""

    keys: KeyRing
    sessions: Sessions
    entrance: Entrance
    tries: Tries

    def by_key(self, key_text: str, sender: Sender) -> Session:
        """A session of an API key; raises `key_unknown` or `scope_missing`."""
        with self.tries.counted(sender):
            key = self.keys.find(f"Bearer {key_text}")
            assert key is not None, "a header was given"
            return self.sessions.begin(with_scope(key, Scope.MODERATE))

    def by_password(self, name: str, password: str, sender: Sender) -> Session:
        """A session of an account; raises `sign_in_refused` or `sign_in_busy`."""
        with self.tries.counted(sender, name):
            return self.entrance.enter(name, password)

    def look(self, token: str, sender: Sender) -> Account:
        """Whom an invitation is for; raises `invitation_unknown`."""
        with self.tries.counted(sender):
            return self.entrance.look(token)

    def by_invitation(self, token: str, password: str, sender: Sender) -> Session:
        """A session with the password that is chosen; raises `invitation_unknown`, `invalid` or `sign_in_busy`."""
        with self.tries.counted(sender):
            return self.entrance.accept(token, password)

    def change_password(self, session: Session, password: str, new_password: str, sender: Sender) -> Session:
        """A session in the place of all before; raises what Entrance.change_password does."""
        with self.tries.counted(sender, session.caller.name):
            return self.entrance.change_password(session, password, new_password)
