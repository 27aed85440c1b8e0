"""A restless company and a restless machine: data that change from slot to slot, and processes that die at random."""

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import LiteralString

from monitoring.tests.processes.observer import Observer, wait_until
from monitoring.tests.processes.programs import Program
from monitoring.tests.processes.system import System

COMPANY: LiteralString = """
INSERT INTO wb_integration_accounts (name, api_token, is_active, supplier_id, created_at, updated_at)
SELECT 'WB ' || n, '', true, '', now(), now() FROM generate_series(1, 8) n;

INSERT INTO moysklad_integration_accounts (name, api_token, is_active, account_id, created_at, updated_at)
SELECT 'MS ' || n, '', true, '', now(), now() FROM generate_series(1, 8) n;

INSERT INTO planning_core_sourcesync (source, last_good_at, origin)
SELECT source, now(), 'csv_import' FROM unnest(ARRAY['catalogue', 'listings', 'sales', 'wb_stock', 'own_stock']) source;

INSERT INTO monitoring_alert_rules (name, metric, threshold_type, threshold_value, recovery_threshold, pending_slots,
    recover_slots, severity, is_active)
VALUES
    ('wb 1', 'wb_accounts_active', 'above', 6, NULL, 1, 1, 'critical', true),
    ('wb 2', 'wb_accounts_active', 'below', 3, 5, 1, 2, 'warning', true),
    ('wb 3', 'wb_accounts_active', 'above', 4, 2, 2, 2, 'critical', true),
    ('ms 1', 'ms_accounts_active', 'below', 2, NULL, 1, 1, 'critical', true),
    ('ms 2', 'ms_accounts_active', 'above', 5, 3, 1, 3, 'warning', true),
    ('ms 3', 'ms_accounts_active', 'above', 3, NULL, 3, 1, 'warning', true),
    ('critical', 'risk_critical', 'above', 8, 6, 1, 2, 'critical', true),
    ('warning', 'risk_warning', 'above', 2, NULL, 2, 1, 'warning', true),
    ('ok', 'risk_ok', 'below', 5, NULL, 1, 1, 'warning', true),
    ('overstock', 'risk_overstock', 'above', 3, 1, 1, 1, 'warning', true),
    ('to order', 'total_final_order_qty', 'above', 2000, 1500, 1, 2, 'critical', true);
"""

CHANGES: dict[str, LiteralString] = {
    "wb accounts": """
        UPDATE wb_integration_accounts SET is_active = ranked.place <= wanted.count
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM wb_integration_accounts) AS ranked,
            (SELECT floor(random() * 9) AS count) AS wanted
        WHERE ranked.id = wb_integration_accounts.id
    """,
    "ms accounts": """
        UPDATE moysklad_integration_accounts SET is_active = ranked.place <= wanted.count
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM moysklad_integration_accounts) AS ranked,
            (SELECT floor(random() * 9) AS count) AS wanted
        WHERE ranked.id = moysklad_integration_accounts.id
    """,
    "stock": """
        UPDATE planning_core_wbstock SET quantity = floor(random() * most.quantity), updated_at = now()
        FROM (SELECT (ARRAY[20, 200, 900])[1 + floor(random() * 3)] AS quantity) AS most
    """,
    "a source grows old": """
        UPDATE planning_core_sourcesync SET last_good_at = now() - interval '80 hours'
        WHERE source = (ARRAY['sales', 'wb_stock', 'own_stock'])[1 + floor(random() * 3)]
    """,
    "sources are read": "UPDATE planning_core_sourcesync SET last_good_at = now()",
}
WEIGHTS = {"wb accounts": 4, "ms accounts": 4, "stock": 5, "a source grows old": 1, "sources are read": 3}

