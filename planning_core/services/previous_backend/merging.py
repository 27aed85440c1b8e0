"""Step three: the staged rows are merged into the model's table by id, and nothing of anybody else is overwritten."""

from collections.abc import Sequence

from psycopg import sql

from planning_core.services.previous_backend.errors import PreviousBackendError, shorten
from planning_core.services.previous_backend.references import exclude_placeholders, list_ids
from planning_core.services.previous_backend.tables import Stage
from planning_core.services.statements import advance_sequence, execute, fetch_rows, join_names, list_constants

FOREIGN_ROW_REMEDY = (
    "If the previous backend renamed it, rename it here first; if it is a row of this database's own, move over into"
    " an empty database. Nothing was written."
)


def merge_stage(stage: Stage) -> None:
    """Insert, update or leave alone each staged row by its id, and count.

    Raises:
        PreviousBackendError: If two rows of the source are the same, or a row here is somebody else's.
    """
    _refuse_repeated(stage, stage.read, ["id"])
    select = stage.move.prepare(stage) if stage.move.prepare else sql.SQL("SELECT * FROM {}").format(stage.read)
    execute("DROP TABLE IF EXISTS {ready}", ready=stage.ready)
    execute("CREATE TEMPORARY TABLE {ready} ON COMMIT DROP AS {select}", ready=stage.ready, select=select)
    execute("ANALYZE {ready}", ready=stage.ready)
    if stage.move.unique:
        _refuse_repeated(stage, stage.ready, stage.move.unique)
        _refuse_taken(stage)
    _refuse_foreign(stage)
    _upsert(stage)
    advance_sequence(stage.target)
    execute("DROP TABLE {read}, {ready}", read=stage.read, ready=stage.ready)


def note_merged(stage: Stage, kept: sql.Composable) -> None:
    """Count and name the staged rows that a SELECT of kept ids does not contain: they were merged into others."""
    ids = [i for (i,) in fetch_rows("SELECT id FROM {read} EXCEPT {kept} ORDER BY id", read=stage.read, kept=kept)]
    if ids:
        stage.report.merged += len(ids)
        stage.report.notes.append(f"rows that repeat another, merged into it: id {list_ids(ids)}")


def _refuse_repeated(stage: Stage, table: sql.Identifier, key: Sequence[str]) -> None:
    names = join_names(key)
    found = fetch_rows(
        """SELECT array_agg(id ORDER BY id) FROM {table}
           GROUP BY {names} HAVING count(*) > 1 ORDER BY min(id) LIMIT 1""",
        names=names,
        table=table,
    )
    if found:
        raise PreviousBackendError(
            f"{stage.move.source}: the rows with id {list_ids(found[0][0])} have the same {', '.join(key)}. Keep one"
            " of them in the source and run again; nothing was written."
        )


# The checks below usually find nothing. Without MATERIALIZED, LIMIT 1 makes the planner bet on an early find, and when
# it loses it has compared every row with every row.


def _refuse_taken(stage: Stage) -> None:
    found = fetch_rows(
        """WITH found AS MATERIALIZED (
               SELECT s.id, t.id AS here, {shown} AS shown FROM {ready} s JOIN {target} t ON {same} WHERE t.id <> s.id
           ) SELECT * FROM found ORDER BY id LIMIT 1""",
        shown=_show(stage.move.unique, "s"),
        ready=stage.ready,
        target=stage.target,
        same=_same(stage, stage.move.unique),
    )
    if found:
        there, here, values = found[0]
        raise PreviousBackendError(
            f"{stage.move.source}, row id {there}: {', '.join(stage.move.unique)} {_quote(values)} belongs to row id"
            f" {here} here. {FOREIGN_ROW_REMEDY}"
        )


