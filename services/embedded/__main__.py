"""`python -m services.embedded`: prepare, start, heal and stop everything. The place where the parts meet."""

import secrets
import signal
import sys
import time
from pathlib import Path

from honcho.environ import parse_procfile

from services.demo.articles import demo_articles
from services.demo.beginning import demo_beginning
from services.embedded.child import Command
from services.embedded.console import Console
from services.embedded.data_folder import DataFolder
from services.embedded.environment import ROOT, Endpoints, environ_of, machine_settings, service_settings
from services.embedded.keeper import GaveUpError, Keeper
from services.embedded.migration import migrate
from services.embedded.ports import LOOPBACK, free_port, require_free
from services.embedded.readiness import Readiness
from services.embedded.servers import find_caddy, find_redis
from services.embedded.settings import EmbeddedSettings
from services.embedded.supervisor import Supervisor
from services.embedded.welcome import welcome
from shared.clock import system_clock
from shared.settings import load


def main() -> None:
    """Run until told to stop; ends with a sentence when something stands in the way."""
    try:
        _run(load(EmbeddedSettings), time.monotonic())
    except GaveUpError as error:
        raise SystemExit(str(error)) from None
    except KeyboardInterrupt:
        raise SystemExit("Stopped before everything had started.") from None


def _run(settings: EmbeddedSettings, started: float) -> None:
    # Until the supervisor listens, a SIGTERM is what a Ctrl-C is.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = DataFolder(settings.data_dir)
    require_free(settings.ports)
    commands = _prepare(settings, folder)
    console = Console(commands)
    keepers = [Keeper(command) for command in commands.values()]
    Supervisor(keepers, console, _Announcement(settings, console, started)).run()
    console.say("everything is stopped")


def _prepare(settings: EmbeddedSettings, folder: DataFolder) -> dict[str, Command]:
    """Write what this run's processes read, migrate the databases, and answer the commands by their names."""
    port, password = free_port(), secrets.token_hex(16)
    folder.write_redis_conf(port, password, settings.redis_appendfsync)
    endpoints = Endpoints(
        redis_url=f"redis://:{password}@{LOOPBACK}:{port}/0",
        redis_server=find_redis(),
        caddy=find_caddy(),
        secret_key=folder.secret_key(),
        # Readers reach these two through the gateway alone, so that nobody has to choose their ports.
        live_port=free_port(),
        portal_port=free_port(),
    )
    services = {name: service_settings(settings, endpoints, name) for name in ("comments", "ranking")}
    for name, variables in services.items():
        folder.write_env(f"{name}.env", variables)
    machine = machine_settings(settings, endpoints)
    migrate(settings.data_dir, {name: environ_of(name, machine, services) for name in services})
    lines = parse_procfile((ROOT / "Procfile").read_text("utf-8")).processes
    return {
        name: Command(name, line, ROOT, environ_of(name, machine, services), _kept_open(name, folder))
        for name, line in lines.items()
        if settings.demo or name != "demo"
    }


def _kept_open(name: str, folder: DataFolder) -> tuple[int, ...]:
    # A Redis that outlives a killed launcher for a moment still holds the lock: no second one writes its files.
    return (folder.lock_fd,) if name == "redis" else ()


class _Announcement:
    """Shows the welcome, once, as soon as everything answers."""

    def __init__(self, settings: EmbeddedSettings, console: Console, started: float) -> None:
        self._settings = settings
        self._console = console
        self._started = started
        self._readiness = Readiness(
            [
                f"http://{LOOPBACK}:{settings.comments_port}/readyz",
                f"http://{LOOPBACK}:{settings.ranking_port}/readyz",
                f"http://{LOOPBACK}:{settings.gateway_port}/readyz",
                f"http://{LOOPBACK}:{settings.gateway_port}/embed/manifest.json",
            ]
        )
        self._shown = False

    def __call__(self) -> None:
        """Look again, unless the welcome has been shown."""
        if not self._shown and self._readiness.check():
            self._shown = True
            self._console.show(self._text())

    def _text(self) -> str:
        seconds = time.monotonic() - self._started
        beginning_ms = demo_beginning(self._settings.data_dir, system_clock) if self._settings.demo else 0
        article_id = (
            demo_articles(beginning_ms, self._settings.portal)[0].article_id if self._settings.demo else "hello"
        )
        return welcome(self._settings, seconds, article_id, str(Path(sys.executable).parent))


if __name__ == "__main__":
    main()
