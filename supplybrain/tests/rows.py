"""Makes valid rows of any table, each with parents of its own, for tests that go over all of them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import NOT_PROVIDED
from django_celery_beat.models import IntervalSchedule, PeriodicTask

FIRST_DAY = date(2024, 1, 1)
NUMBERS = count(1)
MAKERS: dict[type, Callable[[int], Any]] = {
    models.BooleanField: lambda number: number % 2 == 0,
    models.DateTimeField: lambda number: datetime.combine(FIRST_DAY, time(), UTC) + timedelta(hours=number),
    models.DateField: lambda number: FIRST_DAY + timedelta(days=number),
    models.UUIDField: lambda number: UUID(int=number),
    models.DecimalField: lambda number: Decimal(number % 90 + 1),
    models.BigIntegerField: int,
    models.IntegerField: lambda number: number % 90 + 1,  # also a percentage
    models.FloatField: float,
    models.JSONField: lambda number: {"value": [number, number + 1]},
}

MORNING, NOON = (datetime.combine(FIRST_DAY, time(hour), UTC) for hour in (9, 12))
# Where columns must fit together.
FITTING: dict[str, dict[str, Any]] = {
    "monitoring.alertrule": {"recovery_threshold": None},
    "monitoring.alert": {"kind": "rule", "source": "", "state": "firing"},
    "monitoring.alertepisode": {"opened_slot": MORNING, "fired_slot": NOON, "closed_slot": None, "close_reason": ""},
    "monitoring.alerttransition": {"from_state": "inactive", "to_state": "firing"},
    "monitoring.silence": {"rule": None, "metric": "risk_critical", "starts_at": MORNING, "ends_at": NOON},
    "monitoring.notificationchannel": {"kind": "email", "recipients": "buyer@example.com"},
    "monitoring.notification": {"state": "pending", "sent_at": None, "content": None},
}


def make_rows(model: type[models.Model], number: int) -> list[Any]:
    """Return that many stored rows of a table."""
    return [make_row(model) for _ in range(number)]


def make_row(model: type[models.Model], **values: Any) -> Any:
    """Return one stored row; what is not given is made up, differently for every row."""
    number = next(NUMBERS)
    if model is PeriodicTask:  # exactly one schedule, and not two ends
        interval = make_row(IntervalSchedule)
        values = {
            "interval": interval,
            "crontab": None,
            "solar": None,
            "clocked": None,
            "expire_seconds": None,
        } | values
    values = FITTING.get(model._meta.label_lower, {}) | values
    for field in model._meta.concrete_fields:
        if field.name not in values and not field.primary_key:
            values[field.name] = make_value(field, number)
    return model._base_manager.create(**values)


def make_value(field: Any, number: int) -> Any:
    """Return a value that the column takes, in a different one of its choices each time."""
    if isinstance(field, models.ForeignKey):
        return make_row(field.related_model) if not field.null or is_ours(field.related_model) else None
    if field.choices:
        return field.choices[number % len(field.choices)][0]
    if field.default is not NOT_PROVIDED and not field.unique:
        return field.get_default()
    for kind, make in MAKERS.items():
        if isinstance(field, kind):
            return make(number)
    return f"{field.name}-{number}"[: field.max_length]


def is_ours(model: type[models.Model]) -> bool:
    """Return whether the table belongs to this project."""
    return model._meta.app_label in {"planning_core", "integrations", "monitoring"}
