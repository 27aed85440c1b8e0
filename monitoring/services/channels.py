"""Keeping channels: what makes an address usable, what of it may be shown, and what becomes of a channel."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from monitoring.channels.email import read_recipients
from monitoring.channels.errors import PermanentError
from monitoring.models import ChannelKind, NotificationChannel
from monitoring.services.errors import ChannelInUseError
from supplybrain.errors import FieldProblem

ADDRESS_FIELDS = {
    ChannelKind.EMAIL: ("recipients",),
    ChannelKind.WEBHOOK: ("url", "secret"),
    ChannelKind.TELEGRAM: ("chat_id", "secret"),
}
ALL_ADDRESS_FIELDS = ("recipients", "url", "chat_id", "secret")

CHAT = re.compile(r"-?[0-9]{1,19}|@[A-Za-z][A-Za-z0-9_]{3,31}")
BOT_TOKEN = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{30,64}")


def list_address_problems(channel: NotificationChannel) -> list[FieldProblem]:
    """Return what is wrong with the address of a channel, each problem with its field and the remedy.

    Nobody is contacted. Secrets are never repeated in a problem.

    Args:
        channel: The channel, stored or not.
    """
    if channel.kind not in ADDRESS_FIELDS:
        return []
    return [*_list_unused(channel), *_list_malformed(channel)]


def show_address(channel: NotificationChannel) -> str:
    """Return as much of a channel's address as anybody may see: recipients, scheme and host of the URL, or the chat.

    Args:
        channel: The channel.

    Example:
        >>> show_address(NotificationChannel(kind="webhook", url="https://user:key@hooks.example.com:8443/T0/secret"))
        'https://hooks.example.com:8443'
    """
    if channel.kind == ChannelKind.EMAIL:
        return channel.recipients
    if channel.kind == ChannelKind.TELEGRAM:
        return channel.chat_id
    parts = urlsplit(channel.url or "")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def switch_on(channel: NotificationChannel) -> None:
    """Let a channel be used again, and forget why it was switched off. The caller saves it."""
    channel.is_active, channel.disabled_at, channel.disabled_reason = True, None, ""


def delete_channel(channel: NotificationChannel) -> None:
    """Delete a channel that nothing was ever told through.

    Raises:
        ChannelInUseError: If something was: what people were told is history.
    """
    try:
        channel.delete()
    except ProtectedError as error:
        raise ChannelInUseError(
            _("Messages were told through this channel, and they are history. Switch the channel off instead.")
        ) from error


def _list_unused(channel: NotificationChannel) -> Iterator[FieldProblem]:
    for name in ALL_ADDRESS_FIELDS:
        if getattr(channel, name) and name not in ADDRESS_FIELDS[ChannelKind(channel.kind)]:
            yield FieldProblem(name, "unused", _("A channel of this kind does not use it. Leave it empty."))


def _list_malformed(channel: NotificationChannel) -> Iterator[FieldProblem]:
    match channel.kind:
        case ChannelKind.EMAIL:
            yield from _check_recipients(channel.recipients)
        case ChannelKind.WEBHOOK:
            yield from _check_url(channel.url or "")
        case ChannelKind.TELEGRAM:
            yield from _check_bot(channel.chat_id, channel.secret or "")


def _check_recipients(recipients: str) -> Iterator[FieldProblem]:
    if not recipients.strip():
        yield FieldProblem("recipients", "required", _("Say who gets the e-mails: addresses, separated by commas."))
        return
    try:
        read_recipients(recipients)
    except PermanentError:
        text = _("One of the recipients is no e-mail address. Separate addresses by commas.")
        yield FieldProblem("recipients", "invalid", text)


def _check_url(url: str) -> Iterator[FieldProblem]:
    if not url:
        yield FieldProblem("url", "required", _("Say where to post to: a URL that begins with https:// or http://."))
    elif not _is_http_url(url):
        text = _("This is no URL to post to. It begins with https:// or http:// and names a host.")
        yield FieldProblem("url", "invalid", text)


def _is_http_url(url: str) -> bool:
    if not url.isprintable() or " " in url:
        return False
    try:
        parsed = httpx.URL(url)  # what sends to it must understand it
        return parsed.scheme in {"http", "https"} and bool(parsed.host) and urlsplit(url).port != 0
    except (httpx.InvalidURL, ValueError):
        return False


def _check_bot(chat_id: str, token: str) -> Iterator[FieldProblem]:
    if not CHAT.fullmatch(chat_id):
        text = _("Name the chat: its number, which begins with - for groups, or the @name of a channel.")
        yield FieldProblem("chat_id", "invalid" if chat_id else "required", text)
    if not BOT_TOKEN.fullmatch(token):
        text = _("Give the bot's token as BotFather wrote it: digits, a colon, and some 35 letters.")
        yield FieldProblem("secret", "invalid" if token else "required", text)
