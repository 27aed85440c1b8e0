"""Every message of planning can be put into words."""

import re
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given, settings

from planning_core.api.messages import describe_message
from planning_core.api.rendering import to_json
from planning_core.domain.demand_entries import list_demand_entries
from planning_core.domain.messages import CODES, Message, Param
from planning_core.domain.order_entries import list_proposal_lines
from planning_core.domain.portfolio import compute_classic_portfolio
from planning_core.tests.catalogue import Catalogue, build_inputs
from planning_core.tests.strategies import catalogues
from planning_core.wording import TEMPLATES, render, write_param

SHARE = {"quantity": 3, "color_total": 10, "article_total": 20, "on_hand": 1}


def test_every_code_has_a_template() -> None:
    assert set(TEMPLATES) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_template_uses_only_what_its_message_brings(code: str) -> None:
    numbers: dict[str, Param] = {"change": 2}  # chooses a plural form
    text = render(Message(code, {name: numbers.get(name, f"<{name}>") for name in CODES[code]}))
    assert text.endswith(".")
    assert "%" not in text.replace("%(", "")
    assert set(re.findall(r"<(\w+)>", text)) <= CODES[code]


def test_a_message_is_a_code_parameters_and_a_text() -> None:
    assert describe_message(Message("line.share", SHARE)) == {
        "code": "line.share",
        "params": SHARE,
        "text": "3 of the colour's 10 and the article's 20 pieces; 1 on hand in own warehouses.",
    }


@settings(max_examples=40, deadline=None)
@given(catalogues())
def test_every_sentence_of_version_1_is_declared_and_said(catalogue: Catalogue) -> None:
    portfolio = compute_classic_portfolio(build_inputs(catalogue, article_ids=[1, 2, 3, 4]))
    sentences = [entry.explanation for entry in portfolio.entries]
    sentences += [entry.explanation for entry in list_demand_entries(portfolio.inputs, portfolio.demands)]
    sentences += [reason.explanation for item in portfolio.order_explanations for reason in item.reasons]
    sentences += [line.explanation for line in list_proposal_lines(portfolio.inputs, portfolio.orders)]
    for sentence in sentences:
        assert CODES[sentence.code] == set(sentence.params)
        assert to_json(sentence) == render(sentence)


def test_an_unknown_code_is_named() -> None:
    with pytest.raises(KeyError, match="never_heard_of"):
        render(Message("never_heard_of", {}))


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(KeyError, match="on_hand"):
        render(Message("line.share", {name: value for name, value in SHARE.items() if name != "on_hand"}))


@pytest.mark.parametrize(
    ("value", "english", "russian"),
    [
        (999, "999", "999"),
        (1234567, "1,234,567", "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"),
        (-1234.5, "-1,234.5", "-1\N{NO-BREAK SPACE}234,5"),
        (-3.0, "-3", "-3"),
        (0.00421, "0.0042", "0,0042"),
        (0.00000219, "0.0000022", "0,0000022"),
        (date(2026, 1, 15), "2026-01-15", "15.01.2026"),
    ],
)
def test_numbers_and_dates_are_written_as_the_reader_writes_them(
    value: float | date, english: str, russian: str
) -> None:
    assert (str(write_param(value, "en")), str(write_param(value, "ru"))) == (english, russian)


def test_a_grouped_number_still_chooses_a_plural_form() -> None:
    params: dict[str, Param] = {"change": 1201, "value": 1, "average": 0.5, "level": "ok"}
    assert render(Message("flip.wb_ready.down", params)) == "1,201 bundles less: the level becomes “ok”."


def test_a_sentence_is_in_the_active_language() -> None:
    message = Message("risk.returns", {"total": 5, "average": -0.25})
    with translation.override("ru"):
        assert "-0,25" in render(message)
    assert "-0.25" in render(message)
