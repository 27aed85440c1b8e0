"""A bad value, a stranger under the same id, a token: named, not shown, nothing written."""

import pytest
from django.core.management import CommandError
from django.db import connection

from integrations.models import WbAccount
from monitoring.tests.previous_backend.database import (
    MS_TOKEN,
    WB_TOKEN,
    make_catalog,
)
from monitoring.tests.previous_backend.moving import Move, count_everything, list_values
from monitoring.tests.rivals import connect_rival
from planning_core.models import (
    Article,
)
from supplybrain.locks import LOCK_NAMESPACE, LockedJob

pytestmark = pytest.mark.django_db


def test_tokens_are_encrypted_at_rest_and_never_printed(move: Move) -> None:
    output = move(make_catalog())

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT api_token FROM wb_integration_accounts UNION SELECT api_token FROM moysklad_integration_accounts"
        )
        stored = [token for (token,) in cursor.fetchall()]
    assert len(stored) == 2
    assert WB_TOKEN not in "".join(stored)
    assert MS_TOKEN not in "".join(stored)
    assert WB_TOKEN not in output


@pytest.mark.parametrize("token", [WB_TOKEN + "\0", ["list", WB_TOKEN], ""])
def test_a_bad_token_is_not_shown(move: Move, token: object) -> None:
    tables = make_catalog()
    tables["wb_integration_accounts"][0]["api_token"] = token

    with pytest.raises(CommandError) as caught:
        move(tables)

    assert str(caught.value).startswith("wb_integration_accounts, row id 20, column api_token: (not shown) ")
    assert WB_TOKEN not in str(caught.value)
    assert count_everything() == 0


@pytest.mark.parametrize(
    ("table", "change", "place", "problem"),
    [
        ("article", {"code": "x" * 65}, "row id 3", f"code: '{'x' * 65}' is longer than 64 characters; shorten it"),
        ("article", {"code": None}, "row id 3", "code: None is empty; fill it"),
        ("article", {"id": "one"}, "row number 1", "id: 'one' is not a whole number; correct it"),
        (
            "wb_sales_daily",
            {"date": "2026-02-30"},
            "row id 17",
            "date: '2026-02-30' is not a date; write it like 2026-01-31",
        ),
        (
            "wb_sales_daily",
            {"sales_qty": 2**31},
            "row id 17",
            "sales_qty: 2147483648 is outside -2147483648..2147483647; correct it",
        ),
        (
            "monitoring_snapshots",
            {"created_at": "yesterday"},
            "row id 22",
            "created_at: 'yesterday' is not a time; write it like 2026-01-31T09:00:00+00:00",
        ),
        (
            "monitoring_alert_rules",
            {"severity": "fatal"},
            "row id 23",
            "severity: 'fatal' is not one of critical, warning; correct it",
        ),
        (
            "planning_settings",
            {"strictness": float("nan")},
            "row id 12",
            "strictness: nan is not a finite number; correct it",
        ),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_written(
    move: Move, table: str, change: dict[str, object], place: str, problem: str
) -> None:
    tables = make_catalog()
    tables[table][0] |= change

    with pytest.raises(CommandError) as caught:
        move(tables)

    assert str(caught.value) == (
        f"{table}, {place}, column {problem} in the source and run again; nothing was written."
    )
    assert count_everything() == 0


def test_a_missing_required_column_is_named(move: Move) -> None:
    tables = make_catalog()
    del tables["sku_unit"][0]["color_id"]

    with pytest.raises(CommandError, match=r"^sku_unit: the column color_id is missing\. Add it to the source"):
        move(tables)

    assert count_everything() == 0


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        ("article", {"id": 3, "code": "OTHER"}, "article: the rows with id 3, 3 have the same id."),
        ("article", {"id": 4}, "article: the rows with id 3, 4 have the same code."),
        ("wb_sales_daily", {"id": 99}, "wb_sales_daily: the rows with id 17, 99 have the same wb_sku_id, date."),
    ],
)
def test_rows_that_are_the_same_are_refused(move: Move, table: str, change: dict[str, object], message: str) -> None:
    tables = make_catalog()
    tables[table].append(tables[table][0] | change)

    with pytest.raises(CommandError) as caught:
        move(tables)

    assert str(caught.value).startswith(message)
    assert count_everything() == 0


def test_a_row_of_somebody_else_under_the_same_id_is_not_overwritten(move: Move) -> None:
    Article.objects.create(id=3, code="OURS")

    with pytest.raises(CommandError) as caught:
        move(make_catalog())

    assert str(caught.value) == (
        "article, row id 3: code 'TEE' in the source, but this row is 'OURS' here. If the previous backend renamed it,"
        " rename it here first; if it is a row of this database's own, move over into an empty database. Nothing was"
        " written."
    )
    assert list_values(Article, "id", "code") == [(3, "OURS")]


def test_a_code_that_another_row_has_here_is_refused(move: Move) -> None:
    Article.objects.create(id=90, code="TEE")

    with pytest.raises(CommandError, match=r"^article, row id 3: code 'TEE' belongs to row id 90 here\."):
        move(make_catalog())


def test_an_account_of_somebody_else_keeps_its_token(move: Move) -> None:
    WbAccount.objects.create(id=20, name="Ours", api_token="own-token")

    with pytest.raises(CommandError, match=r"^wb_integration_accounts, row id 20: created_at "):
        move(make_catalog())

    assert WbAccount.objects.get().api_token == "own-token"


def test_a_sum_that_fits_no_column_is_refused(move: Move) -> None:
    tables = make_catalog()
    tables["bundle_recipe"] = [tables["bundle_recipe"][0] | {"id": row, "quantity": 32_767} for row in (1, 2)]

    with pytest.raises(CommandError, match=r"^bundle_recipe: smallint out of range\. Correct it in the source;"):
        move(tables)

    assert count_everything() == 0


def test_a_second_import_at_the_same_time_is_refused(move: Move) -> None:
    with connect_rival(autocommit=False) as rival:
        rival.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_NAMESPACE, LockedJob.IMPORT_DATA.value])

        with pytest.raises(CommandError, match=r"^Another import is running\."):
            move(make_catalog())

    assert count_everything() == 0
