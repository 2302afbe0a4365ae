"""The position of a replay: how far a file has been sent to a system, kept in a file so that a restart goes on there.

A batch is noted before it is sent and again when it is acknowledged. A replay that was killed between the two sends
that very batch again, with the same lines, times and Idempotency-Key, and the system answers it as it did before.
"""

import secrets
from hashlib import blake2b
from pathlib import Path

import msgspec

from comments_service.replay.errors import ReplayStopped
from comments_service.replay.source import Place


class Pending(msgspec.Struct, frozen=True):
    """A batch under way: where it ends, and the time by which its lines were judged."""

    line: int
    offset: int
    judged_at_ms: int


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the position file holds."""

    run: str
    """Chosen anew by each --restart, so that the system does not take its batches for repeats."""
    plan: str
    """The digest of everything that decides what is sent."""
    shift_ms: int
    line: int = 0
    offset: int = 0
    pending: Pending | None = None


class Position:
    """The file and its present state."""

    def __init__(self, path: Path, state: State, *, is_new: bool) -> None:
        self._path = path
        self._state = state
        self.is_new = is_new

    @property
    def place(self) -> Place:
        """The place up to which every line is settled."""
        return Place(self._state.line, self._state.offset)

    @property
    def pending(self) -> Pending | None:
        """The batch that was begun and not acknowledged."""
        return self._state.pending

    @property
    def shift_ms(self) -> int:
        """By how much times move; the same through all restarts."""
        return self._state.shift_ms

    def shift(self, shift_ms: int) -> None:
        """Set by how much times move, before the first batch."""
        self._state = msgspec.structs.replace(self._state, shift_ms=shift_ms)

    def begin(self, end: Place, judged_at_ms: int) -> str:
        """Note the batch that ends at a place and return its Idempotency-Key."""
        self._save(msgspec.structs.replace(self._state, pending=Pending(end.line, end.offset, judged_at_ms)))
        lines = f"{self._state.run}:{self._state.line + 1}-{end.line}"
        return blake2b(lines.encode(), digest_size=16).hexdigest()

    def acknowledge(self, end: Place) -> None:
        """Note that every line up to a place is settled."""
        self._save(msgspec.structs.replace(self._state, line=end.line, offset=end.offset, pending=None))

    def _save(self, state: State) -> None:
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(msgspec.json.encode(state))
            fresh.replace(self._path)  # one step: a kill leaves the old file or the new one
        except OSError as error:
            raise ReplayStopped(
                f"The position cannot be kept in {self._path}: {error.strerror}. --position names another file."
            ) from error
        self._state = state


def open_position(path: Path, plan: str, *, restart: bool) -> Position:
    """The kept position, or a new one at the file's start; raises ReplayStopped when it belongs to another plan."""
    state = None if restart else _read(path)
    if state is None:
        return Position(path, State(secrets.token_hex(8), plan, 0), is_new=True)
    if state.plan != plan:
        raise ReplayStopped(
            f"The replay in {path} was begun with other options. Give the same ones to go on, "
            "--restart to send everything anew, or --position for another position."
        )
    return Position(path, state, is_new=False)


def _read(path: Path) -> State | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReplayStopped(f"{path} cannot be read: {error.strerror}. --position names another file.") from error
    except msgspec.DecodeError as error:
        raise ReplayStopped(f"{path} holds no position of a replay: {error}. --restart begins anew.") from error
