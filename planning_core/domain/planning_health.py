"""Can the plan be trusted? Judges the age of every input and what is missing or out of range."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from planning_core.domain.messages import Param, Sentence

OK, WARNING, CRITICAL = "ok", "warning", "critical"
SEVERITIES = (OK, WARNING, CRITICAL)

SALES_LATE_DAYS, SALES_DEAD_DAYS = 2, 7
STOCK_LATE_DAYS, STOCK_DEAD_DAYS = 1.0, 3.0
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Source:
    """One table that planning reads, and how new its data are."""

    name: str
    rows: int
    latest_at: date | datetime | None
    """Latest business day of sales, last good sync of stock; None without rows and for tables without times."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows for which something is missing or out of range."""

    count: int
    article_ids: Sequence[int]
    """The first ones, ascending; empty where rows are not articles."""


@dataclass(frozen=True, slots=True)
class PlanningFacts:
    """What was found in the database."""

    active_articles: int
    sources: Sequence[Source]
    findings: Mapping[str, Finding]
    """By code, of `ISSUES` alone."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How old an input is; `age_days` is null where age means nothing."""

    name: str
    rows: int
    latest: str | None
    age_days: float | None
    status: str


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that makes the plan less trustworthy, with its remedy."""

    code: str
    severity: str
    count: int
    message: Sentence
    article_ids: list[int]


@dataclass(frozen=True, slots=True)
class PlanningHealth:
    """The whole report; the status is the worst of its issues."""

    status: str
    as_of: date
    active_articles: int
    inputs: list[SourceHealth]
    issues: list[Issue]


ISSUES: Mapping[str, str] = {
    "no_active_articles": WARNING,
    "no_internal_warehouse": WARNING,
    "global_settings_missing": WARNING,
    "global_target_not_positive": CRITICAL,
    "sales_after_as_of": WARNING,
    "wb_codes_without_listing": WARNING,
    "articles_without_skus": WARNING,
    "articles_without_recipe": WARNING,
    "articles_without_listing": CRITICAL,
    "articles_without_sales": WARNING,
    "articles_without_stock": WARNING,
    "recipe_colors_without_sku": WARNING,
    "strictness_not_positive": WARNING,
    "thresholds_negative": WARNING,
    "safety_above_alert": WARNING,
    "target_not_positive": CRITICAL,
    "minimums_negative": WARNING,
}
"""Severity of every code."""


def judge_planning(facts: PlanningFacts, *, as_of: date, now: datetime) -> PlanningHealth:
    """Return the report on what was found.

    Args:
        facts: What was found.
        as_of: The business day planned as of; the age of sales counts back from it.
        now: The age of stock counts back from it.
    """
    missing = CRITICAL if facts.active_articles else WARNING
    inputs = [_judge_source(source, as_of, now, missing) for source in facts.sources]
    issues = [_describe_age(source) for source in inputs if source.status != OK]
    for code, severity in ISSUES.items():
        if finding := facts.findings.get(code):
            issues.append(_build_issue(code, severity, finding.count, article_ids=finding.article_ids))
    issues.sort(key=lambda issue: -SEVERITIES.index(issue.severity))
    status = issues[0].severity if issues else OK
    return PlanningHealth(status, as_of, facts.active_articles, inputs, issues)


def _judge_source(source: Source, as_of: date, now: datetime, missing: str) -> SourceHealth:
    latest = source.latest_at.isoformat() if source.latest_at else None
    if isinstance(source.latest_at, datetime):
        age = max((now - source.latest_at).total_seconds(), 0.0) / SECONDS_A_DAY
        return SourceHealth(source.name, source.rows, latest, age, _grade(age, STOCK_LATE_DAYS, STOCK_DEAD_DAYS))
    if source.latest_at is not None:
        age = float(max((as_of - source.latest_at).days, 0))
        return SourceHealth(source.name, source.rows, latest, age, _grade(age, SALES_LATE_DAYS, SALES_DEAD_DAYS))
    return SourceHealth(source.name, source.rows, None, None, OK if source.rows else missing)


def _grade(age_days: float, late: float, dead: float) -> str:
    if age_days > dead:
        return CRITICAL
    return WARNING if age_days > late else OK


def _describe_age(source: SourceHealth) -> Issue:
    if source.age_days is None:
        return _build_issue(f"{source.name}_missing", source.status, 0)
    return _build_issue(f"{source.name}_old", source.status, source.rows, age_days=round(source.age_days, 1))


def _build_issue(code: str, severity: str, count: int, *, article_ids: Sequence[int] = (), **params: Param) -> Issue:
    return Issue(code, severity, count, Sentence(f"health.{code}", params), list(article_ids))
