"""`python -m tests.chaos.launcher`: the embedded system with some of its wires laid elsewhere.

CHAOS_ENVIRON is JSON, process → variable → value; `{password}` in a value stands for that of this run's Redis. So a
proxy comes between two processes, a PostgreSQL in the place of SQLite, or another clock into all of them.
"""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from services.embedded import __main__ as embedded
from services.embedded.child import Command
from services.embedded.data_folder import DataFolder
from services.embedded.settings import EmbeddedSettings
from shared.settings import load

EVERY = "*"


def main() -> None:
    """Run what `make run` runs, rewired."""
    changes = json.loads(os.environ["CHAOS_ENVIRON"])
    prepare = embedded._prepare

    def prepare_rewired(settings: EmbeddedSettings, folder: DataFolder) -> dict[str, Command]:
        return {name: _rewired(command, changes) for name, command in prepare(settings, folder).items()}

    embedded._prepare = prepare_rewired
    embedded._run(load(EmbeddedSettings), time.monotonic())


def _rewired(command: Command, changes: Mapping[str, Mapping[str, str]]) -> Command:
    password = urlsplit(command.environ["REDIS_URL"]).password or ""
    own = {**changes.get(EVERY, {}), **changes.get(command.name, {})}
    own = {variable: value.replace("{password}", password) for variable, value in own.items()}
    return replace(command, environ={**command.environ, **own})


if __name__ == "__main__":
    main()
