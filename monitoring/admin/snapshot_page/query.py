"""What a reader of the page asks for, and the addresses that ask for it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from rest_framework.serializers import ValidationError

from monitoring.api.fields import BaseField
from monitoring.domain.metrics import METRIC_BY_NAME
from monitoring.models import MonitoringSnapshot
from monitoring.selectors.neighbours import DAY, Neighbours, get_moment
from monitoring.services.explain import PREVIOUS, SnapshotNotFoundError, find_base
from monitoring.services.interval import get_interval
from planning_core.domain.bundle_risk import RISK_LEVELS
from supplybrain.charts import format_moment

DAY_BEFORE, WEEK_BEFORE = "-24h", "-7d"
LAST_PAGE = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """What is asked for.

    Args:
        metric: Which metric is explained; empty for the most interesting one.
        base: What it is compared with: `previous`, how long before, or a number; empty for what suits best.
        moved: Page of those that moved it, from 1.
        page: Page of those that it is made of, from 1.
        level: Risk level of their articles; empty for all.
        code: Part of their articles' code; empty for all.
    """

    metric: str = ""
    base: str = ""
    moved: int = 1
    page: int = 1
    level: str = ""
    code: str = ""

    def ask(self, *, part: str = "why", **changes: str | int) -> str:
        """Return the address of the same page with another wish, at the part that answers it."""
        wish = replace(self, **changes)  # type: ignore[arg-type]  # each has its field's type
        return f"?{wish.encode()}#{part}"

    def encode(self) -> str:
        """Return the query of the address, without what is not asked for."""
        pages = {name: number for name in ("moved", "page") if (number := getattr(self, name)) > 1}
        words = {name: text for name in ("metric", "base", "level", "code") if (text := getattr(self, name))}
        return urlencode({**words, **pages})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the snapshot is compared with.

    Args:
        wanted: How it was asked for.
        base: The other snapshot; None if there is none.
        note: What the reader should know about the choice, or why there is none; may be empty.
    """

    wanted: str
    base: MonitoringSnapshot | None
    note: str


def read_page_query(request: HttpRequest) -> PageQuery:
    """Return what the address asks for; a wish that means nothing is no wish."""
    given = request.GET
    metric, level = given.get("metric", ""), given.get("level", "")
    return PageQuery(
        metric=metric if metric in METRIC_BY_NAME else "",
        base=given.get("base", "").strip(),
        moved=_read_number(given, "moved"),
        page=_read_number(given, "page"),
        level=level if level in RISK_LEVELS else "",
        code=given.get("code", "").strip(),
    )


def compare(snapshot: MonitoringSnapshot, wanted: str, neighbours: Neighbours) -> Comparison:
    """Return what a snapshot is compared with, at the price of a statement if that is no neighbour."""
    wanted = wanted or (DAY_BEFORE if neighbours.day_before else PREVIOUS)
    try:
        base = BaseField().to_internal_value(wanted)
    except ValidationError as error:
        return Comparison(wanted=wanted, base=None, note=str(error.detail[0]))  # type: ignore[index]  # a list of one
    near = {PREVIOUS: neighbours.previous, DAY: neighbours.day_before}
    try:
        found = near.get(base) or find_base(snapshot, base)
    except SnapshotNotFoundError as error:
        is_far = isinstance(base, timedelta)
        note = _("No snapshot is as old as that: choose another one to compare with.") if is_far else error.message
        return Comparison(wanted=wanted, base=None, note=note)
    return Comparison(wanted=wanted, base=found, note=_explain_distance(snapshot, found, base))


def _explain_distance(snapshot: MonitoringSnapshot, found: MonitoringSnapshot, base: int | timedelta | str) -> str:
    """Return that the slot that was asked for has no snapshot, if it has none."""
    if isinstance(base, int):
        return ""
    moment = get_moment(snapshot) - (base if isinstance(base, timedelta) else get_interval())
    taken = get_moment(found)
    if moment - taken < get_interval():
        return ""
    words = _("The slot of %(wanted)s UTC has no snapshot. The last one before it was taken: %(taken)s UTC.")
    return words % {"wanted": format_moment(moment), "taken": format_moment(taken)}


def _read_number(given: QueryDict, name: str) -> int:
    text = given.get(name, "")
    return min(max(int(text[:9]), 1), LAST_PAGE) if text.isascii() and text.isdecimal() else 1
