"""Rules are edited, switched, made and deleted while captures judge them: both write what is remembered of alerts."""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from psycopg.conninfo import make_conninfo
from pytest_django import Settings

from integrations.models import WbAccount
from monitoring.models import Alert, AlertRule, AlertTransition, MonitoringSnapshot
from monitoring.services.capture import capture_snapshot
from monitoring.services.rules import apply_rule_changes
from monitoring.tests.alerts import make_channel, make_rule
from monitoring.tests.company import make_company
from monitoring.tests.processes.ledger import find_faults
from monitoring.tests.processes.observer import Observer
from supplybrain.clock import get_business_date

pytestmark = pytest.mark.django_db(transaction=True)

log = logging.getLogger(__name__)

RULES = "/api/v1/planning/monitoring/alert-rules"
SECONDS = 3.0
MOST_SECONDS = 20.0  # until everything has happened that is to be seen, on a busy machine
PAUSE_SECONDS = 0.6
SHORT_PAUSE_SECONDS = 0.1
N_RULES = 6
REASONS = {"fired", "recovered", "rule_changed", "rule_disabled", "rule_deleted"}
Act = Callable[[Client, random.Random], str]


def pick(chance: random.Random) -> str:
    """Return the address of some rule, which may be gone when it is asked for."""
    ids = AlertRule.objects.order_by("id").values_list("id", flat=True)
    return f"{RULES}/{chance.choice([*ids, 0])}"


def capture(_api: Client, chance: random.Random) -> str:
    return f"capture {capture_snapshot(trigger='test').state}"


def edit(api: Client, chance: random.Random) -> str:
    change = chance.choice(
        [
            {"threshold_value": chance.randrange(4), "recovery_threshold": None},
            {"pending_slots": chance.choice([1, 2]), "recover_slots": chance.choice([1, 3])},
            {"severity": chance.choice(["warning", "critical"])},
            {"metric": chance.choice(["wb_accounts_active", "ms_accounts_total"])},
            {"name": f"Name {chance.random()}"},
        ]
    )
    return f"edit {api.patch(pick(chance), change, 'application/json').status_code}"


def switch(api: Client, chance: random.Random) -> str:
    change = {"is_active": chance.random() < 0.7}
    return f"switch {api.patch(pick(chance), change, 'application/json').status_code}"


def make(api: Client, chance: random.Random) -> str:
    body = {
        "name": "New",
        "metric": "wb_accounts_active",
        "threshold_type": chance.choice(["above", "below"]),
        "threshold_value": 2,
        "severity": "warning",
    }
    return f"make {api.post(RULES, body, 'application/json').status_code}"


def delete(api: Client, chance: random.Random) -> str:
    return f"delete {api.delete(pick(chance)).status_code}"


def edit_all(_api: Client, chance: random.Random) -> str:
    """Change every rule in one transaction, as an action of the admin may."""
    with transaction.atomic():
        ids = AlertRule.objects.order_by("id").select_for_update().values_list("id", flat=True)
        AlertRule.objects.filter(pk__in=list(ids)).update(threshold_value=chance.randrange(4))
        apply_rule_changes()
    return "edit all"


def move_values(_api: Client, chance: random.Random) -> str:
    """Change what the rules look at."""
    WbAccount.objects.update(is_active=False)
    active = WbAccount.objects.order_by("id").values_list("id", flat=True)[: chance.randrange(5)]
    WbAccount.objects.filter(pk__in=list(active)).update(is_active=True)
    return "move values"


ACTS: list[Act] = [*[capture] * 5, *[edit] * 4, *[switch] * 2, *[make] * 2, delete, edit_all, move_values]


@pytest.fixture
def rules(settings: Settings) -> None:
    """Rules on a company whose accounts change; slots of a second."""
    settings.MONITORING_INTERVAL_SECONDS = 1
    make_company(as_of=get_business_date())
    for number in range(4):
        WbAccount.objects.create(name=f"WB {number}", api_token="x")
    for number in range(N_RULES):
        make_rule(f"Rule {number}", "wb_accounts_active", threshold_value=number % 4, severity="warning")
    make_channel()
    capture_snapshot(trigger="test")


def race() -> Counter[str]:
    """Let everybody act at once for a while; return what came of it how often."""
    user = User.objects.create_superuser("root")
    together = Barrier(len(ACTS))
    began = time.monotonic()

    def is_over() -> bool:
        seconds = time.monotonic() - began
        return seconds > MOST_SECONDS or (seconds > SECONDS and list_reasons() >= REASONS)

    def act_on(number: int) -> Counter[str]:
        chance, seen = random.Random(number), Counter[str]()  # noqa: S311  (chance, no secret)
        client = Client(raise_request_exception=False)
        client.force_login(user)
        together.wait(timeout=30)
        try:
            while not is_over():
                seen[ACTS[number](client, chance)] += 1
                # an edit waits for the lock and a capture does not: without a pause, captures would starve
                time.sleep(chance.random() * (SHORT_PAUSE_SECONDS if ACTS[number] is capture else PAUSE_SECONDS))
        finally:
            connection.close()
        return seen

    with ThreadPoolExecutor(len(ACTS)) as pool:
        return sum(pool.map(act_on, range(len(ACTS))), Counter())


def list_reasons() -> set[str]:
    return set(AlertTransition.objects.values_list("reason", flat=True))


def observe() -> Observer:
    wanted = ("dbname", "host", "port", "user", "password")
    known = {name: value for name, value in connection.get_connection_params().items() if name in wanted and value}
    return Observer(make_conninfo(**known), interval_seconds=1)


def test_sixteen_who_edit_delete_and_capture_at_once_lose_nothing(rules: None) -> None:
    seen = race()
    good = {"200", "201", "204", "404"}  # what is asked for may have been deleted by somebody else
    assert {what for what in seen if what.split()[-1].isdigit() and what.split()[-1] not in good} == set(), seen
    log.info("%s", dict(seen))
    assert seen["capture captured"] == MonitoringSnapshot.objects.count() - 1 > 0
    assert find_faults(observe()) == {}

    time.sleep(1)
    capture_snapshot(trigger="test")
    stands = dict(Alert.objects.filter(kind="rule").values_list("rule_id", "state"))
    watched = set(AlertRule.objects.filter(is_active=True).values_list("id", flat=True))
    assert {rule for rule, state in stands.items() if state != "inactive"} <= watched <= set(stands)
    judged = Alert.objects.filter(rule_id__in=watched)
    newest = dict(AlertRule.objects.values_list("id", "version"))
    assert {alert.rule_id: alert.rule_version.version for alert in judged.select_related("rule_version")} == {  # type: ignore[union-attr]
        rule: newest[rule] for rule in watched
    }
    assert list_reasons() >= REASONS
    assert find_faults(observe()) == {}
