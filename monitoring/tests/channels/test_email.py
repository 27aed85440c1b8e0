"""E-mail through a real mail server that misbehaves."""

import time
from uuid import UUID

import pytest
from pytest_django import Settings

from monitoring.channels import PermanentError, TemporaryError, send
from monitoring.domain.letter import Letter
from monitoring.models import NotificationChannel
from monitoring.tests.channels.conftest import SHORT_SECONDS, SLACK_SECONDS, Certificate, use_smtp
from monitoring.tests.receivers.smtp_receiver import SmtpReceiver, running_slow_server, running_smtp_receiver

KEY = UUID("0b7b3b3e-3f0a-4d6e-9c55-1f6a3a1a2b3c")
PASSWORD = "password-of-the-account"


def make_mailbox(recipients: str = "buyer@example.com, \nВторой <second@example.com>") -> NotificationChannel:
    return NotificationChannel(name="Buyers", kind="email", recipients=recipients)


def test_a_letter_arrives_in_both_forms_for_all_recipients(smtp_receiver: SmtpReceiver, letter: Letter) -> None:
    send(make_mailbox(), letter, key=KEY)
    (mail,) = smtp_receiver.letters
    assert smtp_receiver.envelopes[0].rcpt_tos == ["buyer@example.com", "second@example.com"]
    assert mail["Subject"] == letter.subject
    assert mail["From"] == "Supply Brain <brain@example.com>"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), text.get_content().strip()) == ("text/plain", letter.text)
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", letter.html)


def test_repeats_carry_the_same_id(smtp_receiver: SmtpReceiver, letter: Letter) -> None:
    send(make_mailbox(), letter, key=KEY)
    send(make_mailbox(), letter, key=KEY)
    assert [mail["Message-ID"] for mail in smtp_receiver.letters] == [f"<{KEY}@example.com>"] * 2
    assert [mail["Idempotency-Key"] for mail in smtp_receiver.letters] == [str(KEY)] * 2


@pytest.mark.parametrize("recipients", ["nobody at all <>", "buyer@example.com; second@example.com", "buyer", " , "])
def test_what_is_no_address_is_permanent(recipients: str, smtp_receiver: SmtpReceiver, letter: Letter) -> None:
    with pytest.raises(PermanentError, match="no e-mail address"):
        send(make_mailbox(recipients), letter, key=KEY)
    assert smtp_receiver.letters == []


@pytest.mark.parametrize(
    ("replies", "error", "message"),
    [
        (
            ("550 No such user", "550 No such user"),
            PermanentError,
            "The mail server refused all recipients. Check their addresses.",
        ),
        (("451 Later", "550 No such user"), TemporaryError, "The mail server does not accept the recipients now."),
        (("450 Busy", "450 Busy"), TemporaryError, "The mail server does not accept the recipients now."),
    ],
)
def test_refused_recipients_count_by_their_replies(
    replies: tuple[str, str], error: type[Exception], message: str, smtp_receiver: SmtpReceiver, letter: Letter
) -> None:
    smtp_receiver.refused = dict(zip(("buyer@example.com", "second@example.com"), replies, strict=True))
    with pytest.raises(error) as caught:
        send(make_mailbox(), letter, key=KEY)
    assert str(caught.value) == message


def test_one_recipient_that_is_taken_is_enough(smtp_receiver: SmtpReceiver, letter: Letter) -> None:
    smtp_receiver.refused = {"second@example.com": "550 No such user"}
    send(make_mailbox(), letter, key=KEY)
    assert smtp_receiver.envelopes[0].rcpt_tos == ["buyer@example.com"]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ("554 Spam", PermanentError),
        ("552 Too big", PermanentError),
        ("451 Later", TemporaryError),
        ("530 Who?", TemporaryError),
    ],
)
@pytest.mark.parametrize("place", ["sender_reply", "data_reply"])
def test_a_refused_letter_counts_by_its_reply(
    place: str, reply: str, error: type[Exception], smtp_receiver: SmtpReceiver, letter: Letter
) -> None:
    setattr(smtp_receiver, place, reply)
    with pytest.raises(error):
        send(make_mailbox(), letter, key=KEY)


