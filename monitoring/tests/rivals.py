"""Somebody else at the same database: connections that no transaction of the test contains."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

from supplybrain.locks import LOCK_NAMESPACE, LockedJob

INSERT_SNAPSHOT = """
INSERT INTO monitoring_snapshots (slot, created_at, schema_version, metrics_version)
VALUES (%s, clock_timestamp(), 1, 1)
"""


@contextmanager
def connect_rival(*, autocommit: bool = True) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Open a plain connection to the database of the test."""
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    with psycopg.connect(**parameters, autocommit=autocommit) as rival:
        yield rival


@contextmanager
def holding_capture_lock() -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Be the process that is capturing, for the length of the block."""
    with connect_rival(autocommit=False) as rival:
        take_capture_lock(rival)
        yield rival
        rival.rollback()


def take_capture_lock(rival: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Take the lock of the capture in the rival's transaction."""
    rival.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_NAMESPACE, LockedJob.CAPTURE_SNAPSHOT.value])


def fill_slot(slot: datetime) -> None:
    """Store a snapshot of a slot and commit it."""
    with connect_rival() as rival:
        rival.execute(INSERT_SNAPSHOT, [slot])


def terminate_own_backend() -> None:
    """Cut the connection of this thread off, as an administrator would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with connect_rival() as rival:
        rival.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def fetch_value(statement: str) -> Any:
    """Return the one value of a statement on this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def count_advisory_locks() -> Any:
    """Return how many advisory locks anybody holds in the database of the test."""
    return fetch_value("""
        SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """)
