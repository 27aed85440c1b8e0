"""What is audited: settings, the mapping of the catalogue, rules, accounts, the schedule and who may do what.

Sales, stock and prices are not: they come from feeds by the million, and nobody edits them.
"""

from collections.abc import Mapping, Sequence

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.db.models import Model

TOKEN, PASSWORD = ("api_token",), ("password",)

# Label of the model -> its hidden columns: that one of them changed is recorded, what it held is not.
AUDITED: Mapping[str, Sequence[str]] = {
    "planning_core.globalplanningsettings": (),
    "planning_core.planningsettings": (),
    "planning_core.articleplanningsettings": (),
    "planning_core.colorplanningsettings": (),
    "planning_core.elasticplanningsettings": (),
    "planning_core.listing": (),
    "planning_core.bundlerecipe": (),
    "integrations.wbaccount": TOKEN,
    "integrations.moyskladaccount": TOKEN,
    "monitoring.alertrule": (),
    "monitoring.silence": (),
    "monitoring.notificationchannel": ("url", "secret"),
    "django_celery_beat.periodictask": (),
    "auth.user": PASSWORD,
    "auth.group": (),
}


def find_model(label: str) -> type[Model] | None:
    """Return the model of a label, None if there is no such model any more."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def name_model(label: str) -> str:
    """Return what people call a model; the label itself if there is no such model any more."""
    model = find_model(label)
    return str(model._meta.verbose_name) if model else label


def list_visible_models(user: AbstractBaseUser | AnonymousUser | PermissionsMixin) -> list[str]:
    """Return the labels of the audited models that a user may view."""
    return [label for label in AUDITED if _may_view(user, label)]


def _may_view(user: AbstractBaseUser | AnonymousUser | PermissionsMixin, label: str) -> bool:
    app_label, _dot, name = label.partition(".")
    return any(user.has_perm(f"{app_label}.{action}_{name}") for action in ("view", "change"))  # type: ignore[union-attr]
