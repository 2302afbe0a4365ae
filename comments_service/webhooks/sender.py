"""The sender: one POST to a webhook, to a checked address, within ten seconds, whatever the other side does."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from urllib.parse import SplitResult, urlsplit

from comments_service.webhooks.addresses import PORTS, AddressError, Resolver, check_url, port_of, resolve

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MOST_BYTES_READ = 16 * 1024
"""So much of an answer is read, and nothing of it is kept."""


class SendError(Exception):
    """An attempt without an answer; its text is for the delivery log."""


class Sender:
    """Posts to webhooks. Redirects are answers like any other, and no proxy of the environment is used."""

    def __init__(self, *, allow_private: bool, resolver: Resolver = socket.getaddrinfo) -> None:
        self._allow_private = allow_private
        self._resolver = resolver
        self._tls = ssl.create_default_context()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Post a body and answer the HTTP status; raises SendError when there is none."""
        try:
            parts = check_url(url, allow_private=self._allow_private)
            addresses = resolve(parts, allow_private=self._allow_private, resolver=self._resolver)
            with self._connected(parts, addresses) as connection:
                return _exchange(connection, parts, body, headers)
        except AddressError as error:
            raise SendError(f"the URL {error}") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise SendError(_reason(error)) from error

    @contextmanager
    def _connected(self, parts: SplitResult, addresses: list[str]) -> Iterator[http.client.HTTPConnection]:
        sock = _connect(addresses, port_of(parts))
        if parts.scheme == "https":
            # The certificate is that of the name, although the connection goes to an address.
            sock = self._tls.wrap_socket(sock, server_hostname=parts.hostname, do_handshake_on_connect=False)
        # A timeout of a socket holds for each read alone: a drop at a time, an answer could last for ever.
        deadline = threading.Timer(TOTAL_SECONDS, _cut, [sock])
        deadline.daemon = True
        deadline.start()
        try:
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            connection = http.client.HTTPConnection(parts.hostname or "", port_of(parts))
            connection.sock = sock
            with closing(connection):
                yield connection
        finally:
            deadline.cancel()
            sock.close()


def _connect(addresses: list[str], port: int) -> socket.socket:
    for address in addresses[:2]:
        try:
            sock = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
        except OSError as error:
            refusal = error
        else:
            sock.settimeout(TOTAL_SECONDS)
            return sock
    raise refusal


def _cut(sock: socket.socket) -> None:
    # It may be closed already.
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _exchange(
    connection: http.client.HTTPConnection, parts: SplitResult, body: bytes, headers: Mapping[str, str]
) -> int:
    target = urlsplit("")._replace(path=parts.path or "/", query=parts.query).geturl()
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else str(parts.hostname)
    if port_of(parts) != PORTS[parts.scheme]:
        host = f"{host}:{port_of(parts)}"
    sent = {**headers, "Host": host, "Connection": "close"}
    connection.request("POST", target, body, {name: value.encode() for name, value in sent.items()})
    answer = connection.getresponse()
    # The status is the answer. Its text is read so that the other side can finish writing, not to be kept.
    with suppress(OSError, http.client.HTTPException):
        answer.read(MOST_BYTES_READ)
    return answer.status


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {error.reason or type(error).__name__}"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    return f"no answer: {type(error).__name__}"
