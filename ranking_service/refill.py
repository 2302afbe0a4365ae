"""The refill: a partition's boards recounted from the ledger and swapped in whole.

Done when boards.toml has changed, after a restore from the archive, and by `rebuild`.
"""

import secrets
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from itertools import islice

from ranking_service import keys
from ranking_service.boards import Boards
from ranking_service.position import Position
from ranking_service.recount import Recount, recount
from ranking_service.scripts import Scripts
from ranking_service.sums import Places
from shared.clock import HOUR_MS, Clock
from shared.store import Store

PAGE = 500


@dataclass(frozen=True)
class Refill:
    """Fills the boards of a partition anew."""

    store: Store
    scripts: Scripts
    boards: Boards
    clock: Clock

    def refill(self, partition: int, position: Position) -> bool:
        """Recount every board as boards.toml now has it; False when a worker changed the partition meanwhile."""
        aimed = self._aimed(position)
        counted = recount(self.store, partition, self.boards, aimed)
        places, token = Places(keys.position(partition)), secrets.token_hex(4)
        renames: list[list[object]] = []
        filled: set[str] = set()
        for channel, article_ids in counted.channels().items():
            for ranking, scores in counted.scores.items():
                key = keys.board(partition, channel, ranking)
                aside = f"{key}:aside-{token}"
                self._fill(aside, {name: scores[name] for name in article_ids if scores.get(name)})
                renames.append([places(aside), places(key), True])
                filled.add(key)
        drops = [places(key) for key in self._present(partition) if key not in filled]
        drops += [places(key) for key in self._heat_of(partition, position.landmarks.keys() - aimed.landmarks.keys())]
        aside = self._fill_channels(partition, counted, token)
        renames.append([places(aside), places(keys.channels(partition)), True])
        request = {"renames": renames, "drops": drops, "fields": _fields(position, aimed)}
        return self.scripts.swap(places.keys, position.version, request)

    def _aimed(self, position: Position) -> Position:
        """The position with a floor and a landmark for exactly the boards that there are now."""
        floors = {w: position.floors.get(w, position.hour - w + 1) for w in self.boards.windows}
        # The longest window takes over whatever the ledger still keeps, and lets go of it in the ordinary way.
        longest = self.boards.windows[-1]
        floors[longest] = min([floors[longest], *position.floors.values()])
        return replace(
            position,
            signature=self.boards.signature,
            floors=floors,
            afters={w: after for w, after in position.afters.items() if w in floors},
            landmarks={b.name: position.landmarks.get(b.name, self.clock()) for b in self.boards.decaying},
        )

    def _fill(self, aside: str, scores: dict[str, float]) -> None:
        rest = iter(scores.items())
        while page := dict(islice(rest, PAGE)):
            pipeline = self.store.pipeline(transaction=False)
            pipeline.zadd(aside, page)
            # Gone by itself should this process die before the swap.
            pipeline.pexpire(aside, HOUR_MS)
            pipeline.execute()

    def _fill_channels(self, partition: int, counted: Recount, token: str) -> str:
        aside = f"{keys.channels(partition)}:aside-{token}"
        known = dict.fromkeys((name.decode() for name in self.store.hkeys(keys.channels(partition))), 0)
        counts = {**known, **counted.live_articles()}
        if counts:
            self.store.hset(aside, mapping=counts)
            self.store.pexpire(aside, HOUR_MS)
        return aside

    def _heat_of(self, partition: int, board_names: Set[str]) -> Iterator[str]:
        slots = [int(slot) for slot in self.store.zrange(keys.slots(partition), 0, -1)]
        return (keys.ledger(partition, slot, name) for name in sorted(board_names) for slot in slots)

    def _present(self, partition: int) -> Iterator[str]:
        pattern = keys.board_pattern(partition)
        names = {name.decode() for name in self.store.scan_iter(match=pattern, count=1_000)}
        return (name for name in sorted(names) if ":aside-" not in name)


def _fields(old: Position, new: Position) -> dict[str, object]:
    """What turns the old position's hash into the new one."""
    fields: dict[str, object] = {"signature": new.signature}
    fields |= {f"floor:{w}": new.floors.get(w, "") for w in old.floors.keys() | new.floors.keys()}
    fields |= {f"after:{w}": "" for w in old.afters.keys() - new.afters.keys()}
    names = old.landmarks.keys() | new.landmarks.keys()
    return fields | {f"landmark:{name}": new.landmarks.get(name, "") for name in names}
