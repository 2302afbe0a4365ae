"""Sessions of accounts: who somebody is who signed in with a password, in Redis, where both services find it.

session:account:<account>    hash, session id -> record as JSON; gone when the last of them would have ended by itself
"""

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.api_keys import Caller
from shared.clock import Clock
from shared.store import Store, outages_as

MOST = 20
"""Sessions of one account at a time; the oldest end for new ones."""
AWAY = "The sessions cannot be reached."


class Record(BaseModel):
    """What a session is, from its beginning: a change of the account ends it rather than change it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    caller: Caller
    ends_at: int
    """In milliseconds since 1970."""


class AccountSessions:
    """Keeps, finds and ends them; every method raises RedianError `sessions_unavailable` while Redis is away."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def put(self, account_id: str, session_id: str, record: Record) -> None:
        """Keep a new session; those that are over go, and the oldest where there are too many."""
        key = _key(account_id)
        with outages_as("sessions", AWAY):
            stale = self._stale(self._store.hgetall(key))
            pipeline = self._store.pipeline(transaction=True)
            if stale:
                pipeline.hdel(key, *stale)
            pipeline.hset(key, session_id, record.model_dump_json())
            # The new one ends last.
            pipeline.pexpire(key, max(1, record.ends_at - self._clock()))
            pipeline.execute()

    def find(self, account_id: str, session_id: str) -> Record | None:
        """A live session."""
        with outages_as("sessions", AWAY):
            raw = self._store.hget(_key(account_id), session_id)
        record = _read(raw)
        return record if record and record.ends_at > self._clock() else None

    def end(self, account_id: str, session_id: str) -> None:
        """End one."""
        with outages_as("sessions", AWAY):
            self._store.hdel(_key(account_id), session_id)

    def end_all(self, account_id: str) -> None:
        """End every session of an account."""
        with outages_as("sessions", AWAY):
            self._store.delete(_key(account_id))

    def _stale(self, kept: dict[bytes, bytes]) -> list[bytes]:
        ends = {session_id: record.ends_at if (record := _read(raw)) else 0 for session_id, raw in kept.items()}
        newest = sorted((each for each in ends if ends[each] > self._clock()), key=lambda each: -ends[each])
        return [each for each in ends if each not in newest[: MOST - 1]]


def _read(raw: bytes | None) -> Record | None:
    try:
        return None if raw is None else Record.model_validate_json(raw)
    except ValidationError:
        # Another version of ours wrote it: whoever it was signs in again.
        return None


def _key(account_id: str) -> str:
    return f"session:account:{account_id}"
