"""Fields of many serializers."""

from django.utils.translation import gettext
from rest_framework import serializers


class TranslatedTextField(serializers.CharField):
    """A text that is kept in English and answered in the reader's language."""

    def to_representation(self, value: str) -> str:
        """Return the translation."""
        return gettext(value)
