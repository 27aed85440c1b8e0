"""The traffic light: alerts first, then the values, and never green on old data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.alerts import Breach, Rule
from monitoring.domain.freshness import FreshnessState
from monitoring.domain.metrics import MetricValues
from monitoring.domain.status import OverallStatus, compute_overall_status

GOOD: MetricValues = {"risk_critical": 0, "wb_accounts_active": 1, "ms_accounts_active": 2}
ORDER = [OverallStatus.OK, OverallStatus.WARNING, OverallStatus.CRITICAL]
STATES = st.sampled_from(FreshnessState)
SEVERITIES = st.lists(st.sampled_from(["critical", "warning"]), max_size=3)
COUNTS = st.one_of(st.none(), st.integers(0, 3))
VALUES = st.fixed_dictionaries(dict.fromkeys(GOOD, COUNTS))


def make_breach(severity: str) -> Breach:
    rule = Rule(name="", metric="risk_ok", threshold_type="below", threshold_value=1, severity=severity)
    return Breach(rule=rule, current_value=0)


def get_status(values: MetricValues, *severities: str, state: FreshnessState = FreshnessState.FRESH) -> str:
    breaches = [make_breach(severity) for severity in severities]
    return compute_overall_status(values=values, breaches=breaches, freshness_state=state).value


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ([], "ok"),
        (["warning"], "warning"),
        (["critical"], "critical"),
        (["warning", "critical"], "critical"),
    ],
)
def test_the_worst_alert_decides(severities: list[str], expected: str) -> None:
    assert get_status(GOOD, *severities) == expected


@pytest.mark.parametrize("worry", [{"risk_critical": 1}, {"wb_accounts_active": 0}, {"ms_accounts_active": 0}])
def test_without_alerts_a_critical_risk_or_a_missing_account_is_a_warning(worry: dict[str, int]) -> None:
    assert get_status({**GOOD, **worry}) == "warning"


def test_a_value_that_is_not_known_is_no_worry() -> None:
    assert get_status(dict.fromkeys(GOOD)) == "ok"


@pytest.mark.parametrize(
    ("state", "expected"),
    [("fresh", "ok"), ("late", "ok"), ("stale", "warning"), ("dead", "critical"), ("never", "ok")],
)
def test_old_data_are_never_ok(state: str, expected: str) -> None:
    assert get_status(GOOD, state=FreshnessState(state)) == expected


@given(values=VALUES, severities=SEVERITIES, state=STATES)
def test_age_only_makes_it_worse(values: MetricValues, severities: list[str], state: FreshnessState) -> None:
    fresh = OverallStatus(get_status(values, *severities))
    aged = OverallStatus(get_status(values, *severities, state=state))
    floor = {FreshnessState.STALE: OverallStatus.WARNING, FreshnessState.DEAD: OverallStatus.CRITICAL}
    assert aged == max(fresh, floor.get(state, OverallStatus.OK), key=ORDER.index)
