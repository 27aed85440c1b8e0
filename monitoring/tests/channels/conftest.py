"""Receivers, and a letter for them."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_django import Settings

from monitoring.domain.letter import Letter
from monitoring.tests.receivers.http_receiver import HttpReceiver, running_http_receiver
from monitoring.tests.receivers.smtp_receiver import SmtpReceiver, running_smtp_receiver

SECONDS = 20
"""Longest time that a send may take in these tests, on a machine that has other work too."""
SHORT_SECONDS = 0.5
"""The same where the receiver uses it up."""
SLACK_SECONDS = 10
"""What a busy machine may add to that; whoever drips or hangs would hold us for longer."""


@dataclass(frozen=True)
class Certificate:
    """A certificate of 127.0.0.1, signed by itself.

    Args:
        path: The file.
        context: The server's side of it.
    """

    path: Path
    context: ssl.SSLContext
    monkeypatch: pytest.MonkeyPatch

    def vouch(self) -> None:
        """Let everybody trust it."""
        self.monkeypatch.setenv("SSL_CERT_FILE", str(self.path))


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    path = tmp_path / "certificate.pem"
    _write_certificate(path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return Certificate(path, context, monkeypatch)


@pytest.fixture
def letter() -> Letter:
    return Letter(
        subject="Критично: мало запасов",
        text="Осталось 7 дней.",
        html="<p>Осталось <b>7</b> дней.</p>",
        chat="<b>Осталось</b> 7 дней.",
        data={"language": "ru", "subject": "Критично", "text": "Осталось", "messages": [{"values": {"value": 7}}]},
    )


@pytest.fixture
def http_receiver(tmp_path: Path, settings: Settings) -> Iterator[HttpReceiver]:
    settings.NOTIFICATION_TIMEOUT_SECONDS = SECONDS
    with running_http_receiver(tmp_path / "requests.jsonl") as receiver:
        yield receiver


@pytest.fixture
def smtp_receiver(settings: Settings) -> Iterator[SmtpReceiver]:
    with running_smtp_receiver() as receiver:
        use_smtp(settings, receiver.port)
        yield receiver


def use_smtp(settings: Settings, port: int, **values: object) -> None:
    """Send through a mail server on loopback, without encryption or account unless `values` say otherwise."""
    given = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": False,
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
        "DEFAULT_FROM_EMAIL": "Supply Brain <brain@example.com>",
        "NOTIFICATION_TIMEOUT_SECONDS": SECONDS,
    }
    for name, value in {**given, **values}.items():
        setattr(settings, name, value)


def _write_certificate(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()) + certificate.public_bytes(pem))
