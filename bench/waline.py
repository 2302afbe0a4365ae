"""Waline, a peer to compare comments with: on Node.js and SQLite, in one process, its limits off."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from bench.servers import Server, running, running_app, wait_for
from services.embedded.ports import LOOPBACK, free_port

PACKAGE = "@waline/vercel@1.39.3"
HOME = Path(__file__).parent.parent / ".benchmarks" / "waline"
PROGRAM = HOME / "node_modules" / "@waline" / "vercel" / "vanilla.js"
READY = HOME / ".ready"
INSTALL = ("npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(HOME), PACKAGE)
THREAD = "/thread/"
PAGE = f"/api/comment?path={THREAD}&pageSize=20&page=1&sortBy=insertedAt_desc"
POSTS = "/api/comment"
POST_SCRIPT = ("comment", "nick", "comment", ',"url":"/posts/","link":"","mail":"","ua":""')
"""Its names for the fields of a post, for the load generator."""
TIMES = "createdAt TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updatedAt TIMESTAMP DEFAULT CURRENT_TIMESTAMP"
SCHEMA = f"""
CREATE TABLE wl_Comment (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, comment TEXT,
    insertedAt TIMESTAMP DEFAULT CURRENT_TIMESTAMP, ip VARCHAR(100) DEFAULT '', link VARCHAR(255), mail VARCHAR(255),
    nick VARCHAR(255), pid INTEGER, rid INTEGER, sticky NUMERIC, status VARCHAR(50) NOT NULL DEFAULT '',
    "like" INTEGER, ua TEXT, url VARCHAR(255), {TIMES});
CREATE TABLE wl_Users (id INTEGER PRIMARY KEY AUTOINCREMENT, display_name VARCHAR(255) NOT NULL DEFAULT '',
    email VARCHAR(255) NOT NULL DEFAULT '', password VARCHAR(255) NOT NULL DEFAULT '',
    type VARCHAR(50) NOT NULL DEFAULT '', label VARCHAR(255), url VARCHAR(255), avatar VARCHAR(255), {TIMES});
CREATE TABLE wl_Counter (id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER, url VARCHAR(255) NOT NULL, {TIMES});
"""
"""The columns of its documentation that it reads and writes; it makes no tables itself."""


@contextmanager
def running_waline(folder: Path, comments: list[str]) -> Iterator[Server | None]:
    """Waline with a thread of these comments; None, with the reason said, on a machine without npm."""
    if shutil.which("npm") is None:
        sys.stderr.write("Waline is left out: there is no npm here, for example from apt-get install npm.\n")
        yield None
        return
    _install()
    with sqlite3.connect(folder / "waline.sqlite") as connection:
        connection.executescript(SCHEMA)
    connection.close()
    providers = folder / "waline-providers.json"
    providers.write_text('{"services":[]}')
    # It asks for the ways to sign in at every request; elsewhere in the world, if nobody answers here.
    with running_app("bench.references.constant:create_app", {"BENCH_ANSWER": str(providers)}) as asked:
        environment = {"SQLITE_PATH": str(folder), "JWT_TOKEN": "bench", "OAUTH_URL": asked.url}
        environment |= {"IPQPS": "0", "DISABLE_AUTHOR_NOTIFY": "1", "AVATAR_PROXY": "false", "AKISMET_KEY": "false"}
        port = free_port()
        url = f"http://{LOOPBACK}:{port}"
        with running(["node", str(PROGRAM), str(port)], {**os.environ, **environment}) as pid:
            wait_for(lambda: _answers(url), "Waline")
            for text in comments:
                _post(url, text)
            yield Server(url, pid)


def _install() -> None:
    """Install it at the first use, which needs the registry; an install that broke off is done again."""
    if not READY.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        subprocess.run(INSTALL, check=True, stdout=subprocess.DEVNULL)
        READY.touch()


def _post(url: str, text: str) -> None:
    body = json.dumps({"comment": text, "nick": "reader", "url": THREAD, "link": "", "mail": "", "ua": ""}).encode()
    with urlopen(Request(url + POSTS, body, {"Content-Type": "application/json"})) as answer:  # our own address
        assert json.load(answer)["errno"] == 0


def _answers(url: str) -> bool:
    try:
        with urlopen(url + PAGE) as answer:  # our own address
            return bool(json.load(answer)["errno"] == 0)
    except OSError:
        return False
