"""Silences: no messages about a rule, or about all rules on a metric, for a while. States go on as they would."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitoring.domain.metrics import ALERT_METRIC_NAMES
from monitoring.models import AlertRule, Silence
from monitoring.selectors.clock import get_database_clock
from monitoring.services.errors import SilenceOverError
from monitoring.services.interval import get_interval
from supplybrain.errors import FieldProblem, InvalidInputError, NotFoundError

LONGEST_SILENCE = timedelta(days=366)


@transaction.atomic
def silence(
    *,
    rule_id: int | None = None,
    metric: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime,
    reason: str,
    user: User,
) -> Silence:
    """Store a silence about a rule or a metric.

    Args:
        rule_id: The rule; None if it is about a metric.
        metric: The metric; empty if it is about a rule.
        starts_at: From when on; now if left out. A moment in the past changes nothing about what was told since.
        ends_at: Until when, exclusive.
        reason: Why.
        user: Whose silence it is.

    Raises:
        InvalidInputError: If it is about nothing that there is, ends before it starts, is over already or lasts longer
            than `LONGEST_SILENCE`; the problem names the field.
    """
    now = get_database_clock(interval=get_interval()).now
    check_silence(rule_id=rule_id, metric=metric, starts_at=starts_at or now, ends_at=ends_at, now=now)
    return Silence.objects.create(
        rule_id=rule_id,
        metric=metric,
        starts_at=starts_at or now,
        ends_at=ends_at,
        reason=reason,
        author=user,
        author_name=user.get_username(),
    )


@transaction.atomic
def change_silence(*, silence_id: int, ends_at: datetime | None = None, reason: str | None = None) -> Silence:
    """Let a silence end sooner or later, or give it another reason.

    Args:
        silence_id: The silence.
        ends_at: Until when, exclusive; as it was if left out.
        reason: Why; as it was if left out.

    Raises:
        NotFoundError: If there is no such silence.
        SilenceOverError: If it is over: what was not told because of it is history.
        InvalidInputError: If the new end is before its start or too far away; the problem names the field.
    """
    row, now = _lock_silence(silence_id), get_database_clock(interval=get_interval()).now
    if row.ends_at <= now:
        text = _("This silence is over since %(moment)s UTC. Begin a new one.")
        raise SilenceOverError(text % {"moment": f"{row.ends_at:%Y-%m-%d %H:%M}"})
    if ends_at is not None:
        check_end(starts_at=row.starts_at, ends_at=ends_at, now=now)
        row.ends_at = ends_at
    if reason is not None:
        row.reason = reason
    row.save(update_fields=["ends_at", "reason"])
    return row


@transaction.atomic
def end_silence(*, silence_id: int) -> Silence | None:
    """End a silence now. One that is over stays as it is; one that has not begun never will.

    Args:
        silence_id: The silence.

    Returns:
        The silence; None if it had not begun and is gone.

    Raises:
        NotFoundError: If there is no such silence.
    """
    row, now = _lock_silence(silence_id), get_database_clock(interval=get_interval()).now
    if row.starts_at >= now:
        row.delete()
        return None
    if row.ends_at > now:
        row.ends_at = now
        row.save(update_fields=["ends_at"])
    return row


def check_silence(*, rule_id: int | None, metric: str, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Refuse a silence that makes no sense, before anything is stored; see `silence`.

    Raises:
        InvalidInputError: If it is about nothing that there is, or its end is no good; the problem names the field.
    """
    _check_target(rule_id, metric)
    if starts_at < ends_at <= now:
        _refuse("ends_at", "past", _("That is over already. Choose an end in the future."))
    check_end(starts_at=starts_at, ends_at=ends_at, now=now)


def check_end(*, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Refuse an end before the start, or too far away.

    Raises:
        InvalidInputError: If it is; the problem names the field.
    """
    if ends_at <= starts_at:
        _refuse("ends_at", "empty_range", _("A silence must end after it starts. Choose a later end."))
    _check_length(max(starts_at, now), ends_at)


def _lock_silence(silence_id: int) -> Silence:
    row = Silence.objects.select_for_update(of=("self",)).filter(pk=silence_id).first()
    if row is None:
        raise NotFoundError(_("There is no such silence."))
    return row


def _check_target(rule_id: int | None, metric: str) -> None:
    if (rule_id is None) == (not metric):
        text = _("Name either a rule or a metric.")
        problems = [FieldProblem(name, "either_or", text) for name in ("rule_id", "metric")]
        raise InvalidInputError(text, problems=problems)
    if metric and metric not in ALERT_METRIC_NAMES:
        text = _("No such metric: %(metric)s. Valid: %(valid)s.")
        valid = ", ".join(ALERT_METRIC_NAMES)
        _refuse("metric", "invalid_choice", text % {"metric": metric, "valid": valid})
    if rule_id is not None and not AlertRule.objects.filter(pk=rule_id).exists():
        _refuse("rule_id", "does_not_exist", _("There is no alert rule with the id %(id)s.") % {"id": rule_id})


def _check_length(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at - starts_at > LONGEST_SILENCE:
        days = LONGEST_SILENCE.days
        text = ngettext(
            "A silence lasts %(days)s day at most. To hear nothing for longer, switch the rule off.",
            "A silence lasts %(days)s days at most. To hear nothing for longer, switch the rule off.",
            days,
        )
        _refuse("ends_at", "too_long", text % {"days": days})


def _refuse(field: str, code: str, text: str) -> None:
    raise InvalidInputError(text, problems=[FieldProblem(field, code, text)])
