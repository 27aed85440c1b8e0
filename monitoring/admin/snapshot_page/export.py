"""Those behind a metric as a file for a spreadsheet, with the names of the API: it reads the same in any language."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from django.http import HttpResponse

from monitoring.domain.contributors import Contributor, Details, Subject
from monitoring.domain.diff import DiffContributor
from monitoring.models import MonitoringSnapshot
from monitoring.services.snapshot_report import MetricReport

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # by which Excel sees that it is UTF-8
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")

Row = Mapping[str, Any]


def write_moved(snapshot: MonitoringSnapshot, report: MetricReport) -> HttpResponse:
    """Return the file of those who moved the metric; without a line if there is nothing to compare with."""
    movement = report.movement
    contributors = movement.diff.contributors if movement else []
    base = movement.base.pk if movement else "nothing"
    name = f"snapshot-{snapshot.pk}-{report.metric.name}-since-{base}.csv"
    return _write(name, [_describe_moved(one, report) for one in contributors])


def write_made(snapshot: MonitoringSnapshot, report: MetricReport) -> HttpResponse:
    """Return the file of those that the metric is made of."""
    contributors = report.composition.contributors if report.composition else []
    return _write(
        f"snapshot-{snapshot.pk}-{report.metric.name}.csv", [_describe_made(one, report) for one in contributors]
    )


def _describe_moved(contributor: DiffContributor, report: MetricReport) -> Row:
    details = (
        ("before", contributor.details_before or contributor.details_after, contributor.details_before is None),
        ("after", contributor.details_after or contributor.details_before, contributor.details_after is None),
    )
    sides: dict[str, Any] = {}
    for side, one, is_absent in details:
        columns = {} if one is None else asdict(one)
        sides |= {f"{name}_{side}": None if is_absent else value for name, value in columns.items()}
    return {
        **_describe_subject(contributor.subject, report),
        "before": contributor.before,
        "after": contributor.after,
        "delta": contributor.delta,
        "state_before": contributor.state_before,
        "state_after": contributor.state_after,
        "causes": " ".join(share.cause.value for share in contributor.causes),
        **sides,
    }


def _describe_made(contributor: Contributor, report: MetricReport) -> Row:
    details: Details = contributor.details
    return {**_describe_subject(contributor.subject, report), "value": contributor.value, **asdict(details)}


def _describe_subject(subject: Subject, report: MetricReport) -> Row:
    described = asdict(subject)
    if "bundle_type_id" in described:
        described["bundle_type_name"] = report.bundle_type_names[described["bundle_type_id"]]
    return described


def _write(name: str, rows: list[Row]) -> HttpResponse:
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    if rows:
        writer.writerow(rows[0])
    writer.writerows(map(_disarm, (row.values() for row in rows)))
    return response


def _disarm(values: Any) -> Iterator[Any]:
    """Yield values of a line such that a spreadsheet takes none of the texts for a formula."""
    for value in values:
        yield f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value
