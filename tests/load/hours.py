"""Hours: the time as a system's processes see it, set forward by the hour."""

import os
from collections.abc import Mapping
from pathlib import Path

CLOCK = Path(__file__).with_name("clock")
HOUR_SECONDS = 3600


class Hours:
    """The offset of a system's clock, in a file that its processes look at (clock/sitecustomize.py)."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.passed = 0
        self._write()

    @property
    def environ(self) -> Mapping[str, str]:
        """What makes every Python process of a system see it; Redis and the gateway keep the machine's time."""
        paths = [str(CLOCK), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {"PYTHONPATH": os.pathsep.join(paths), "SOAK_OFFSET_FILE": str(self._file)}

    def forward(self) -> None:
        """Let an hour pass."""
        self.passed += 1
        self._write()

    def _write(self) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_text(str(self.passed * HOUR_SECONDS))
        draft.replace(self._file)