def _refuse_foreign(stage: Stage) -> None:
    identity = [name for name in stage.move.identity or stage.move.unique if name in _mapped_names(stage)]
    if not identity:
        return
    placeholder = stage.move.placeholder
    found = fetch_rows(
        """WITH found AS MATERIALIZED (
               SELECT s.id, {there} AS there, {here} AS here FROM {ready} s JOIN {target} t ON t.id = s.id
               WHERE NOT ({same}) AND {real}
           ) SELECT * FROM found ORDER BY id LIMIT 1""",
        there=_show(identity, "s"),
        here=_show(identity, "t"),
        ready=stage.ready,
        target=stage.target,
        same=_same(stage, identity),
        real=exclude_placeholders(placeholder) if placeholder else sql.SQL("TRUE"),
    )
    if found:
        row, there, here = found[0]
        raise PreviousBackendError(
            f"{stage.move.source}, row id {row}: {', '.join(identity)} {_quote(there)} in the source, but this row is"
            f" {_quote(here)} here. {FOREIGN_ROW_REMEDY}"
        )


def _upsert(stage: Stage) -> None:
    given = _ready_names(stage)
    constants = list_constants(stage.move.model, except_columns=given)
    mapped = _mapped_names(stage)
    updated = [name for name in given if name in mapped and name not in ("id", *stage.move.insert_only)]
    inserted, changed, total = fetch_rows(
        """WITH written AS (
               INSERT INTO {target} ({columns}) SELECT {given} {constants} FROM {ready} ORDER BY id
               ON CONFLICT (id) {resolution} RETURNING (xmax = 0) AS is_new
           )
           SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new), (SELECT count(*) FROM {ready})
           FROM written""",
        list(constants.values()),
        target=stage.target,
        columns=join_names([*given, *constants]),
        given=join_names(given),
        constants=sql.SQL(", %s" * len(constants)),
        ready=stage.ready,
        resolution=_build_resolution(stage.target, updated),
    )[0]
    stage.report.inserted, stage.report.updated = inserted, changed
    stage.report.unchanged = total - inserted - changed


def _build_resolution(table: sql.Identifier, updated: Sequence[str]) -> sql.Composable:
    if not updated:
        return sql.SQL("DO NOTHING")
    names = [sql.Identifier(name) for name in updated]
    # rows that are the same already keep their version: importing twice writes nothing
    return sql.SQL("DO UPDATE SET {} WHERE ({}) IS DISTINCT FROM ({})").format(
        sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(name) for name in names),
        sql.SQL(", ").join(sql.SQL("{}.{}").format(table, name) for name in names),
        sql.SQL(", ").join(sql.SQL("EXCLUDED.{}").format(name) for name in names),
    )


def _ready_names(stage: Stage) -> list[str]:
    columns = {field.column for field in stage.move.model._meta.concrete_fields}
    names = fetch_rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = {ready}::regclass AND attnum > 0 ORDER BY attnum",
        ready=sql.Literal(stage.ready.as_string()),
    )
    return [name for (name,) in names if name in columns]


def _mapped_names(stage: Stage) -> set[str]:
    """Names that the source gave, or that `prepare` derived: an absent column leaves what is here alone."""
    absent = {column.name for column in stage.move.all_columns} - {column.name for column in stage.present}
    return set(_ready_names(stage)) - absent


def _same(stage: Stage, names: Sequence[str]) -> sql.Composed:
    nullable = {field.column for field in stage.move.model._meta.concrete_fields if field.null}
    return sql.SQL(" AND ").join(  # plain = can be hashed, IS NOT DISTINCT FROM cannot
        sql.SQL("t.{0} IS NOT DISTINCT FROM s.{0}" if name in nullable else "t.{0} = s.{0}").format(
            sql.Identifier(name)
        )
        for name in names
    )


def _show(names: Sequence[str], alias: str) -> sql.Composed:
    return sql.SQL("ARRAY[{}]").format(
        sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(alias, name)) for name in names)
    )


def _quote(values: Sequence[str | None]) -> str:
    return ", ".join(shorten(value) for value in values)
