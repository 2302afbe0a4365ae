"""The word filter: the lexicon that this process judges by, never more than two seconds behind the list."""

from concurrent.futures import Future
from threading import Lock, Thread

from comments_service.words.folding import FoldTable
from comments_service.words.lexicon import Lexicon
from comments_service.words.word_list import WordList
from shared.clock import Clock

LOOK_INTERVAL_MS = 1_000
"""How often the list's version is looked at, at most."""
STALE_MS = 2_000
"""How old a lexicon may serve while the next is made; a request behind that waits for the next."""


class WordFilter:
    """Gives the lexicon. A changed list is noticed by a request, and made ready in a thread beside it.

    The old lexicon serves meanwhile, unless this process had not looked for so long (nobody commented) that it may be
    further behind than two seconds.
    """

    def __init__(self, words: WordList, table: FoldTable, clock: Clock) -> None:
        self._words = words
        self._table = table
        self._clock = clock
        self._lock = Lock()
        self._lexicon = Lexicon(table, ())
        self._version: int | None = None
        self._current_at: int | None = None
        """When the lexicon was last known to be the list; None makes the next request look."""
        self._next: Future[Lexicon] | None = None

    def current(self) -> Lexicon:
        """The lexicon to judge by. Call it outside of a transaction: it may read the list.

        Raises `database_unavailable` when the list cannot be read.
        """
        with self._lock:
            if self._is_older_than(LOOK_INTERVAL_MS):
                self._look()
            waited_for = self._next if self._is_older_than(STALE_MS) else None
            lexicon = self._lexicon
        return waited_for.result() if waited_for else lexicon

    def expire(self) -> None:
        """Make the next request look, as this very process has just changed the list."""
        with self._lock:
            self._current_at = None

    def _is_older_than(self, milliseconds: int) -> bool:
        # A clock that was set back makes the age negative; looking once too often does no harm.
        return self._current_at is None or not 0 <= self._clock() - self._current_at < milliseconds

    def _look(self) -> None:
        if self._next is not None:
            return
        now = self._clock()
        if self._words.version() == self._version:
            self._current_at = now
            return
        self._next = Future()
        Thread(target=self._make, args=(self._next, now), name="word filter", daemon=True).start()

    def _make(self, made: Future[Lexicon], now: int) -> None:
        try:
            version, entries = self._words.read()
            lexicon = Lexicon(self._table, entries)
        except BaseException as error:  # noqa: BLE001  # the requests that wait raise it, and the next one looks again
            with self._lock:
                self._next = None
            made.set_exception(error)
            return
        with self._lock:
            self._lexicon, self._version, self._current_at, self._next = lexicon, version, now, None
        made.set_result(lexicon)
