"""PostgreSQL's COPY: the way in for rows by the thousand."""

from collections.abc import Iterable, Sequence

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model
from psycopg import sql

from supplybrain.audit.actors import announce_actor


def copy_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Send rows into a model's table by COPY and return how many there were.

    Nothing of Django runs on the way: no defaults, no validators, no `auto_now`. The caller holds the transaction.

    Args:
        model: Whose table.
        fields: Names of the model's fields, in the order of the values in a row; a foreign key's value is the key.
        rows: The values, as psycopg adapts them.

    Raises:
        KeyError: If the model has no such field.
        django.db.DatabaseError: What the database has against a row; nothing of this call stays.
    """
    columns = {field.name: field.column for field in model._meta.concrete_fields if field.column}
    names = sql.SQL(", ").join([sql.Identifier(columns[name]) for name in fields])
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), names)
    count = 0
    announce_actor()
    # Django translates the errors of `execute`, not those of `copy`
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def reset_sequences(models: Sequence[type[Model]]) -> None:
    """Let the ids that the database hands out next follow the highest ones in the tables.

    Needed after rows came with ids of their own.
    """
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
