"""Create the first administrator, with credentials that are shown once."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser
from django.db import connection, transaction
from knox.models import get_token_model

from supplybrain.commands import AuditedCommand

PASSWORD_BYTES = 15  # 20 characters


class Command(AuditedCommand):
    """Create an administrator with a random password and an API token, unless there is an administrator already."""

    help = "Create an administrator with a random password and an API token, printed once, unless there is one already."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--username", default="admin", help="login of the administrator (default: admin)")
        parser.add_argument("--reset", action="store_true", help="give the administrator a new password and token")

    def handle(self, *_args: object, username: str, reset: bool, **_options: Any) -> None:
        """Create, reset or leave alone; print what must be written down."""
        if (credentials := ensure_admin(username=username, reset=reset)) is None:
            self.stdout.write("There is an administrator already; new credentials: ensure_admin --reset.")
            return
        password, token = credentials
        self.stdout.write(f"Sign in    {username} / {password}")
        self.stdout.write(f"API token  {token}")
        self.stdout.write("           (shown this once; only their hashes are stored)")


@transaction.atomic
def ensure_admin(*, username: str, reset: bool = False) -> tuple[str, str] | None:
    """Create an administrator if the database has none, or renew the credentials of one.

    Args:
        username: Login of the administrator that is created or renewed.
        reset: Whether to set a new password and add a new token although there is an administrator.

    Returns:
        The password and the API token in clear, or None when nothing was done.

    Raises:
        CommandError: If the login belongs to somebody who is no administrator.
    """
    model: type[User] = get_user_model()
    with connection.cursor() as cursor:  # two at once: the second waits here and then sees the administrator
        cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    if not reset and model.objects.filter(is_superuser=True, is_active=True).exists():
        return None
    user, created = model.objects.get_or_create(username=username, defaults={"is_staff": True, "is_superuser": True})
    if not (created or user.is_superuser):
        raise CommandError(f"{username} is a user without administrator rights. Choose another --username.")
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    user.set_password(password)
    user.is_active = True
    user.save()
    _stored, token = get_token_model().objects.create(user=user, name="ensure_admin")
    return password, token
