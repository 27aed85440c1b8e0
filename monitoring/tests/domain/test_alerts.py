"""Breaches: strictly beyond the threshold, never on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.alerts import DEFAULT_RULES, Breach, Rule, is_breached, list_breaches

VALUES = st.integers(0, 2**63 - 1)


def make_rule(metric: str = "risk_critical", terms: str = "above 0", *, is_active: bool = True) -> Rule:
    threshold_type, value = terms.split()
    return Rule(
        name="A rule",
        metric=metric,
        threshold_type=threshold_type,
        threshold_value=int(value),
        severity="critical",
        is_active=is_active,
    )


@pytest.mark.parametrize(
    ("value", "terms", "expected"),
    [
        (6, "above 5", True),
        (5, "above 5", False),
        (4, "above 5", False),
        (4, "below 5", True),
        (5, "below 5", False),
        (6, "below 5", False),
    ],
)
def test_a_value_breaches_only_beyond_the_threshold(value: int, terms: str, *, expected: bool) -> None:
    threshold_type, threshold = terms.split()
    assert is_breached(value, threshold_type=threshold_type, threshold_value=int(threshold)) is expected


@given(value=VALUES, threshold=VALUES)
def test_above_and_below_exclude_each_other_and_leave_the_threshold_out(value: int, threshold: int) -> None:
    above = is_breached(value, threshold_type="above", threshold_value=threshold)
    below = is_breached(value, threshold_type="below", threshold_value=threshold)
    assert above + below == (value != threshold)


def test_an_unknown_side_is_refused() -> None:
    with pytest.raises(ValueError, match="must be above or below, not 'beside'"):
        is_breached(1, threshold_type="beside", threshold_value=0)


def test_breaches_come_in_the_order_of_the_rules() -> None:
    rules = [make_rule("risk_warning", "above 1"), make_rule("risk_ok", "below 9"), make_rule("risk_critical")]
    values = {"risk_critical": 2, "risk_warning": 1, "risk_ok": 3}
    assert list_breaches(rules, values) == [
        Breach(rule=rules[1], current_value=3),
        Breach(rule=rules[2], current_value=2),
    ]


def test_inactive_rules_and_metrics_without_a_value_are_never_breached() -> None:
    rules = [make_rule(is_active=False), make_rule("risk_warning", "below 9"), make_rule("from_elsewhere", "below 9")]
    assert list_breaches(rules, {"risk_critical": 5, "risk_warning": None}) == []


def test_the_nine_default_rules_are_those_of_the_contract() -> None:
    terms = [(r.metric, r.threshold_type, r.threshold_value, r.severity, r.is_active) for r in DEFAULT_RULES]
    assert terms == [
        ("risk_critical", "above", 0, "critical", True),
        ("risk_warning", "above", 5, "warning", True),
        ("wb_accounts_active", "below", 1, "critical", True),
        ("ms_accounts_active", "below", 1, "critical", True),
        ("articles_with_orders", "below", 1, "warning", True),
        ("total_final_order_qty", "below", 1, "critical", True),
        ("risk_overstock", "above", 10, "warning", True),
        ("risk_no_data", "above", 3, "warning", True),
        ("risk_ok", "below", 1, "warning", False),
    ]
    assert len({rule.name for rule in DEFAULT_RULES}) == 9
