"""A mail server that keeps what it is sent, and refuses what it is told to refuse."""

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

DRIP_SECONDS, DRIPS_FOR_SECONDS = 0.05, 30.0


@dataclass
class SmtpReceiver:
    """What the server was sent, and how it answers.

    Args:
        refused: Replies such as `550 No such user` by recipient.
        sender_reply: Reply to the sender's address instead of taking it.
        data_reply: Reply to the letter instead of taking it.
    """

    port: int = 0
    refused: Mapping[str, str] = field(default_factory=dict)
    sender_reply: str = ""
    data_reply: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802  (the library's name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.sender_reply:
            return self.sender_reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  (the library's name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  (likewise)
        if self.data_reply:
            return self.data_reply
        assert isinstance(envelope.content, bytes)
        self.envelopes.append(envelope)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def running_smtp_receiver(
    *, password: str = "", tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None
) -> Iterator[SmtpReceiver]:
    """Run a mail server in a thread.

    Args:
        password: Of the account `brain`, which is wanted if there is one; needs encryption.
        tls: Encrypts from the first byte on.
        starttls: Encrypts when asked to, and takes nothing before.
    """

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=(given.login, given.password) == (b"brain", password.encode()), handled=False)

    receiver = SmtpReceiver()
    controller = Controller(
        receiver,
        hostname="127.0.0.1",
        port=_find_port(),
        ready_timeout=10,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        authenticator=authenticate,
        auth_required=bool(password),
    )
    controller.start()
    try:
        receiver.port = controller.port
        yield receiver
    finally:
        controller.stop()


@contextmanager
def running_slow_server() -> Iterator[int]:
    """Run a server that greets a byte at a time and never comes to the end. Yields its port."""
    closing = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _address = server.accept()
            with connection:
                connection.sendall(b"220-")
                ends_at = time.monotonic() + DRIPS_FOR_SECONDS
                while time.monotonic() < ends_at and not closing.wait(DRIP_SECONDS):
                    connection.sendall(b"z")

        thread = Thread(target=drip)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            closing.set()
            thread.join()


def _find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
