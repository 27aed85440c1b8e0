"""Step two: what points to a row that does not exist. The old screens showed such rows, so most get a placeholder."""

from django.db.models import Model
from psycopg import sql

from planning_core.services.previous_backend.tables import Placeholder, Reference, Stage
from planning_core.services.statements import advance_sequence, fetch_rows, join_names, list_constants, name_table

MISSING_SUFFIX = " (missing)"
SHOWN_IDS = 10


def settle_references(stage: Stage) -> None:
    """Make every reference of the staged rows point to a row: by a placeholder, or by leaving the row out."""
    for reference in stage.move.references:
        if reference.placeholder is None:
            _skip_rows(stage, reference)
        else:
            _insert_placeholders(stage, reference, reference.placeholder)


def list_ids(ids: list[int]) -> str:
    """Return ids for a message: the first few, and how many more."""
    shown = ", ".join(map(str, ids[:SHOWN_IDS]))
    return shown if len(ids) <= SHOWN_IDS else f"{shown} and {len(ids) - SHOWN_IDS} more"


def _skip_rows(stage: Stage, reference: Reference) -> None:
    ids = fetch_rows(
        """DELETE FROM {read} r WHERE {column} IS NOT NULL
           AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = r.{column}) RETURNING r.id""",
        read=stage.read,
        column=sql.Identifier(reference.column),
        table=name_table(reference.model),
    )
    if ids:
        stage.report.skipped += len(ids)
        stage.report.notes.append(
            f"rows left out, their {_label(reference.model)} does not exist: id {list_ids(sorted(i for (i,) in ids))}"
        )


def _insert_placeholders(stage: Stage, reference: Reference, placeholder: Placeholder) -> None:
    named = ["id", placeholder.code_column]
    model_fields = {field.column for field in reference.model._meta.concrete_fields}
    with_name = ["name"] if "name" in model_fields else []
    constants = {
        **list_constants(reference.model, except_columns=[*named, *with_name, *placeholder.extra]),
        **placeholder.extra,
    }
    ids = fetch_rows(
        """INSERT INTO {table} ({columns})
           SELECT m.id, CASE WHEN EXISTS (SELECT FROM {table} t WHERE t.{code} = m.id::text)
                             THEN m.id::text || %s ELSE m.id::text END {name} {constants}
           FROM (SELECT DISTINCT r.{column} AS id FROM {read} r) m
           WHERE m.id IS NOT NULL AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = m.id)
           ORDER BY m.id RETURNING id""",
        [MISSING_SUFFIX, *constants.values()],
        table=name_table(reference.model),
        columns=join_names([*named, *with_name, *constants]),
        code=sql.Identifier(placeholder.code_column),
        name=sql.SQL(", m.id::text" if with_name else ""),
        constants=sql.SQL(", %s" * len(constants)),
        column=sql.Identifier(reference.column),
        read=stage.read,
    )
    if ids:
        advance_sequence(name_table(reference.model))
        stage.report.notes.append(
            f"{_label(reference.model)} that does not exist, made up and named by its id: "
            f"{list_ids(sorted(i for (i,) in ids))}"
        )


def exclude_placeholders(placeholder: Placeholder) -> sql.Composed:
    """Return the condition under which a row `t` of the model is not a placeholder."""
    return sql.SQL("t.{code} NOT IN (t.id::text, t.id::text || {suffix})").format(
        code=sql.Identifier(placeholder.code_column), suffix=sql.Literal(MISSING_SUFFIX)
    )


def _label(model: type[Model]) -> str:
    return str(model._meta.verbose_name)
