"""Advisory locks: every job has its own."""

import psycopg
import pytest
from django.db import connection, transaction

from supplybrain.locks import LOCK_NAMESPACE, LockedJob

TRY_LOCK = "SELECT pg_try_advisory_xact_lock(%s, %s)"


def test_every_job_has_a_key_of_its_own_that_postgresql_can_hold() -> None:
    keys = [job.value for job in LockedJob.__members__.values()]
    assert len(set(keys)) == len(keys)
    assert all(0 < key < 2**31 for key in [LOCK_NAMESPACE, *keys])


@pytest.mark.django_db(transaction=True)
def test_who_does_one_job_keeps_others_from_that_one_only() -> None:
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    with transaction.atomic(), connection.cursor() as cursor, psycopg.connect(**parameters) as rival:
        cursor.execute(TRY_LOCK, [LOCK_NAMESPACE, LockedJob.CAPTURE_SNAPSHOT.value])
        granted = {job: rival.execute(TRY_LOCK, [LOCK_NAMESPACE, job.value]).fetchone() for job in LockedJob}
    assert granted == {job: (job is not LockedJob.CAPTURE_SNAPSHOT,) for job in LockedJob}
