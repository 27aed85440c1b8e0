"""The page that explains an article: what a person reads on it, and what it costs."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from planning_core import models as m
from planning_core.selectors.article_page import list_bundle_stock
from planning_core.services.article_page import get_article_view
from planning_core.tests.catalogue import NSK, OFFICE, TODAY, Catalogue, Policy
from planning_core.tests.store import store
from supplybrain.tests.people import log_in

pytestmark = pytest.mark.django_db

TODAY_DATE = date.fromordinal(TODAY)
PAGE = "/admin/planning_core/article/1/explanation/"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with travel("2026-01-15T09:00:00Z", tick=False):
        yield


def read(client: Client, url: str = PAGE, language: str = "en") -> str:
    """Return what a person reads, without tags and with single spaces."""
    answer = client.get(url, headers={"Accept-Language": language})
    assert answer.status_code == 200
    html = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", answer.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").split())


def shop(articles: int = 1) -> Catalogue:
    """Return articles of two colours and sizes that sell 2 a day, have 10 bundles ready and could pack 3 more."""
    ids = range(1, articles + 1)
    skus = [(i * 10 + color * 2 + size, i, color, size) for i in ids for color in (1, 2) for size in (1, 2)]
    return Catalogue(
        policies={i: Policy(strictness=1.5) for i in ids},
        skus=skus,
        size_orders={1: 20, 2: 10},
        balances={(sku, NSK): 3 if size == 1 else 0 for sku, _article, _color, size in skus}
        | {(skus[0][0], OFFICE): 1234},
        recipes=[(i, 1, color) for i in ids for color in (1, 2)],
        listings=[(i, i, 1, 1) for i in ids] + [(1, 1, 2, None)],
        sales={(i, TODAY - ago): 2 for i in ids for ago in range(30)},
        wb_stock={(i, office): 5 for i in ids for office in (1, 2)},
        color_minimums={(1, 1): 120},
    )


def add_supplies() -> None:
    """Put 20 pieces of each SKU of article 1 on their way for 5 days from now, and some that are overdue."""
    skus = m.Sku.objects.filter(article_id=1).order_by("id")
    m.InTransitSupply.objects.bulk_create(
        m.InTransitSupply(sku=sku, eta_date=TODAY_DATE + timedelta(days=5), quantity=20) for sku in skus
    )
    m.InTransitSupply.objects.create(sku=skus[0], eta_date=TODAY_DATE - timedelta(days=2), quantity=7, stage="ordered")


@pytest.mark.parametrize("group", ["viewer", "planner"])
def test_a_person_reads_risk_order_stock_and_what_they_rest_on(client: Client, group: str) -> None:
    store(shop())
    add_supplies()
    text = read(log_in(client, group))
    assert "Bundle 1: critical" in text
    assert "13 bundles at 2 a day last 6.5 days: critical" in text
    assert "2 more bundles at Wildberries: the level becomes “warning”." in text
    assert "to order: 202 pieces" in text
    assert "The colours' minimums decide: 1 of 2 colours are raised to theirs." in text
    assert "Strictness +55 165 Strictness 1.5 raises the deficit of 110 to 165." in text
    assert "C1 83 120 120 120 The colour's minimum decides: 120 pieces." in text
    assert "W1 Colour S2 S1 Total C1 0 3 3 C2 0 3 3 Total 0 6 6" in text  # sizes in the order of the size run
    assert "W3 Colour S1 Total C1 1,234 1,234" in text
    assert "At Wildberries, bundles Warehouse Bundle 1 without bundle type or size Total O1 5 5 10 O2 5 5 10" in text
    assert "2026-01-13 overdue ordered 1 7" in text
    assert "2026-01-20 shipped 4 80" in text
    assert "Target coverage, days 60 (the global default)" in text
    assert ("Edit the article and its settings" in text) is (group == "planner")


def test_the_page_speaks_the_readers_language(client: Client) -> None:
    store(shop())
    text = read(log_in(client, "viewer"), language="ru")
    assert "6,5" in text
    assert "15.01.2026" in text


def test_what_the_page_shows_takes_nothing_from_the_pages_around_it(client: Client) -> None:
    store(shop())
    log_in(client, "viewer")
    page, around = (client.get(url) for url in (PAGE, "/admin/planning_core/article/"))
    for name in admin.site.each_context(page.wsgi_request).keys() - {"title"}:
        assert (page.context[name] is None) == (around.context[name] is None)
        assert type(page.context[name]) is type(around.context[name])
    assert page.context["colors"] == around.context["colors"]


def test_the_projection_runs_down_and_takes_what_arrives(client: Client) -> None:
    store(shop())
    add_supplies()
    view = get_article_view(article_id=1, as_of=TODAY_DATE)
    [projection] = view.projections
    assert projection.stock[:7] == [13, 11, 9, 7, 5, 43, 41]  # 40 more can be packed on the fifth day
    assert projection.runs_out_on_day == TODAY + 27  # 43 last from the fifth day for 22 more
    assert "Runs out 2026-02-11" in read(log_in(client, "viewer"))


def test_days_out_of_stock_are_marked(client: Client) -> None:
    store(shop())
    m.WbDailySales.objects.update(in_stock=True)
    m.WbDailySales.objects.filter(date__gt=TODAY_DATE - timedelta(days=3)).update(in_stock=False)
    text = read(log_in(client, "viewer"))
    assert "2026-01-13 2 out of stock" in text
    assert "2026-01-12 2 out of stock" not in text


def test_the_stock_at_wildberries_is_what_the_risk_calls_ready() -> None:
    store(shop())
    ready = sum(row.quantity for row in list_bundle_stock(1) if row.bundle_type_id == 1)
    [bundle] = get_article_view(article_id=1, as_of=TODAY_DATE).explanation.bundles
    assert ready == bundle.wb_ready_bundles == 10


def test_an_article_without_anything_says_what_is_missing_and_where_to_get_it(client: Client) -> None:
    store(Catalogue(policies={1: None}))
    text = read(log_in(client, "viewer"))
    for missing in (
        "The article has no planning settings",
        "The article has no SKUs",
        "No Wildberries code is mapped to the article",
        "The article has no bundle recipe",
        "The article has no bundle type yet",
        "No balance of this article is on file in own warehouses",
        "No stock at Wildberries is on file for this article",
        "Nothing of this article is on its way.",
        "to order: 0 pieces",
    ):
        assert missing in text
    assert "Every step" not in text  # eleven times nothing


def test_the_page_is_for_those_who_may_view_articles(client: Client) -> None:
    store(shop())
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302


@pytest.mark.parametrize("object_id", ["99", "x", str(2**63), "0"])
def test_an_unknown_article_is_not_found(client: Client, object_id: str) -> None:
    assert log_in(client, "viewer").get(PAGE.replace("/1/", f"/{object_id}/")).status_code == 404


def test_list_and_article_lead_to_the_page(client: Client) -> None:
    store(shop())
    log_in(client, "viewer")
    for url in ("/admin/planning_core/article/", "/admin/planning_core/article/1/change/"):
        assert f'href="{PAGE}"' in client.get(url).content.decode()


def test_the_page_costs_the_same_at_one_article_and_at_twenty(client: Client) -> None:
    log_in(client, "viewer")
    store(shop(20))
    add_supplies()
    client.get(PAGE)
    with CaptureQueriesContext(connection) as statements:
        client.get(PAGE)
    # session, user, permissions (own, of groups), the article; plan: tables, sales, last days; balances, stock at
    # Wildberries, supplies, daily sales
    assert len(statements) <= 13, [statement["sql"] for statement in statements]
