"""Transactions that see the database as it was at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from psycopg import IsolationLevel


@contextmanager
def consistent_view() -> Iterator[None]:
    """Run the block in one REPEATABLE READ transaction of its own.

    Raises:
        RuntimeError: If a transaction is open already: its isolation could not be changed, nor its end waited for.
    """
    with _beginning_with(IsolationLevel.REPEATABLE_READ), transaction.atomic(durable=True):
        yield


@contextmanager
def _beginning_with(level: IsolationLevel) -> Iterator[None]:
    """Let the next transaction begin with an isolation level. That is part of BEGIN and so costs no statement."""
    if connection.in_atomic_block:
        # `durable` refuses this, but for the transaction of Django's TestCase: what it sees, nobody else writes
        yield
        return
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    driver = connection.connection
    previous = driver.isolation_level
    driver.isolation_level = level
    try:
        yield
    finally:
        if not driver.closed:
            driver.isolation_level = previous
