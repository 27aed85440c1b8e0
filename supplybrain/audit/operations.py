"""Migration operations that put tables under audit.

A migration that adds a model which people change says so:

    operations = [audit_table(model="monitoring.silence", table="monitoring_silence")]

and the model joins `supplybrain.audit.registry`; a test compares the two.
"""

from collections.abc import Sequence

from django.db.migrations import RunSQL
from psycopg import sql

TRIGGER = sql.Identifier("supplybrain_audit")


def audit_table(*, model: str, table: str, hidden: Sequence[str] = (), ignored: Sequence[str] = ()) -> RunSQL:
    """Return the operation that records every change of a table from now on, and stops it when reversed.

    Args:
        model: Label of the model in lower case.
        table: Its table, with an integer key `id`.
        hidden: Columns of which only that they changed is recorded, never a value: tokens, passwords.
        ignored: Columns whose change is no news: time stamps, counters.
    """
    return _add_trigger(table, "supplybrain_record_change", [model, ",".join(hidden), ",".join(ignored)])


def audit_members(*, model: str, field: str, table: str, owner: str, member: str) -> RunSQL:
    """Return the operation that records a many-to-many relation as changes of a field of its owner.

    Args:
        model: Label of the owner's model in lower case.
        field: The owner's field.
        table: The table in between.
        owner: Its column that points to the owner.
        member: Its column that points to the other side.
    """
    return _add_trigger(table, "supplybrain_record_member", [model, field, owner, member])


def _add_trigger(table: str, function: str, arguments: Sequence[str]) -> RunSQL:
    add = (
        "CREATE TRIGGER {trigger} AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}"
    )
    names = {"trigger": TRIGGER, "table": sql.Identifier(table), "function": sql.Identifier(function)}
    listed = sql.SQL(", ").join(map(sql.Literal, arguments))
    return RunSQL(
        (sql.SQL(add).format(**names) + sql.SQL("({})").format(listed)).as_string(),
        sql.SQL("DROP TRIGGER {trigger} ON {table}").format(**names).as_string(),
    )
