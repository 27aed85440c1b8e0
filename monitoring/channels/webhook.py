"""Webhooks: the letter as JSON, signed. The format is documented in docs/ALERTING.md."""

import hashlib
import hmac
import json
import time
from uuid import UUID

from monitoring.channels.posting import judge, post
from monitoring.domain.letter import Letter
from monitoring.models import NotificationChannel


def send(channel: NotificationChannel, letter: Letter, *, key: UUID) -> None:
    """Post a letter to the channel's URL, signed with its secret if it has one.

    Raises:
        TemporaryError: If it may arrive later.
        PermanentError: If it will not until somebody changes the channel.
    """
    body = write_body(channel, letter, key=key)
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "SupplyBrain",
        "Idempotency-Key": str(key),
        "X-SupplyBrain-Timestamp": timestamp,
    }
    if channel.secret:
        headers["X-SupplyBrain-Signature"] = sign(channel.secret, timestamp, body)
    judge(post(channel.url or "", body, headers))


def write_body(channel: NotificationChannel, letter: Letter, *, key: UUID) -> bytes:
    """Return the JSON that is sent: the same bytes for every repeat."""
    head = {"version": 1, "key": str(key), "channel": channel.name}
    return json.dumps({**head, **letter.data}, ensure_ascii=False, separators=(",", ":")).encode()


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body at a time: HMAC-SHA256 of `<timestamp>.<body>` in hexadecimal.

    Example:
        >>> sign("secret", "1767225600", b"{}")[:15]
        'sha256=fa7eaa06'
    """
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
