"""isso, a peer to compare comments with: in its own environment, its guard off, behind the same server as ours."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from bench.servers import REFERENCE_THREADS, Server, running, wait_for
from services.embedded.ports import LOOPBACK, free_port

FAILED_POSTS = 0.01
"""So many it may answer with 500 under load: its cache is a dictionary that its threads change while others walk it."""
PACKAGES = ("isso==0.14.0", "granian==2.8.7", "setuptools<81")
HOME = Path(__file__).parent.parent / ".benchmarks" / "isso"
THREAD = "/thread/"
PAGE = f"/?uri={THREAD}&limit=20&nested_limit=3"
POSTS = f"/new?uri={THREAD}"


@contextmanager
def running_isso(folder: Path, comments: list[str]) -> Iterator[Server]:
    """isso with a thread of these comments, on SQLite, in one process."""
    programs = _environment()
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    settings = folder / "isso.conf"
    settings.write_text(
        f"[general]\ndbpath = {folder / 'isso.db'}\nhost = {url}/\nlog-file = {folder / 'isso.log'}\n"
        "[guard]\nenabled = false\n[moderation]\nenabled = false\n"
    )
    command = [str(programs / "granian"), "--interface", "wsgi", "--http", "1", "--workers", "1", "--no-ws"]
    command += ["--blocking-threads", str(REFERENCE_THREADS), "--log-level", "critical"]
    command += ["--host", LOOPBACK, "--port", str(port), "isso.run:application"]
    with running(command, {"ISSO_SETTINGS": str(settings)}) as pid:
        wait_for(lambda: _answers(url), "isso")
        for text in comments:
            _post(url, text)
        yield Server(url, pid)


def _environment() -> Path:
    """Its programs; installed at the first use, which needs the package index."""
    programs = HOME / "bin"
    if not (HOME / ".ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
        subprocess.run([str(programs / "pip"), "install", "--quiet", *PACKAGES], check=True)
        (HOME / ".ready").touch()
    return programs


def _post(url: str, text: str) -> None:
    body = json.dumps({"text": text, "author": "reader", "title": "thread"}).encode()
    headers = {"Content-Type": "application/json", "Origin": url}
    with urlopen(Request(url + POSTS, body, headers)) as answer:  # our own address
        assert answer.status == 201


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/config"):  # our own address
            return True
    except OSError:
        return False
