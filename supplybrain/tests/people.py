"""Users with a role, signed in."""

from django.contrib.auth.models import Group, User
from django.test import Client


def log_in(client: Client, role: str | None, *, is_staff: bool = True) -> Client:
    """Return the client with the session of a new user.

    Args:
        client: Whose session.
        role: The group of the user; None for somebody without any permission.
        is_staff: Whether the user may open the admin.
    """
    user = User.objects.create_user(role or "somebody", is_staff=is_staff)
    if role:
        user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client
