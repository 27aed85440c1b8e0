"""The tables of an article's page: pieces by colour and size, bundles by place, supplies on their way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from planning_core.models import SupplyStage
from planning_core.services.article_page import ArticleView


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A row of numbers; None where there is nothing to count."""

    name: str
    cells: Sequence[int | None]
    total: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Numbers by row and column, with their sums."""

    title: str
    corner: str
    columns: Sequence[str]
    rows: Sequence[MatrixRow]
    totals: Sequence[int]
    total: int


@dataclass(frozen=True, slots=True)
class SupplyGroup:
    """What is expected on one day in one stage."""

    eta_date: date
    stage: str
    n_skus: int
    quantity: int
    is_overdue: bool


def build_matrix(
    title: str,
    corner: str,
    cells: Mapping[tuple[int, int], int],
    *,
    rows: Mapping[int, str],
    columns: Mapping[int, str],
) -> Matrix:
    """Return a matrix with those of the rows and columns that have a cell.

    Args:
        title: What is counted.
        corner: What the rows are.
        cells: By ids of row and column.
        rows: Names of the rows by id, in order.
        columns: Names of the columns by id, in order.
    """
    row_ids = [row for row in rows if any(row == key for key, _column in cells)]
    column_ids = [column for column in columns if any(column == key for _row, key in cells)]
    return Matrix(
        title=title,
        corner=corner,
        columns=[columns[column] for column in column_ids],
        rows=[
            MatrixRow(
                rows[row],
                [cells.get((row, column)) for column in column_ids],
                sum(cells.get((row, column), 0) for column in column_ids),
            )
            for row in row_ids
        ],
        totals=[sum(cells.get((row, column), 0) for row in row_ids) for column in column_ids],
        total=sum(cells.values()),
    )


def list_piece_matrices(view: ArticleView) -> list[Matrix]:
    """Return a matrix of colours and sizes per warehouse that is not Wildberries'."""
    return [
        _build_piece_matrix(warehouse, view, ((row.color_id, row.size_id, row.quantity) for row in rows))
        for (_id, warehouse), rows in groupby(view.pieces, key=lambda row: (row.warehouse_id, row.warehouse))
    ]


def build_order_matrix(view: ArticleView) -> Matrix | None:
    """Return what is ordered by colour and size, None where nothing is."""
    cells = [(line.color_id, line.size_id, line.quantity) for line in view.lines]
    return _build_piece_matrix(_("Order by colour and size, pieces"), view, cells) if cells else None


def _build_piece_matrix(title: str, view: ArticleView, rows: Iterable[tuple[int, int, int]]) -> Matrix:
    cells = {(color, size): quantity for color, size, quantity in rows}
    colors = sorted({color for color, _size in cells})
    codes, sizes = view.labels.color_codes, view.labels.size_labels
    return build_matrix(
        title,
        _("Colour"),
        cells,
        rows={color: codes.get(color, str(color)) for color in colors},
        columns={size: sizes.get(size, str(size)) for size in view.size_order},
    )


def build_bundle_matrix(view: ArticleView) -> Matrix | None:
    """Return bundles by Wildberries warehouse and bundle type, None without any row."""
    if not view.bundles:
        return None
    warehouses = {row.warehouse_id: row.warehouse for row in view.bundles}
    kinds = sorted({row.bundle_type_id or 0 for row in view.bundles}, key=lambda kind: (kind == 0, kind))
    names = view.labels.bundle_type_names
    return build_matrix(
        _("At Wildberries, bundles"),
        _("Warehouse"),
        {(row.warehouse_id, row.bundle_type_id or 0): row.quantity for row in view.bundles},
        rows=warehouses,
        columns={kind: names.get(kind, str(kind)) if kind else _("without bundle type or size") for kind in kinds},
    )


def list_supply_groups(view: ArticleView) -> list[SupplyGroup]:
    """Return what is on its way by expected day and stage."""
    rows = sorted(view.supplies, key=lambda line: (line.eta_date, line.stage))
    groups = []
    for (eta_date, stage), grouped in groupby(rows, key=lambda line: (line.eta_date, line.stage)):
        lines = list(grouped)
        quantity = sum(line.quantity for line in lines)
        is_overdue = eta_date < view.explanation.as_of
        groups.append(SupplyGroup(eta_date, str(SupplyStage(stage).label), len(lines), quantity, is_overdue))
    return groups
