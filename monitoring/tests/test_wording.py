"""Everything that monitoring says can be put into words."""

import pytest
from django.utils import translation

from monitoring.api.serializers.explanations import STATES
from monitoring.domain.causes import CAUSES
from monitoring.domain.explanations import CODES, explain_cause, explain_details
from monitoring.domain.metrics import METRIC_NAMES
from monitoring.tests.domain.test_diff import compare, make_shop
from monitoring.wording import (
    CAUSE_LABELS,
    FORMULAS,
    STATE_LABELS,
    TEMPLATES,
    explain_formula,
    name_cause,
    name_state,
    render,
)
from planning_core.domain.messages import Message


def test_there_are_words_for_everything() -> None:
    assert set(TEMPLATES) == set(CODES)
    assert set(CAUSE_LABELS) == {cause.value for cause in CAUSES}
    assert set(STATE_LABELS) == set(STATES)
    assert set(FORMULAS) == set(METRIC_NAMES)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("code", CODES)
def test_a_template_uses_what_its_message_brings(code: str, language: str) -> None:
    with translation.override(language):
        text = render(Message(code, dict.fromkeys(CODES[code], 3)))
    assert text.endswith(".")
    assert text.count("3") == len(CODES[code])


@pytest.mark.parametrize("language", ["en", "ru"])
def test_labels_and_formulas_are_said_in_both_languages(language: str) -> None:
    with translation.override(language):
        assert all(name_cause(cause) for cause in CAUSES)
        assert all(name_state(state) for state in STATES)
        assert all(explain_formula(metric) for metric in METRIC_NAMES)


def test_a_cause_has_the_numbers_of_then_and_now() -> None:
    diff = compare(make_shop(), make_shop(wb_stock={(1, 1): 400}), "risk_overstock")
    (contributor,) = diff.contributors
    assert render(explain_cause(contributor.causes[0], contributor)) == "Stock rose from 60 to 440."
    assert contributor.details_after is not None
    assert explain_details(contributor.details_after).code == "risk.overstock"
