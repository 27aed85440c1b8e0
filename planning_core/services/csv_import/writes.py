"""How rows without a problem get into a table: one INSERT ... ON CONFLICT that leaves equal rows alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Model
from psycopg import sql

from planning_core.services.csv_import.checks import TABLES
from planning_core.services.csv_import.staging import CsvStage, SideReport
from planning_core.services.statements import execute, fetch_rows, fetch_value, join_names, list_constants, name_table


@dataclass(frozen=True)
class Upsert:
    """Rows of a file that become rows of a table, found by a unique key.

    Attributes:
        model: The table.
        joins: SQL that joins what the key needs to the file's rows `s`, with the names of TABLES.
        key: Column of the table -> SQL that gives it.
        values: Column of the table -> column of the file. One that the file does not have is left alone in rows that
            exist, and is in new ones what an empty cell would be.
        stamps: Column of the table -> what a row gets when it is inserted or changed.
        condition: SQL that chooses the file's rows.
    """

    model: type[Model]
    joins: str
    key: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    stamps: Mapping[str, object] = field(default_factory=dict)
    condition: str = "TRUE"


def upsert_main(stage: CsvStage, upsert: Upsert) -> None:
    """Write the rows into the file's own table and count them there."""
    inserted, updated = _run(stage, upsert)
    stage.report.inserted += inserted
    stage.report.updated += updated


def upsert_beside(stage: CsvStage, upsert: Upsert) -> None:
    """Write the rows into another table that the file describes too."""
    _count_beside(stage, upsert.model, *_run(stage, upsert))


@dataclass(frozen=True)
class Shared:
    """Things that several rows of a file share, found by a code and created when missing: colours, sizes, warehouses.

    Attributes:
        model: The table.
        code: Its unique column, and the file's column that names the thing.
        attribute: Its column, and the file's column that describes the thing. Cells that say something agree
            (`checks.reject_contradictions`); when none does, an existing thing stays as it is.
        constants: Columns that are not to have the model's default in new rows.
    """

    model: type[Model]
    code: tuple[str, str]
    attribute: tuple[str, str] | None = None
    constants: Mapping[str, object] = field(default_factory=dict)


def settle_shared(stage: CsvStage, shared: Shared) -> None:
    """Create what rows name and does not exist yet, in the order of the file, and describe what exists."""
    inserted = _create_missing(stage, shared)
    updated = _describe_existing(stage, shared, shared.attribute) if shared.attribute else 0
    _count_beside(stage, shared.model, inserted, updated)


def _create_missing(stage: CsvStage, shared: Shared) -> int:
    column, cell = shared.code
    given = {**list_constants(shared.model, except_columns=["id", column]), **shared.constants}
    described, said = shared.attribute or (None, None)
    values = [
        sql.SQL("coalesce(min({}), {})").format(sql.Identifier("s", said), sql.Literal(value))
        if said is not None and name == described
        else sql.Literal(value)
        for name, value in given.items()
    ]
    count: int = fetch_value(
        """WITH written AS (
               INSERT INTO {target} ({columns}) SELECT {values} FROM {stage} s
               WHERE s.reason IS NULL AND NOT EXISTS (SELECT FROM {target} t WHERE t.{column} = {cell})
               GROUP BY {cell} ORDER BY min(s.line) ON CONFLICT DO NOTHING RETURNING 1
           ) SELECT count(*) FROM written""",
        target=name_table(shared.model),
        columns=join_names([column, *given]),
        values=sql.SQL(", ").join([sql.Identifier("s", cell), *values]),
        column=sql.Identifier(column),
        cell=sql.Identifier("s", cell),
        stage=stage.table,
    )
    return count


def _describe_existing(stage: CsvStage, shared: Shared, attribute: tuple[str, str]) -> int:
    count: int = fetch_value(
        """WITH written AS (
               UPDATE {target} t SET {attribute} = f.said
               FROM (SELECT {cell} AS code, min({said}) AS said FROM {stage} s WHERE s.reason IS NULL GROUP BY {cell}) f
               WHERE t.{column} = f.code AND t.{attribute} <> f.said RETURNING 1
           ) SELECT count(*) FROM written""",
        target=name_table(shared.model),
        attribute=sql.Identifier(attribute[0]),
        said=sql.Identifier("s", attribute[1]),
        column=sql.Identifier(shared.code[0]),
        cell=sql.Identifier("s", shared.code[1]),
        stage=stage.table,
    )
    return count


def _run(stage: CsvStage, upsert: Upsert) -> tuple[int, int]:
    values = {column: cell for column, cell in upsert.values.items() if stage.has(cell)}
    absent = {column: stage.read_empty(cell) for column, cell in upsert.values.items() if not stage.has(cell)}
    defaults = list_constants(upsert.model, except_columns=["id", *upsert.key, *upsert.values])
    constants = {**defaults, **absent, **upsert.stamps}
    inserted, updated = fetch_rows(
        """WITH written AS (
               INSERT INTO {target} AS t ({columns}) SELECT {keys} {cells} {constants} FROM {stage} s {joins}
               WHERE s.reason IS NULL AND ({condition}) ORDER BY s.line
               ON CONFLICT ({key}) {resolution} RETURNING (xmax = 0) AS is_new
           ) SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written""",
        list(constants.values()),
        target=name_table(upsert.model),
        columns=join_names([*upsert.key, *values, *constants]),
        keys=sql.SQL(", ").join(map(sql.SQL, upsert.key.values())),
        cells=sql.SQL("").join(sql.SQL(", {}").format(sql.Identifier("s", cell)) for cell in values.values()),
        constants=sql.SQL(", %s" * len(constants)),
        stage=stage.table,
        joins=sql.SQL(upsert.joins).format(**TABLES),
        condition=sql.SQL(upsert.condition).format(**TABLES),
        key=join_names(list(upsert.key)),
        resolution=_resolve_conflict(list(values), list(upsert.stamps)),
    )[0]
    if inserted or updated:
        # the next files look these rows up, and statistics of this transaction's rows come from nowhere else
        execute("ANALYZE {target}", target=name_table(upsert.model))
    return inserted, updated


def _resolve_conflict(values: Sequence[str], stamps: Sequence[str]) -> sql.Composable:
    if not values:
        return sql.SQL("DO NOTHING")
    return sql.SQL("DO UPDATE SET {} WHERE ({}) IS DISTINCT FROM ({})").format(
        sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in [*values, *stamps]),
        sql.SQL(", ").join(sql.Identifier("t", name) for name in values),
        sql.SQL(", ").join(sql.Identifier("excluded", name) for name in values),
    )


def _count_beside(stage: CsvStage, model: type[Model], inserted: int, updated: int) -> None:
    if inserted or updated:
        report = stage.report.beside.setdefault(str(model._meta.verbose_name_plural), SideReport())
        report.inserted += inserted
        report.updated += updated
