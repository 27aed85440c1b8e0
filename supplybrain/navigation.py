"""The admin's sidebar."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Page = tuple[Promise, str, str]

GROUPS: list[tuple[Promise, list[Page]]] = [
    (
        _("Monitoring"),
        [
            (_("Snapshots"), "photo_camera", "monitoring.monitoringsnapshot"),
            (_("Runs"), "history", "monitoring.monitoringrun"),
            (_("Gaps"), "event_busy", "monitoring.monitoringgap"),
        ],
    ),
    (
        _("Alerts"),
        [
            (_("Episodes"), "notifications_active", "monitoring.alertepisode"),
            (_("Alert rules"), "notifications", "monitoring.alertrule"),
            (_("Silences"), "notifications_paused", "monitoring.silence"),
            (_("Channels"), "campaign", "monitoring.notificationchannel"),
            (_("Outbox"), "outbox", "monitoring.notification"),
            (_("Transitions"), "swap_horiz", "monitoring.alerttransition"),
            (_("Acknowledgements"), "how_to_reg", "monitoring.alertacknowledgement"),
        ],
    ),
    (
        _("Planning"),
        [
            (_("Articles"), "checkroom", "planning_core.article"),
            (_("Colours"), "palette", "planning_core.color"),
            (_("Sizes"), "straighten", "planning_core.size"),
            (_("SKUs"), "qr_code", "planning_core.sku"),
            (_("Bundle types"), "package_2", "planning_core.bundletype"),
            (_("Bundle recipes"), "list_alt", "planning_core.bundlerecipe"),
            (_("Elastic types"), "gesture", "planning_core.elastictype"),
            (_("Sources"), "sync", "planning_core.sourcesync"),
        ],
    ),
    (
        _("Stock"),
        [
            (_("Warehouses"), "warehouse", "planning_core.warehouse"),
            (_("Balances"), "inventory", "planning_core.stockbalance"),
            (_("In transit"), "local_shipping", "planning_core.intransitsupply"),
        ],
    ),
    (
        _("Wildberries"),
        [
            (_("Listings"), "storefront", "planning_core.listing"),
            (_("Codes"), "tag", "planning_core.wbsku"),
            (_("Daily sales"), "point_of_sale", "planning_core.wbdailysales"),
            (_("Stock at Wildberries"), "shelves", "planning_core.wbstock"),
            (_("Prices"), "sell", "planning_core.wbprice"),
        ],
    ),
    (
        _("Settings"),
        [
            (_("Global"), "public", "planning_core.globalplanningsettings"),
            (_("Policy per article"), "rule", "planning_core.planningsettings"),
            (_("Overrides per article"), "tune", "planning_core.articleplanningsettings"),
            (_("Fabric minimums"), "texture", "planning_core.colorplanningsettings"),
            (_("Elastic minimums"), "compress", "planning_core.elasticplanningsettings"),
        ],
    ),
    (
        _("Integrations"),
        [
            (_("Wildberries accounts"), "key", "integrations.wbaccount"),
            (_("MoySklad accounts"), "key", "integrations.moyskladaccount"),
        ],
    ),
    (
        _("System"),
        [
            (_("Changes"), "manage_history", "supplybrain.change"),
            (_("Users"), "person", "auth.user"),
            (_("Groups"), "group", "auth.group"),
            (_("API tokens"), "vpn_key", "supplybrain.apitoken"),
            (_("Periodic tasks"), "schedule", "django_celery_beat.periodictask"),
            (_("Intervals"), "timer", "django_celery_beat.intervalschedule"),
            (_("Crontabs"), "calendar_month", "django_celery_beat.crontabschedule"),
            (_("Clocked"), "alarm", "django_celery_beat.clockedschedule"),
            (_("Solar"), "wb_sunny", "django_celery_beat.solarschedule"),
        ],
    ),
]


DASHBOARD = {"title": _("Dashboard"), "icon": "dashboard", "link": reverse_lazy("admin:index")}
API_DOCS = {"title": _("API"), "icon": "api", "link": reverse_lazy("docs")}


def build_sidebar() -> list[dict[str, Any]]:
    """Return the groups of pages as unfold wants them, each page for those who may see it."""
    groups = [
        {"title": title, "collapsible": True, "items": [_describe(page) for page in pages]} for title, pages in GROUPS
    ]
    return [{"items": [DASHBOARD]}, *groups, {"items": [API_DOCS]}]


def _describe(page: Page) -> dict[str, Any]:
    title, icon, model = page
    app_label, _dot, model_name = model.partition(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app_label}_{model_name}_changelist"),
        "permission": _may_view(app_label, model_name),
    }


def _may_view(app_label: str, model_name: str) -> Callable[[HttpRequest], bool]:
    def may_view(request: HttpRequest) -> bool:
        actions = ("view", "change")
        return any(request.user.has_perm(f"{app_label}.{action}_{model_name}") for action in actions)

    return may_view
