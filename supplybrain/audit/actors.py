"""On whose behalf statements come: told to the database with the statements themselves.

A setting that lasts for the transaction (`set_config(..., true)`) goes in front of every statement that writes, in the
same message: no statement and no round trip more, nothing at all on a read, and nothing that stays behind on a server
connection that PgBouncer lends to somebody else next.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from psycopg import sql

from supplybrain.audit.models import Channel

SETTING = "supplybrain.actor"
WRITES = re.compile(r"\s*(?:insert|update|delete|merge|with)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something.

    Attributes:
        channel: The way that it comes.
        name: The user's or the command's name.
        user_id: The user, if it is one.
        token_name: What the API token is for, if it came with one.
    """

    channel: Channel
    name: str
    user_id: int | None = None
    token_name: str = ""


FindActor = Callable[[], Actor | None]
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]

_find_current: ContextVar[FindActor | None] = ContextVar("find_current_actor", default=None)


@contextmanager
def acting(find_actor: FindActor) -> Iterator[None]:
    """Tell the database on whose behalf the statements of this block come. Inside another such block, that one counts.

    Args:
        find_actor: Asked when something is written, since the API knows its user only after the request has begun.
            None says that nobody is known.
    """
    if _find_current.get():
        yield
        return
    token = _find_current.set(find_actor)
    try:
        with connection.execute_wrapper(_announce_before_writes):
            yield
    finally:
        _find_current.reset(token)


def announce_actor() -> None:
    """Tell the database in a statement of its own, for what does not pass Django's `execute`: COPY into a table.

    The caller holds the transaction.
    """
    if announcement := _build_announcement():
        with connection.cursor() as cursor:
            cursor.execute(announcement)


def _build_announcement() -> sql.Composed | None:
    find_actor = _find_current.get()
    if not (actor := find_actor() if find_actor else None):
        return None
    told = json.dumps(asdict(actor))
    return sql.SQL("SELECT set_config({}, {}, true)").format(sql.Literal(SETTING), sql.Literal(told))


def _announce_before_writes(
    execute: Execute,
    statement: Any,
    params: Any,
    many: bool,  # noqa: FBT001  (Django's signature)
    context: dict[str, Any],
) -> Any:
    # psycopg's composed statements come as objects, Django's own as text
    text: str = statement.as_string(connection.connection) if isinstance(statement, sql.Composable) else statement
    if not WRITES.match(text) or not (announcement := _build_announcement()):
        return execute(statement, params, many, context)
    told = announcement.as_string(connection.connection)
    raw = context["cursor"].cursor
    if many:  # the same statement several times: once before all of them is enough
        raw.execute(told)
        return execute(statement, params, many, context)
    # where there are parameters, a percent sign of ours would be taken for the place of one
    prefix = told.replace("%", "%%") if params is not None else told
    result = execute(f"{prefix}; {text}", params, many, context)
    while raw.nextset():  # on to the result of the statement itself
        pass
    return result
