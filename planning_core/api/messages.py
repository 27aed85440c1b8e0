"""Messages as JSON: the code and parameters for programs, the text for people."""

from typing import Any

from rest_framework import serializers

from planning_core.domain.messages import Message
from planning_core.wording import render


class MessageSerializer(serializers.Serializer[Any]):
    """Documents what `describe_message` returns."""

    code = serializers.CharField(help_text="Stable name of what is said, for programs.")
    params = serializers.DictField(help_text="The numbers, names and dates in it.")
    text = serializers.CharField(help_text="The same in words, in the language of the request.")


def describe_message(message: Message) -> dict[str, Any]:
    """Return a message as a dictionary, its text in the active language."""
    return {"code": message.code, "params": dict(message.params), "text": render(message)}
