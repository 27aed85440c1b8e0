"""The page as a whole: reads what it takes, and hands it to the template and to the files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from monitoring.admin.snapshot_page.export import write_made, write_moved
from monitoring.admin.snapshot_page.head import describe_sources, format_in_business_time, list_head_facts
from monitoring.admin.snapshot_page.metrics import build_metric_groups, choose_metric, describe_change
from monitoring.admin.snapshot_page.query import (
    DAY_BEFORE,
    WEEK_BEFORE,
    Comparison,
    PageQuery,
    compare,
    read_page_query,
)
from monitoring.admin.snapshot_page.why import Writer, build_matrix, list_cause_totals
from monitoring.admin.standing import describe_freshness
from monitoring.domain.metrics import METRIC_BY_NAME, METRICS, Explanation
from monitoring.models import MonitoringSnapshot
from monitoring.selectors.clock import get_database_clock
from monitoring.selectors.neighbours import Neighbours, find_neighbours, get_moment
from monitoring.selectors.runs import find_capturing_run
from monitoring.services.explain import PREVIOUS, date_source, list_sources
from monitoring.services.freshness import measure_freshness
from monitoring.services.interval import get_interval
from monitoring.services.snapshot_report import Composition, MetricReport, Movement, Selection, Span, report_metric
from monitoring.wording import explain_formula, name_state
from planning_core.domain.bundle_risk import RISK_LEVELS
from planning_core.models import DataSource
from supplybrain.charts import format_amount, format_moment

MOVED_ROWS, MADE_ROWS = 15, 20
ACCOUNT_KINDS = {Explanation.WB_ACCOUNTS, Explanation.MS_ACCOUNTS}


@dataclass(frozen=True, slots=True)
class Pages:
    """Where one is in a list of several pages; the addresses are empty at its ends."""

    number: int
    count: int
    previous_url: str
    next_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a snapshot, with everything that was read to understand it."""

    query: PageQuery
    neighbours: Neighbours
    comparison: Comparison


def ask(request: HttpRequest, snapshot: MonitoringSnapshot) -> Question:
    """Return what is asked, with what suits best where nothing is."""
    query = read_page_query(request)
    neighbours = find_neighbours(snapshot)
    comparison = compare(snapshot, query.base, neighbours)
    metric = query.metric or choose_metric(snapshot, comparison.base)
    return Question(
        query=replace(query, metric=metric, base=comparison.wanted), neighbours=neighbours, comparison=comparison
    )


def build_context(request: HttpRequest, snapshot: MonitoringSnapshot) -> dict[str, Any]:
    """Return what the page shows of a snapshot."""
    question = ask(request, snapshot)
    query, neighbours = question.query, question.neighbours
    report = _report(
        snapshot,
        question,
        made_of=Span(first=(query.page - 1) * MADE_ROWS, count=MADE_ROWS),
        moved_by=Span(first=(query.moved - 1) * MOVED_ROWS, count=MOVED_ROWS),
    )
    run = find_capturing_run(snapshot.slot) if snapshot.slot else None
    return {
        "snapshot": snapshot,
        "headline": format_in_business_time(get_moment(snapshot)),
        "zone": settings.BUSINESS_TIME_ZONE,
        "freshness": "" if neighbours.next else _say_freshness(snapshot),
        "neighbours": neighbours,
        "facts": list_head_facts(request, snapshot, day_before=neighbours.day_before, run=run),
        "sources": describe_sources([date_source(snapshot, source) for source in DataSource])
        if snapshot.sources
        else [],
        "groups": build_metric_groups(snapshot, neighbours, query),
        "day_before_note": compare(snapshot, DAY_BEFORE, neighbours).note if neighbours.day_before else "",
        "query": query,
        "kept": replace(query, moved=1, page=1).encode(),
        "why": _build_why(request, snapshot, question, report),
    }


def export(request: HttpRequest, snapshot: MonitoringSnapshot) -> HttpResponse:
    """Return the file of those who moved the metric if a base is asked for, else of those that it is made of."""
    question = ask(request, snapshot)
    report = _report(snapshot, question, made_of=Span(), moved_by=Span())
    return write_moved(snapshot, report) if request.GET.get("base") else write_made(snapshot, report)


def _report(snapshot: MonitoringSnapshot, question: Question, *, made_of: Span, moved_by: Span) -> MetricReport:
    query = question.query
    return report_metric(
        snapshot=snapshot,
        base=question.comparison.base,
        metric=query.metric,
        selection=Selection(level=query.level, code=query.code),
        made_of=made_of,
        moved_by=moved_by,
    )


