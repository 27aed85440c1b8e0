"""What a notification says: decided and written before its first attempt, and never changed after that."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from monitoring.domain.alerting.overlays import find_overlay
from monitoring.domain.letter import Letter
from monitoring.models import AlertMessage, Notification, NotificationChannel, NotificationState, WithheldMessage
from monitoring.selectors.overlays import describe_outgoing, list_outgoing, load_circumstances
from monitoring.services.dispatch.claims import Claim, hold_claim
from monitoring.services.dispatch.outcomes import Outcome
from monitoring.services.letters import write_letter
from monitoring.services.notices import load_notices


def freeze_content(claim: Claim) -> Letter | Outcome:
    """Decide which messages may be told now, write the letter and store it; withhold the others, each with its reason.

    What is stored is committed when this returns. A repeat is sent as it was stored, whatever has changed since: the
    receiver knows it by its key, and would drop other words under the same one.

    Args:
        claim: The claim.

    Returns:
        The letter to send; if there is none, how the attempt has ended.
    """
    notification = claim.notification
    told, withheld = _sort_messages(claim)
    content = _write(told, notification.channel) if told else None
    with transaction.atomic(durable=True):
        now = hold_claim(claim)
        if now is None:
            return Outcome.LOST
        for one in withheld:
            one.created_at = now
        WithheldMessage.objects.bulk_create(withheld)
        if content is None:
            _mark_withheld(notification)
            return Outcome.WITHHELD
        Notification.objects.filter(pk=notification.pk).update(content=content)
        notification.refresh_from_db(fields=["content"])  # JSON in the order that every repeat will find
    return read_content(notification)


def read_content(notification: Notification) -> Letter:
    """Return the letter that was stored."""
    return Letter.from_json(notification.content or {})


def _sort_messages(claim: Claim) -> tuple[list[AlertMessage], list[WithheldMessage]]:
    """Return the messages to tell and, unsaved, those to withhold."""
    notification = claim.notification
    messages = list_outgoing(channel=notification.channel, batch=notification.batch)
    circumstances = load_circumstances(messages, channel=notification.channel, now=claim.claimed_at)
    told: list[AlertMessage] = []
    withheld: list[WithheldMessage] = []
    for message in messages:
        if overlay := find_overlay(describe_outgoing(message), circumstances):
            reason, detail = overlay.reason.value, overlay.detail
            withheld.append(WithheldMessage(message=message, notification=notification, reason=reason, detail=detail))
        else:
            told.append(message)
    return told, withheld


def _write(messages: Sequence[AlertMessage], channel: NotificationChannel) -> dict[str, Any]:
    """Return the letter as it is stored: with the channel's name as it is now, since a webhook sends that as well."""
    letter = write_letter(load_notices(messages), language=channel.language)
    return replace(letter, data={"channel": channel.name, **letter.data}).to_json()


def _mark_withheld(notification: Notification) -> None:
    Notification.objects.filter(pk=notification.pk).update(state=NotificationState.WITHHELD, sending_until=None)
