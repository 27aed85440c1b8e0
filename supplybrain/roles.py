"""Roles: groups of users and what each may do, granted by migrations so that every deployment has the same.

A migration that adds a model also says who may use it:

    operations = [grant_permissions({"viewer": ["monitoring.view_alertepisode"]})]

`docs/ROLES.md` shows the sum; a test compares it with the database.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.db.migrations import RunPython
from django.db.models import Q

Grants = Mapping[str, Sequence[str]]


def name_permissions(app_label: str, actions: Iterable[str], models: Iterable[str]) -> list[str]:
    """Return `app.action_model` of every action on every model."""
    return [f"{app_label}.{action}_{model}" for model, action in product(models, actions)]


def grant_permissions(grants: Grants) -> RunPython:
    """Return the migration operation that gives permissions to roles, and takes them away when reversed.

    Args:
        grants: Permissions `app.codename` by role. A role that does not exist is created; reversed, a role that is left
            without any permission is removed.
    """
    return RunPython(_bind(_grant, grants), _bind(_revoke, grants))


def _bind(change: Callable[..., None], grants: Grants) -> Callable[[Any, Any], None]:
    return partial(change, grants=grants)


def _grant(apps: Any, schema_editor: Any, grants: Grants) -> None:
    database = schema_editor.connection.alias
    # Django makes permissions after the last migration of a run, which in an empty database is too late for this one.
    for app_label in sorted({permission.partition(".")[0] for names in grants.values() for permission in names}):
        create_permissions(installed_apps.get_app_config(app_label), verbosity=0, using=database, apps=apps)
    for role, names in grants.items():
        group, _created = apps.get_model("auth", "Group").objects.using(database).get_or_create(name=role)
        group.permissions.add(*_get_permissions(apps, database, names))


def _revoke(apps: Any, schema_editor: Any, grants: Grants) -> None:
    database = schema_editor.connection.alias
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name__in=grants):
        group.permissions.remove(*_get_permissions(apps, database, grants[group.name]))
        if not group.permissions.exists():
            group.delete()


def _get_permissions(apps: Any, database: str, names: Sequence[str]) -> list[Any]:
    wanted = Q()
    for name in names:
        app_label, _dot, codename = name.partition(".")
        wanted |= Q(content_type__app_label=app_label, codename=codename)
    found = apps.get_model("auth", "Permission").objects.using(database).filter(wanted).select_related("content_type")
    by_name = {f"{permission.content_type.app_label}.{permission.codename}": permission for permission in found}
    if unknown := sorted(set(names) - set(by_name)):
        raise LookupError(f"No such permission: {', '.join(unknown)}. Check the models the migration depends on.")
    return list(by_name.values())
