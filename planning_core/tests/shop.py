"""A small shop, every planning read that can be asked about it, and the way to ask."""

from datetime import date
from typing import Any

from django.test import Client

from planning_core.tests.catalogue import NSK, OFFICE, TODAY, Catalogue, Policy

API = "/api/v1/planning"
AS_OF = date.fromordinal(TODAY).isoformat()
PORTFOLIOS = ["bundle-risk-portfolio", "order-explanation-portfolio", "health-portfolio"]
COMPANY_READS = [*PORTFOLIOS, "order-proposal", "config-snapshot", "core/health"]
ARTICLE_READS: dict[str, dict[str, int]] = {
    "article-dashboard/1": {},
    "articles/1/explanation": {},
    "article-bundle-snapshot": {"article_id": 1},
    "demand": {"article_id": 1},
    "bundle-availability": {"article_id": 1, "bundle_type_id": 1, "warehouse_id": NSK},
}
READS = {path: ARTICLE_READS.get(path, {}) for path in [*COMPANY_READS, *ARTICLE_READS]}
TOO_BIG = 2**63


def get(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(f"{API}/{path}", {"as_of": AS_OF, **query})
    assert answer.status_code == 200, answer.content
    return answer.json()


def shop() -> Catalogue:
    """Return an article of two colours and two bundle types, and an inactive one.

    Article 1 sells 2 a day and has 10 bundles ready: 120 needed, 110 missing, times 1.5 is 165.
    """
    return Catalogue(
        policies={1: Policy(strictness=1.5, min_elastic_batch=40), 2: Policy(is_active=False)},
        skus=[(11, 1, 1, 1), (12, 1, 1, 2), (21, 1, 2, 1)],
        size_orders={1: 10, 2: 20},
        balances={(11, NSK): 4, (12, NSK): 7, (21, NSK): 3, (21, OFFICE): 50},
        recipes=[(1, 1, 1), (1, 1, 2)],
        listings=[(1, 5, 1, 1), (1, 6, 2, None), (2, 7, 1, 1)],
        sales={(5, TODAY - ago): 2 for ago in range(30)},
        wb_stock={(5, 1): 10},
        color_minimums={(1, 1): 120},
        elastic_minimums=[(1, 1, 9, 30)],
    )
