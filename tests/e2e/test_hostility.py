"""A running system under hostile hands: connections without end, floods, secrets that would slip out, forged lines."""

import json
import re
import resource
import select
import socket
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPResponse
from pathlib import Path

import httpx
import pytest

from services.embedded.ports import LOOPBACK
from tests.e2e.processes import descendants
from tests.e2e.running import ARTICLE, KEY, PATIENCE_SECONDS, Run, eventually

pytestmark = pytest.mark.timeout(300)

CONNECTIONS = 10_000
MEMBERS_SECRET = "a secret that portal and Redian share 8d1f"
MEMBER_KEYS = json.dumps([{"algorithm": "HS256", "key": MEMBERS_SECRET}])
STREAM_LINE = re.compile(r"[\d:]+ ([a-z-]+) +\| ")
"""A line that a process wrote, as the launcher shows it; its own lines, the welcome with the key, have no name."""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("hostility") / "data"
    run = Run(folder, API_KEY="test-key", MEMBER_KEYS=MEMBER_KEYS)
    try:
        run.until_ready()
        assert run.http.put("/v1/articles/a-1", json=ARTICLE, headers=KEY).status_code == 201
        eventually(lambda: run.http.get("/v1/rankings/zz").status_code == 200, run.log)
        yield run
    finally:
        run.http.close()
        run.stop()


def answers_readers(system: Run) -> None:
    """A reader who comes now is served: a page, a ranking, a click and a comment."""
    assert system.http.get("/").status_code == 200
    assert system.http.get("/v1/rankings/zz").status_code == 200
    assert system.http.post("/v1/clicks", json={"article_id": "a-1"}).status_code == 202
    assert system.http.get("/v1/articles/a-1/comments").status_code == 200


@contextmanager
def connections(port: str, number: int, sent: bytes) -> Iterator[list[socket.socket]]:
    """So many connections that say something and then nothing."""
    with ExitStack() as stack:
        opened = []
        for _ in range(number):
            opened.append(
                stack.enter_context(socket.create_connection((LOOPBACK, int(port)), timeout=PATIENCE_SECONDS))
            )
            opened[-1].sendall(sent)
        yield opened


def is_closed(connection: socket.socket) -> bool:
    """Whether the other side has ended a connection, after what it may have answered."""
    connection.settimeout(0.01)
    try:
        while connection.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


