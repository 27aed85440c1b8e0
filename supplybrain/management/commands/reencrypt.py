"""Encrypt every stored secret again, with the present key: the middle step of a key rotation."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.db import models, transaction
from encrypted_fields.fields import EncryptedFieldMixin

from supplybrain.commands import AuditedCommand

# How every Fernet token begins. The library returns a value that no key opens as it is stored.
CIPHERTEXT_PREFIX = "gAAAAA"


class Command(AuditedCommand):
    """Read every encrypted column with any of the keys and write it with the first one."""

    help = "Encrypt all stored vendor tokens again with the present SECRET_KEY and FIELD_ENCRYPTION_SALT."

    def handle(self, *_args: object, **_options: object) -> None:
        """Encrypt all or nothing, and say how much."""
        with transaction.atomic():
            for model, names in find_encrypted_columns():
                count = reencrypt(model, names)
                self.stdout.write(f"{model._meta.verbose_name_plural}: {count} encrypted again.")


def find_encrypted_columns() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Yield every model that has encrypted columns, with their names."""
    for model in apps.get_models():
        if names := [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedFieldMixin)]:
            yield model, names


def reencrypt(model: type[models.Model], names: list[str]) -> int:
    """Write the encrypted columns of all rows again, and return the number of rows.

    Raises:
        CommandError: If a value cannot be opened with any key: encrypting it once more would bury it.
    """
    rows: list[Any] = list(model._default_manager.select_for_update().order_by("pk"))
    for row in rows:
        if unreadable := [name for name in names if str(getattr(row, name)).startswith(CIPHERTEXT_PREFIX)]:
            raise CommandError(
                f"{', '.join(unreadable)} of {model._meta.verbose_name} {row.pk} cannot be read with any key. Add the "
                "former one to SECRET_KEY_FALLBACKS or FIELD_ENCRYPTION_SALT_FALLBACKS. Nothing was changed."
            )
        row.save(update_fields=names)
    return len(rows)