CUT_ONE_OFF: LiteralString = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND application_name ~ '^(worker|beat)-'
ORDER BY random() LIMIT 1
"""

AIM_SECONDS = 1.5  # a capture begins every second


@dataclass
class Company:
    """Changes its data every now and then.

    Args:
        observer: Of its database.
        pause_seconds: The mean time between two changes.
        chance: Decides what changes when.
        changes: How often each kind of change was made.
    """

    observer: Observer
    pause_seconds: float
    chance: random.Random
    changes: Counter[str] = field(default_factory=Counter)
    next_at: float = 0.0

    def live(self) -> None:
        """Change something, if it is time."""
        if time.monotonic() < self.next_at:
            return
        (change,) = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
        self.observer.execute(CHANGES[change])
        self.changes[change] += 1
        self.next_at = time.monotonic() + self.chance.uniform(0.2, 1.8) * self.pause_seconds


@dataclass
class Reaper:
    """Kills, freezes and cuts off the processes of a system at random, and has the dead replaced.

    Args:
        system: The system.
        workers: Names of the workers, and by how many seconds their hosts' clocks are wrong.
        beats: Names of the beats.
        pause_seconds: The mean time between two blows.
        chance: Decides whom it hits when.
        aimed_ratio: Share of the blows [0..1] that hit a worker while it captures.
        blows: How often each kind was dealt.
    """

    system: System
    workers: dict[str, int]
    beats: list[str]
    pause_seconds: float
    chance: random.Random
    aimed_ratio: float = 0.6
    blows: Counter[str] = field(default_factory=Counter)
    next_at: float = 0.0
    frozen: dict[str, float] = field(default_factory=dict)

    def start_all(self) -> None:
        """Start everything that is not running."""
        for name in [*self.workers, *self.beats]:
            if not self.system.is_running(name):
                self._start(name)

    def live(self) -> None:
        """Thaw and replace whose time has come, and deal a blow, if it is time."""
        for name, until in list(self.frozen.items()):
            if time.monotonic() >= until:
                self._thaw(name)
        if time.monotonic() < self.next_at:
            return
        self.start_all()
        if self.chance.random() < self.aimed_ratio:
            self._hit_capture()
        else:
            blows = {self._kill: 5, self._kill_child: 4, self._freeze: 2, self._cut_off: 2}
            (blow,) = self.chance.choices(list(blows), list(blows.values()))
            blow()
        self.next_at = time.monotonic() + self.chance.uniform(0.2, 1.8) * self.pause_seconds

    def rest(self) -> None:
        """Let everybody live again."""
        for name in list(self.frozen):
            self._thaw(name)
        self.start_all()

    def _start(self, name: str) -> None:
        if offset := self.workers.get(name):
            self.system.start_worker_with_wrong_clock(name, offset_seconds=offset)
        elif name in self.workers:
            self.system.start_worker(name, WORKER_CONCURRENCY="2")
        else:
            self.system.start(name, "supplybrain.processes", "beat")

    def _thaw(self, name: str) -> None:
        del self.frozen[name]
        self._pick(name).send(signal.SIGCONT)

    def _hit_capture(self) -> None:
        """Hit whoever captures next, in the middle of it."""
        try:
            holder = wait_until(self.system.observer.find_holder, seconds=AIM_SECONDS, what="a capture")
        except AssertionError:  # nobody is left who could
            return
        assert holder is not None
        blow = self.chance.choice(["SIGKILL", "SIGKILL", "SIGSTOP", "pg_terminate_backend"])
        if blow == "SIGKILL":
            for pid in self._pick(holder.program).list_pids()[1:]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        elif blow == "SIGSTOP":
            self._stop_for_a_while(holder.program)
        else:
            self.system.observer.terminate(holder.backend_pid)
        self.blows[f"{blow} of a capture"] += 1

    def _kill(self) -> None:
        name = self.chance.choice([*self.workers, *self.workers, *self.beats])
        self.frozen.pop(name, None)
        self._pick(name).kill()
        self.blows["SIGKILL of a worker" if name in self.workers else "SIGKILL of a beat"] += 1

    def _kill_child(self) -> None:
        pids = self._pick(self.chance.choice(list(self.workers))).list_pids()[1:]
        if pids:
            with suppress(ProcessLookupError):  # ended by itself meanwhile
                os.kill(self.chance.choice(pids), signal.SIGKILL)
            self.blows["SIGKILL of a worker's child"] += 1

    def _freeze(self) -> None:
        self._stop_for_a_while(self.chance.choice([*self.workers, *self.beats]))
        self.blows["SIGSTOP"] += 1

    def _cut_off(self) -> None:
        self.blows["pg_terminate_backend"] += len(self.system.observer.fetch(CUT_ONE_OFF))

    def _stop_for_a_while(self, name: str) -> None:
        self._pick(name).send(signal.SIGSTOP)
        self.frozen[name] = time.monotonic() + self.chance.uniform(0.5, 8)

    def _pick(self, name: str) -> Program:
        return self.system.programs[name]