@pytest.fixture
def many_files() -> Iterator[None]:
    """As many open files as the machine allows this process, for as long as the test lasts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < CONNECTIONS + 500:
        pytest.skip(f"a process may open {hard:,} files here; {CONNECTIONS:,} connections need more")
    resource.setrlimit(resource.RLIMIT_NOFILE, (CONNECTIONS + 500, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_ten_thousand_open_connections_keep_no_reader_out(system: Run) -> None:
    with connections(system.ports["GATEWAY_PORT"], CONNECTIONS, b""):
        answers_readers(system)

    answers_readers(system)


def test_who_never_ends_his_headers_is_let_go(system: Run) -> None:
    half = b"GET /v1/rankings/zz HTTP/1.1\r\nHost: a\r\nX-A: b\r\n"
    with connections(system.ports["GATEWAY_PORT"], 200, half) as opened:
        answers_readers(system)

        eventually(lambda: all(map(is_closed, opened)), system.log)


@pytest.mark.parametrize("path", ["/v1/clicks", "/v1/rankings/zz", "/zz"])
def test_bodies_that_never_end_take_no_thread_of_a_service(system: Run, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{{"
    with connections(system.ports["GATEWAY_PORT"], 200, head.encode()):
        answers_readers(system)


REFUSED_BODIES = [
    *(("GATEWAY_PORT", "PUT /v1/articles/a-1"), ("GATEWAY_PORT", "POST /"), ("GATEWAY_PORT", "POST /v1/rankings/zz")),
    *(
        ("COMMENTS_PORT", "PUT /v1/articles/a-1"),
        ("COMMENTS_PORT", "POST /v1/clicks/batch"),
        ("COMMENTS_PORT", "GET /"),
    ),
    *(("RANKING_PORT", "PUT /v1/rankings/zz/hot/pins/a-1"), ("RANKING_PORT", "GET /v1/rankings/zz")),
]
"""What is answered before its body is read: without a key, at another method, at no route, from bytes."""
LATE_SECONDS = 0.1


@pytest.mark.parametrize("size", [2, 60_000])
@pytest.mark.parametrize(("port", "request_line"), REFUSED_BODIES)
def test_a_connection_outlives_a_body_that_nobody_wanted(system: Run, port: str, request_line: str, size: int) -> None:
    with socket.create_connection((LOOPBACK, int(system.ports[port])), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(f"{request_line} HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\n\r\n".encode())
        # An answer that comes from the headers alone comes within this time.
        select.select([connection], [], [], LATE_SECONDS)
        connection.sendall(b"x" * size)
        refusal = read_answer(connection)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        second = read_answer(connection)

    assert "connection: close" not in refusal.lower()
    assert second.startswith("HTTP/1.1 200")


@pytest.mark.parametrize("app", ["comments_service:", "ranking_service:", "portal.app:", "live.app:"])
def test_a_connection_that_ends_with_an_answer_says_so(system: Run, app: str) -> None:
    command = system.parts(app)[0].command.split()
    port = int(command[command.index("--port") + 1])
    head = b"PUT /v1/nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n"

    with socket.create_connection((LOOPBACK, port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(head + b"x" * 70_000)
        answer = read_answer(connection)

    assert answer.startswith(("HTTP/1.1 404", "HTTP/1.1 405"))
    assert "connection: close" in answer.lower()


def read_answer(connection: socket.socket) -> str:
    """The headers of the next answer; its body is read and left out. "" when the connection is at its end."""
    answer = HTTPResponse(connection)
    try:
        answer.begin()
    except ConnectionError:
        return ""
    answer.read()
    return f"HTTP/1.1 {answer.status}\n{answer.headers}"


FLOODS = {
    "one long header": b"X-A: " + b"a" * 900_000 + b"\r\n",
    "many headers": b"".join(b"X-%d: a\r\n" % number for number in range(5_000)),
    "one header many times": b"Cookie: a=b\r\n" * 5_000,
    "a long path": b"",
}


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("port", ["GATEWAY_PORT", "COMMENTS_PORT", "RANKING_PORT"])
def test_a_flood_of_headers_is_refused(system: Run, port: str, flood: str) -> None:
    path = b"/v1/channels" + (b"/a" * 300_000 if flood == "a long path" else b"")
    request = b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n" + FLOODS[flood] + b"\r\n"

    with socket.create_connection((LOOPBACK, int(system.ports[port])), timeout=PATIENCE_SECONDS) as connection:
        try:
            connection.sendall(request)
            answer = connection.recv(4_096)
        except ConnectionError:
            answer = b""

    assert answer == b"" or answer.split(b" ")[1] in {b"400", b"404", b"414", b"431"}
    answers_readers(system)


TRAVERSALS = [
    *("/../pyproject.toml", "/static/../../../pyproject.toml", "/static/..%2f..%2f..%2fpyproject.toml"),
    *("/static/%2e%2e/%2e%2e/%2e%2e/pyproject.toml", "/static/%252e%252e%252fpyproject.toml", "/static//etc/passwd"),
    *("/static/..%5c..%5cpyproject.toml", "/static/....//....//etc/passwd", "/static/portal.css%00.svg"),
    *("/embed/../../pyproject.toml", "/embed/x/..%2f..%2f..%2fpyproject.toml", "/embed/%2e%2e/modules.py"),
    *("/admin/assets/x/..%2f..%2fpages.py", "/admin/..%2f..%2fdesk%2fpages.py", "/admin/assets/../../../etc/passwd"),
    *("/v1/..%2fmetrics", "/v1/../metrics", "/v1/rankings/../../metrics", "/v1/rankings/..%2f..%2fmetrics"),
    *("/v1/avatars/..%2f..%2fetc%2fpasswd.svg", "/docs/static/..%2f..%2f..%2f..%2fapp.py", "/v1//metrics"),
]
INSIDE = re.compile(r"\[project\]|root:.*:0:0|^import |redian_http_requests|# HELP", re.MULTILINE)
"""What stands in the files and pages that these paths aim at."""


@pytest.mark.parametrize("port", ["GATEWAY_PORT", "COMMENTS_PORT", "RANKING_PORT"])
def test_no_path_leads_out_of_what_is_served(system: Run, port: str) -> None:
    for path in TRAVERSALS:
        if port != "GATEWAY_PORT" and "metrics" in path:
            continue  # A service beside the gateway tells its metrics to whoever reaches it.
        answer = raw(system.ports[port], path)
        assert (path, INSIDE.search(answer)) == (path, None)
        assert (path, answer.split(" ")[1] in {"301", "302", "307", "308", "400", "404"}) == (path, True)


def raw(port: str, path: str, *headers: str) -> str:
    """The whole answer to a path that no client library has tidied."""
    with socket.create_connection((LOOPBACK, int(port)), timeout=PATIENCE_SECONDS) as connection:
        lines = [f"GET {path} HTTP/1.1", "Host: a", "Connection: close", *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode())
        return b"".join(iter(lambda: connection.recv(65_536), b"")).decode("utf-8", "replace")


def test_nobody_writes_lines_of_their_own_into_the_log(system: Run) -> None:
    forged = "%0d%0aforged | line%0d%0a%1b[31m"
    for port in system.ports.values():
        raw(port, f"/v1/articles/a-1/comments?cursor={forged}", f"X-Request-Id: a\x1b[31m{forged}")
        raw(port, f"/v1/rankings/{forged}", f"User-Agent: {forged}")
    hostile = {"text": "一\nforged | line", "nickname": "x\x1b[31m", "a\nforged": 1}
    system.http.post("/v1/articles/a-1/comments", json=hostile)
    system.http.post("/v1/articles/a-1/comments", json={"text": "forged\nforged | line", "nickname": "forged"})

    written = system.log.read_text()

    assert len(lines_of(written)) > 5
    assert "\x1b" not in written
    assert not [line for line in written.splitlines() if line.lstrip().startswith("forged")]


def lines_of(written: str) -> list[str]:
    """What the processes wrote."""
    return [line for line in written.splitlines() if STREAM_LINE.match(line)]


def secrets_of(system: Run) -> dict[str, str]:
    """Everything in this run that is to stay secret."""
    said = {}
    for name in ("comments.env", "ranking.env"):
        for line in (system.data_dir / name).read_text().splitlines():
            variable, _, value = line.partition("=")
            said[variable] = value.strip("'\"")
    password = re.search(r"//:([^@]+)@", said["REDIS_URL"])
    assert password is not None
    hook = {"url": "https://hooks.example/", "events": ["comment.published"]}
    webhook = system.http.post("/v1/moderation/webhooks", json=hook, headers=KEY).json()
    return {
        "SECRET_KEY": said["SECRET_KEY"],
        "API key": "test-key",
        "Redis' password": password[1],
        "the members' secret": MEMBERS_SECRET,
        "a webhook's secret": webhook["secret"],
    }


def provoke(system: Run) -> list[str]:
    """What every service tells when it is asked for all it tells, and for what it should refuse."""
    told = []
    for port in system.ports.values():
        with httpx.Client(base_url=f"http://{LOOPBACK}:{port}", timeout=PATIENCE_SECONDS) as client:
            paths = [
                "/metrics",
                "/readyz",
                "/healthz",
                "/openapi.json",
                "/docs/swagger",
                "/nothing",
                "/v1/rankings/zz/x",
            ]
            answers = [client.get(path) for path in paths]
            answers += [client.get("/v1/moderation/webhooks", headers=KEY), client.get("/admin")]
            for bad in ({}, {"Authorization": "Bearer wrong"}, KEY):
                answers.append(client.put("/v1/articles/a b", content=b"{", headers=bad))
                answers.append(client.post("/v1/clicks/batch", content=b"[1]", headers=bad))
                answers.append(client.post("/v1/moderation/session", json={"key": 1}, headers=bad))
        told += [f"{answer.request.url} {answer.headers} {answer.text}" for answer in answers]
    return told


def test_no_secret_stands_in_answers_logs_metrics_or_process_titles(system: Run) -> None:
    secrets = secrets_of(system)
    answers = provoke(system)
    titles = [process.command for process in descendants(system.process.pid)]
    written = lines_of(system.log.read_text())
    assert len(titles) > 8
    assert len(written) > 5
    assert all(len(secret) >= 8 for secret in secrets.values())

    found = {
        (name, place[:80])
        for name, secret in secrets.items()
        for place in (*answers, *titles, *written)
        if secret in place
    }

    assert found == set()


def test_files_with_secrets_are_their_owners_alone(system: Run) -> None:
    secrets = secrets_of(system)
    files = [each for each in system.data_dir.rglob("*") if each.is_file() and not each.is_symlink()]
    holding = [each for each in files if any(secret.encode() in read(each) for secret in secrets.values())]

    assert {"comments.env", "ranking.env", "redis.conf"} <= {each.name for each in holding}
    for each in holding:
        folders = [
            each,
            *(folder for folder in each.parents if folder == system.data_dir or system.data_dir in folder.parents),
        ]
        assert any(stat.S_IMODE(place.stat().st_mode) & 0o077 == 0 for place in folders), each


def read(file: Path) -> bytes:
    """A file's bytes; nothing of one that went away."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
