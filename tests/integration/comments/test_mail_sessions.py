"""Sessions on a mail server: encrypted and signed in as SMTP_URL says, or none at all."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from comments_service.mails.server import MailServer, ServerDownError
from comments_service.settings import CommentsSettings
from shared.settings import load
from tests.mail_server import MailBox, mail_server

LOGIN = ("redian@portal.example", "a:pass/word@")
URL_LOGIN = "redian%40portal.example:a%3Apass%2Fword%40"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key, signed by itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def box(certificate: Path) -> Iterator[MailBox]:
    """A server that asks for STARTTLS and a login."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with mail_server(tls=context, login=LOGIN) as started:
        yield started


def test_a_session_is_encrypted_and_signed_in(box: MailBox, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with MailServer.parse(f"smtp://{URL_LOGIN}@127.0.0.1:{box.port}").session() as session:
        assert isinstance(session.sock, ssl.SSLSocket)
        session.sendmail("a@portal.example", ["b@example.org"], b"Subject: x\r\n\r\ny")

    assert len(box.messages) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(box: MailBox) -> None:
    with pytest.raises(ServerDownError, match="SSLCertVerificationError"):
        open_and_close(f"smtp://{URL_LOGIN}@127.0.0.1:{box.port}")


def test_a_wrong_password_is_no_session(box: MailBox, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(ServerDownError, match="SMTPAuthenticationError"):
        open_and_close(f"smtp://someone:else@127.0.0.1:{box.port}")


def test_nothing_is_sent_in_the_clear_unless_that_is_asked_for() -> None:
    with mail_server() as plain:
        with pytest.raises(ServerDownError, match="SMTPNotSupportedError"):
            open_and_close(plain.url.removesuffix("?tls=off"))
        with pytest.raises(ServerDownError):
            open_and_close(f"smtps://127.0.0.1:{plain.port}")

        open_and_close(plain.url)


def open_and_close(url: str) -> None:
    with MailServer.parse(url).session():
        pass


def test_a_url_says_how_and_by_default_it_is_encrypted() -> None:
    assert MailServer.parse("smtp://mail.example") == MailServer("mail.example", 587, "starttls")
    assert MailServer.parse("smtps://u:p@mail.example") == MailServer("mail.example", 465, "implicit", "u", "p")
    assert MailServer.parse("smtp://localhost:25?tls=off") == MailServer("localhost", 25, "off")
    assert "secret" not in repr(MailServer.parse("smtps://u:secret@mail.example"))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("SMTP_URL", {"SMTP_URL": "mail.example", "MAIL_FROM": "a@portal.example"}),
        ("SMTP_URL", {"SMTP_URL": "http://mail.example", "MAIL_FROM": "a@portal.example"}),
        ("SMTP_URL", {"SMTP_URL": "smtp://hidden@mail.example", "MAIL_FROM": "a@portal.example"}),
        ("SMTP_URL", {"SMTP_URL": "smtp://mail.example?tls=of", "MAIL_FROM": "a@portal.example"}),
        ("SMTP_URL", {"SMTP_URL": "smtps://mail.example?tls=off", "MAIL_FROM": "a@portal.example"}),
        ("MAIL_FROM", {"SMTP_URL": "smtp://u:hidden@mail.example"}),
        ("MAIL_FROM", {"SMTP_URL": "smtp://u:hidden@mail.example", "MAIL_FROM": "Portal"}),
    ],
)
def test_a_half_set_up_mail_ends_the_process_with_its_name(
    name: str, values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret of the tests")
    for variable, value in values.items():
        monkeypatch.setenv(variable, value)

    with pytest.raises(SystemExit, match=name) as ended:
        load(CommentsSettings, "comments")
    assert "hidden" not in str(ended.value)
