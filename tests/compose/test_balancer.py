"""The gateway behind a load balancer and with a certificate of its own, by the override of docs/operations.md."""

import ssl
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from services.embedded.ports import LOOPBACK, free_port
from tests.compose.stack import Stack, eventually

pytestmark = pytest.mark.timeout(300)

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101"}
OVERRIDE = """
services:
  gateway:
    ports: ["127.0.0.1:{port}:8443"]
    volumes: ["{folder}:/etc/redian/tls:ro"]
"""


@pytest.fixture(scope="module")
def tls(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A gateway that ends TLS, believes who stands before it, and limits; the other is put back afterwards."""
    folder, port = tmp_path_factory.mktemp("tls"), free_port()
    subject = ["-subj", "/CN=localhost", "-addext", f"subjectAltName=IP:{LOOPBACK}"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files]
    subprocess.run(make, check=True, capture_output=True)
    # nginx runs as another user than who made the key, here as in production.
    (folder / "privkey.pem").chmod(0o644)
    folder.chmod(0o755)
    override = folder / "override.yml"
    override.write_text('version: "3.8"' + OVERRIDE.format(port=port, folder=folder))
    # What asks on loopback, as a load balancer on this host does, comes from the host's end of the network.
    variables = {"REAL_IP_FROM": stack.environ["EDGE_HOST"], "RATE_LIMITS": "on"}
    both = ["--file", "docker-compose.yml", "--file", str(override)]
    stack.compose(*both, "up", "-d", "--no-deps", "gateway", **variables)
    try:
        stack.until_healthy(["gateway"])
        context = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
        with httpx.Client(base_url=f"https://{LOOPBACK}:{port}", verify=context, timeout=20, headers=BROWSER) as client:
            yield client
    finally:
        stack.compose("up", "-d", "--no-deps", "gateway")
        stack.until_healthy(["gateway"])


def test_a_mounted_certificate_is_served_and_browsers_are_told_to_stay_with_it(tls: httpx.Client, stack: Stack) -> None:
    secure, plain = tls.get("/v1/rankings/all"), stack.http.get("/v1/rankings/all")

    assert secure.status_code == 200
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in plain.headers


def test_a_session_of_the_desk_is_bound_to_the_host_over_https(tls: httpx.Client, stack: Stack) -> None:
    key = (stack.secrets / "api_key").read_text()

    signed_in = tls.post("/v1/moderation/session", json={"key": key}, headers={"Origin": str(tls.base_url)})

    assert signed_in.status_code == 200
    assert signed_in.headers["Set-Cookie"].startswith("__Host-redian_desk=")
    assert "Secure" in signed_in.headers["Set-Cookie"]


def test_the_load_balancers_word_for_a_readers_address_is_believed(tls: httpx.Client, stack: Stack) -> None:
    stack.publish("balanced-1", channel="balanced")

    for number in range(3):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        assert tls.post("/v1/clicks", json={"article_id": "balanced-1"}, headers=headers).status_code == 202

    eventually(lambda: stack.board("balanced/total") == {"balanced-1": 3}, lambda: stack.board("balanced/total"))


def test_a_flood_from_one_address_is_refused_and_others_are_answered(tls: httpx.Client) -> None:
    def ask(address: str) -> httpx.Response:
        return tls.get("/v1/rankings/all", headers={"X-Forwarded-For": address})

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, ["198.51.100.77"] * 1_500))
    other = ask("198.51.100.78")

    statuses = Counter(answer.status_code for answer in answers)
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert set(statuses) == {200, 429}
    assert statuses[200] >= 400
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Retry-After"] == "1"
    assert refused.json()["code"] == "rate_limited"
    assert other.status_code == 200
