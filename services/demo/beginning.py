"""When the demo began: kept in a file, so that a later start names the same articles and adds nothing twice."""

from pathlib import Path

from shared.clock import Clock


def demo_beginning(folder: Path, clock: Clock) -> int:
    """The time of the demo's first start in milliseconds; now, and noted, when there was none."""
    path = folder / "demo-beginning"
    if not path.exists():
        path.write_text(str(clock()), "ascii")
    return int(path.read_text("ascii"))
