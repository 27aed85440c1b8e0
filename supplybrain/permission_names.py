"""Permissions in words. Their stored names are English, and one language per database would not do."""

from django.contrib.auth.models import Permission
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ACTIONS = {"view": _("viewing"), "add": _("adding"), "change": _("changing"), "delete": _("deleting")}


def describe_permission(permission: Permission) -> str:
    """Return what a permission allows, in the active language; its stored name if its table is gone."""
    model = permission.content_type.model_class()
    if model is None:
        return str(permission)
    action, _underscore, name = permission.codename.partition("_")
    is_usual = action in ACTIONS and name == model._meta.model_name
    table = capfirst(str(model._meta.verbose_name_plural))
    allowed = ACTIONS[action] if is_usual else gettext(permission.name)
    return f"{table}: {allowed}"  # no app: what is allowed would not fit behind it
