"""What the database says, seen from outside the processes under test."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString, TypeVar

import psycopg

from monitoring.tests.processes.steps import STEPS

Value = TypeVar("Value")

YEAR_SECONDS = 365 * 24 * 3600  # a slot that does not end during a test
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Holder:
    """The server process that holds the capture's advisory lock.

    Attributes:
        backend_pid: Its process id.
        program: The name of the program that is connected to it.
        waits_for: The table whose lock it waits for right now, None while it runs.
    """

    backend_pid: int
    program: str
    waits_for: str | None


@dataclass(frozen=True)
class Observer:
    """Reads and disturbs one database. Connects anew each time: the server may be restarted any time."""

    url: str
    interval_seconds: int

    def fetch(self, statement: LiteralString, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement, parameters).fetchall()

    def get_slot(self) -> datetime:
        """Return the current slot by the database's clock."""
        statement = "SELECT to_timestamp(floor(extract(epoch FROM clock_timestamp()) / %s) * %s)"
        slot: datetime = self.fetch(statement, self.interval_seconds, self.interval_seconds)[0][0]
        return slot

    def list_slots(self) -> list[datetime]:
        """Return the slots of all snapshots in the order of time."""
        return [slot for (slot,) in self.fetch("SELECT slot FROM monitoring_snapshots ORDER BY slot, id")]

    def get_gaps(self) -> dict[datetime, str]:
        """Return the reasons by slot of all gap rows."""
        return dict(self.fetch("SELECT slot, reason FROM monitoring_gaps ORDER BY slot"))

    def count_runs(self) -> Counter[str]:
        """Return how many runs ended in each state."""
        return Counter(dict(self.fetch("SELECT state, count(*) FROM monitoring_runs GROUP BY state")))

    def list_captured_slots(self) -> list[datetime]:
        """Return the slots of all runs that say to have captured one, in the order of time."""
        return [
            slot for (slot,) in self.fetch("SELECT slot FROM monitoring_runs WHERE state = 'captured' ORDER BY slot")
        ]

    def count_different_snapshots(self) -> int:
        """Return how many different contents the snapshots have; 1 as long as nobody touches the catalogue."""
        columns = "risk_critical, risk_warning, risk_ok, risk_overstock, risk_no_data, articles_with_orders"
        statement = f"""
            SELECT count(*) FROM (
                SELECT DISTINCT {columns}, total_final_order_qty, wb_accounts_total, ms_accounts_total, schema_version
                FROM monitoring_snapshots
            ) contents
        """  # noqa: S608  (constants)
        count: int = self.fetch(statement)[0][0]
        return count

    def count_advisory_locks(self) -> int:
        """Return how many advisory locks anybody holds in this database."""
        statement = """
            SELECT count(*) FROM pg_locks
            WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """
        count: int = self.fetch(statement)[0][0]
        return count

    def find_holder(self) -> Holder | None:
        """Return who holds the capture's lock now, None when nobody does."""
        rows = self.fetch("""
            SELECT activity.pid, activity.application_name, (
                SELECT relation::regclass::text FROM pg_locks WHERE pid = activity.pid AND NOT granted LIMIT 1
            )
            FROM pg_locks lock JOIN pg_stat_activity activity USING (pid)
            WHERE lock.locktype = 'advisory' AND lock.granted AND activity.datname = current_database()
        """)
        return Holder(*rows[0]) if rows else None

    def wait_for_holder_at(self, step: str, *, seconds: float) -> Holder:
        """Return who holds the capture's lock and waits at a step of `STEPS`, as soon as somebody does."""

        def find_holder_there() -> Holder | None:
            holder = self.find_holder()
            return holder if holder and holder.waits_for == STEPS[step].table else None

        holder = wait_until(find_holder_there, seconds=seconds, what=f"a holder that waits at {step}")
        assert holder is not None
        return holder

    def terminate(self, backend_pid: int) -> None:
        """Cut a client off, as an administrator would."""
        self.fetch("SELECT pg_terminate_backend(%s)", backend_pid)

    def clear(self) -> None:
        """Forget all snapshots, gaps, runs, and what became of alerts."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            # CASCADE: whatever tells of an alert goes with it
            connection.execute("""
                TRUNCATE monitoring_snapshots, monitoring_gaps, monitoring_runs, monitoring_alerts,
                    monitoring_notifications CASCADE
            """)

    def execute(self, statement: LiteralString) -> None:
        """Run statements without parameters in one transaction."""
        with psycopg.connect(self.url) as connection:
            connection.execute(statement)

    def set_knock_milliseconds(self, milliseconds: int) -> None:
        """Let beats knock at this period from their next look at the schedule on."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "UPDATE django_celery_beat_intervalschedule SET every = %s, period = 'microseconds'",
                (milliseconds * 1000,),
            )
            connection.execute("UPDATE django_celery_beat_periodictasks SET last_update = clock_timestamp()")

    @contextmanager
    def blocking(self, step: str) -> Iterator[None]:
        """Let captures come no further than a step of `STEPS` inside the block."""
        with closing(psycopg.connect(self.url)) as connection:  # closing alone: the server may be gone by then
            connection.execute(STEPS[step].lock)
            yield

    def list_expected_slots(self, first: datetime, last: datetime) -> list[datetime]:
        """Return every slot from the first to the last."""
        step = timedelta(seconds=self.interval_seconds)
        return [first + step * number for number in range((last - first) // step + 1)]


def assert_every_slot_is_told_once(observer: Observer) -> None:
    """Every slot from the first to the last snapshot has one snapshot or one gap row, and all snapshots are whole."""
    slots, gaps = observer.list_slots(), observer.get_gaps()
    assert sorted([*slots, *gaps]) == observer.list_expected_slots(slots[0], slots[-1])
    assert observer.count_different_snapshots() == 1


def wait_until(condition: Callable[[], Value], *, seconds: float, what: str) -> Value:
    """Return the first true answer of a condition.

    Raises:
        AssertionError: If there is none in time.
    """
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"Not within {seconds} s: {what}"
        time.sleep(POLL_SECONDS)
    return answer