def _say_freshness(snapshot: MonitoringSnapshot) -> str:
    clock = get_database_clock(interval=get_interval())
    return describe_freshness(measure_freshness(snapshot, clock), snapshot, now=clock.now)


def _build_why(
    request: HttpRequest, snapshot: MonitoringSnapshot, question: Question, report: MetricReport
) -> dict[str, Any]:
    query, comparison, metric = question.query, question.comparison, report.metric
    writer = Writer(request, report)
    return {
        "label": _(metric.label),
        "unit": _(metric.unit),
        "definition": _(metric.description),
        "formula": explain_formula(metric.name),
        "value": format_amount(getattr(snapshot, metric.name)),
        "is_known": getattr(snapshot, metric.name) is not None,
        "sources": describe_sources(list_sources(snapshot, metric.name)) if snapshot.sources else [],
        "metrics": [(one.name, _(one.label)) for one in METRICS],
        "bases": _list_bases(question),
        "note": comparison.note,
        "lacks": report.lacks,
        "columns": writer.columns,
        "movement": _describe_movement(snapshot, query, report.movement, writer) if report.movement else None,
        "composition": _describe_composition(query, report.composition, writer) if report.composition else None,
    }


def _list_bases(question: Question) -> list[tuple[str, str]]:
    """Return what can be chosen to compare with; what was asked for by hand is among it."""
    neighbours, comparison = question.neighbours, question.comparison
    choices = {
        PREVIOUS: _name_base(_("the previous slot"), neighbours.previous),
        DAY_BEFORE: _name_base(_("24 hours before"), neighbours.day_before),
        WEEK_BEFORE: _("7 days before"),
    }
    if comparison.base and comparison.wanted not in choices:
        choices[comparison.wanted] = _name_base(_("snapshot %(id)s") % {"id": comparison.base.pk}, comparison.base)
    return list(choices.items())


def _name_base(name: str, base: MonitoringSnapshot | None) -> str:
    if base is None:
        return _("%(base)s (there is none)") % {"base": name}
    return _("%(base)s (%(moment)s UTC)") % {"base": name, "moment": format_moment(get_moment(base))}


def _describe_movement(
    snapshot: MonitoringSnapshot, query: PageQuery, movement: Movement, writer: Writer
) -> Mapping[str, Any]:
    diff, base = movement.diff, movement.base
    return {
        "base": base,
        "moment": format_moment(get_moment(base)),
        "before": format_amount(getattr(base, query.metric)),
        "after": format_amount(getattr(snapshot, query.metric)),
        "change": describe_change(diff.delta),
        "count": diff.n_contributors,
        "explained": describe_change(diff.explained),
        "residual": movement.residual,
        "causes": list_cause_totals(diff),
        "matrix": build_matrix(diff),
        "appeared": diff.appeared,
        "disappeared": diff.disappeared,
        "settings_changed": _differ(snapshot.settings_hash, base.settings_hash),
        "code_changed": _differ(snapshot.code_version, base.code_version),
        "rules_changed": snapshot.metrics_version != base.metrics_version,
        "rows": writer.list_moved(),
        "pages": _build_pages(query, "moved", diff.n_contributors, MOVED_ROWS),
        "file": replace(query, moved=1, page=1, level="", code="").encode(),
    }


def _differ(one: str, other: str) -> bool:
    """Return whether two things that were recorded are different."""
    return bool(one and other and one != other)


def _describe_composition(query: PageQuery, composition: Composition, writer: Writer) -> Mapping[str, Any]:
    return {
        "count": composition.count,
        "total": format_amount(composition.total),
        "rows": writer.list_made(),
        "is_filtered": bool(query.level or query.code),
        "levels": [(level, name_state(level)) for level in RISK_LEVELS]
        if METRIC_BY_NAME[query.metric].explained_by is Explanation.ORDER_REASONS
        else [],
        "has_articles": METRIC_BY_NAME[query.metric].explained_by not in ACCOUNT_KINDS,
        "pages": _build_pages(query, "page", composition.count, MADE_ROWS),
        "file": replace(query, base="", moved=1, page=1).encode(),
    }


def _build_pages(query: PageQuery, name: str, rows: int, size: int) -> Pages | None:
    count, number = ceil(rows / size), getattr(query, name)
    if count <= 1 and number == 1:
        return None
    part = "why" if name == "moved" else "made-of"
    return Pages(
        number,
        count,
        query.ask(part=part, **{name: min(number - 1, count)}) if number > 1 else "",
        query.ask(part=part, **{name: number + 1}) if number < count else "",
    )
