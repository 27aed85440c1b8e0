"""Where a snapshot comes from: when it was made, by what, with what, and from data how old."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from monitoring.admin.permissions import may_see
from monitoring.domain.source_age import SourceGrade, grade_age
from monitoring.models import MonitoringRun, MonitoringSnapshot
from monitoring.services.explain import SourceAge
from supplybrain.charts import Tone, format_moment

SHORT_HASH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadFact:
    """One thing about the snapshot.

    Args:
        url: Where it leads; empty for nowhere.
        note: Said beside it.
    """

    label: str
    text: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source as it was when the snapshot was made.

    Args:
        grade: In a word, if it is worth one.
    """

    label: str
    age: str
    last_good_at: datetime | None
    grade: str
    tone: Tone


def list_head_facts(
    request: HttpRequest,
    snapshot: MonitoringSnapshot,
    *,
    day_before: MonitoringSnapshot | None,
    run: MonitoringRun | None,
) -> list[HeadFact]:
    """Return where a snapshot comes from.

    Args:
        request: Who asks decides on what is linked.
        snapshot: The snapshot.
        day_before: What its settings and its code are compared with.
        run: Who made it.
    """
    return [
        *_list_times(snapshot),
        *_list_versions(snapshot, day_before),
        _describe_run(request, run),
        _tell_facts(snapshot),
    ]


def format_in_business_time(moment: datetime) -> str:
    """Return a moment in the business time zone."""
    local = timezone.localtime(moment, ZoneInfo(settings.BUSINESS_TIME_ZONE))
    return date_format(local, "SHORT_DATETIME_FORMAT")


def describe_sources(sources: list[SourceAge]) -> list[SourceRow]:
    """Return how old the data were, in words and not by colour alone."""
    return [_describe_source(source) for source in sources]


def _list_times(snapshot: MonitoringSnapshot) -> Iterator[HeadFact]:
    if snapshot.slot is None:
        yield HeadFact(label=_("Slot"), text=_("none: another snapshot holds the slot of that time"))
    else:
        yield HeadFact(label=_("Slot"), text=_say_twice(snapshot.slot))
    yield HeadFact(label=_("Captured"), text=_say_twice(snapshot.created_at))
    if snapshot.as_of_date:
        yield HeadFact(label=_("Business day"), text=date_format(snapshot.as_of_date, "SHORT_DATE_FORMAT"))


def _say_twice(moment: datetime) -> str:
    words = _("%(local)s in %(zone)s, %(utc)s UTC")
    zone = settings.BUSINESS_TIME_ZONE
    return words % {"local": format_in_business_time(moment), "zone": zone, "utc": format_moment(moment)}


def _list_versions(snapshot: MonitoringSnapshot, day_before: MonitoringSnapshot | None) -> Iterator[HeadFact]:
    unknown = _("not recorded")
    rules = _("metrics version %(metrics)s, columns version %(columns)s")
    yield HeadFact(
        label=_("Rules"), text=rules % {"metrics": snapshot.metrics_version, "columns": snapshot.schema_version}
    )
    yield HeadFact(
        label=_("Code version"),
        text=snapshot.code_version or unknown,
        note=_compare_with_day_before(snapshot, day_before, "code_version"),
    )
    yield HeadFact(
        label=_("Settings"),
        text=snapshot.settings_hash[:SHORT_HASH] or unknown,
        note=_compare_with_day_before(snapshot, day_before, "settings_hash"),
    )


def _compare_with_day_before(snapshot: MonitoringSnapshot, day_before: MonitoringSnapshot | None, field: str) -> str:
    then, now = getattr(day_before, field, ""), getattr(snapshot, field)
    if not then or not now:
        return ""
    return _("the same as 24 hours before") if then == now else _("changed in the 24 hours before")


def _describe_run(request: HttpRequest, run: MonitoringRun | None) -> HeadFact:
    if run is None:
        return HeadFact(label=_("Made by"), text=_("no run is on file"))
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0
    words = _("a run asked for by %(trigger)s, in %(seconds)s s")
    return HeadFact(
        label=_("Made by"),
        text=words % {"trigger": run.get_trigger_display(), "seconds": number_format(seconds, 2)},
        url=reverse("admin:monitoring_monitoringrun_change", args=[run.pk])
        if may_see(request, "monitoring.monitoringrun")
        else "",
    )


def _tell_facts(snapshot: MonitoringSnapshot) -> HeadFact:
    """Return whether what explains the snapshot is still there."""
    if not snapshot.facts_hash:
        text = _("none: the snapshot is older than they are, or came from another system")
    elif snapshot.facts_thinned_at is not None:
        words = _("thinned out on %(moment)s UTC: the last snapshot of each business day has its own")
        text = words % {"moment": format_moment(snapshot.facts_thinned_at)}
    else:
        text = _("kept: every number below can be explained")
    return HeadFact(label=_("Facts"), text=text)


def _describe_source(source: SourceAge) -> SourceRow:
    words = {
        SourceGrade.RECENT: ("", Tone.GOOD),
        SourceGrade.OLD: (_("old"), Tone.ATTENTION),
        SourceGrade.DEAD: (_("very old"), Tone.ALARM),
        SourceGrade.NEVER: (_("never came"), Tone.ATTENTION),
    }
    grade, tone = words[grade_age(source.age_seconds)]
    return SourceRow(
        label=str(source.source.label),
        age=_say_age(source),
        last_good_at=source.last_good_at,
        grade=grade,
        tone=tone,
    )


def _say_age(source: SourceAge) -> str:
    if source.last_good_at is None or source.age_seconds is None:
        return ""
    return timesince(source.last_good_at, source.last_good_at + timedelta(seconds=source.age_seconds))