def test_the_account_is_used(settings: Settings, letter: Letter, certificate: Certificate) -> None:
    certificate.vouch()
    with running_smtp_receiver(password=PASSWORD, starttls=certificate.context) as receiver:
        use_smtp(settings, receiver.port, EMAIL_USE_TLS=True, EMAIL_HOST_USER="brain", EMAIL_HOST_PASSWORD=PASSWORD)
        send(make_mailbox(), letter, key=KEY)
        assert len(receiver.letters) == 1


def test_a_wrong_password_is_temporary_for_it_is_no_channels_fault(
    settings: Settings, letter: Letter, certificate: Certificate
) -> None:
    certificate.vouch()
    with running_smtp_receiver(password=PASSWORD, starttls=certificate.context) as receiver:
        use_smtp(settings, receiver.port, EMAIL_USE_TLS=True, EMAIL_HOST_USER="brain", EMAIL_HOST_PASSWORD="wrong")
        with pytest.raises(TemporaryError, match="refused our account") as caught:
            send(make_mailbox(), letter, key=KEY)
        assert "wrong" not in str(caught.value)


def test_a_missing_account_is_temporary(settings: Settings, letter: Letter, certificate: Certificate) -> None:
    certificate.vouch()
    with running_smtp_receiver(password=PASSWORD, starttls=certificate.context) as receiver:
        use_smtp(settings, receiver.port, EMAIL_USE_TLS=True)
        with pytest.raises(TemporaryError, match="wants an account"):
            send(make_mailbox(), letter, key=KEY)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_letters_travel_encrypted(security: str, settings: Settings, letter: Letter, certificate: Certificate) -> None:
    context = certificate.context
    tls, starttls = (context, None) if security == "tls" else (None, context)
    with running_smtp_receiver(tls=tls, starttls=starttls) as receiver:
        use_smtp(settings, receiver.port, EMAIL_USE_TLS=security == "starttls", EMAIL_USE_SSL=security == "tls")
        with pytest.raises(TemporaryError, match="SSLCertVerificationError"):  # nobody vouches for it yet
            send(make_mailbox(), letter, key=KEY)
        certificate.vouch()
        send(make_mailbox(), letter, key=KEY)
        assert len(receiver.letters) == 1


def test_a_server_without_encryption_gets_no_letter(
    smtp_receiver: SmtpReceiver, settings: Settings, letter: Letter
) -> None:
    settings.EMAIL_USE_TLS = True
    with pytest.raises(TemporaryError, match="SMTPNotSupportedError"):
        send(make_mailbox(), letter, key=KEY)
    assert smtp_receiver.letters == []


def test_a_server_that_drips_is_left(settings: Settings, letter: Letter) -> None:
    with running_slow_server() as port:
        use_smtp(settings, port, NOTIFICATION_TIMEOUT_SECONDS=SHORT_SECONDS)
        began = time.monotonic()
        with pytest.raises(TemporaryError, match="took longer than"):
            send(make_mailbox(), letter, key=KEY)
        assert SHORT_SECONDS <= time.monotonic() - began < SLACK_SECONDS


def test_nobody_listens(settings: Settings, letter: Letter) -> None:
    use_smtp(settings, 1)
    with pytest.raises(TemporaryError, match=r"The connection to the mail server failed \(ConnectionRefusedError\)."):
        send(make_mailbox(), letter, key=KEY)


def test_without_a_mail_server_letters_wait(settings: Settings, letter: Letter) -> None:
    use_smtp(settings, 1, EMAIL_HOST="")
    with pytest.raises(TemporaryError, match="Set EMAIL_HOST"):
        send(make_mailbox(), letter, key=KEY)
