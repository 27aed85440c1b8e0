"""What wants attention first, read from the facts of the latest capture: nothing is computed anew."""

from dataclasses import dataclass

from django.db import connection

from planning_core.domain.bundle_risk import CRITICAL, RISK_LEVELS, WARNING

# Current facts are found by their partial unique indexes. An article that was deleted since has facts and no row.
LIST_FOCUS = """
SELECT bundle.article_id, policy.code, article.id IS NOT NULL, coalesce(kind.name, bundle.bundle_type_id::text),
    bundle.level, greatest(bundle.wb_ready + bundle.potential, 0), bundle.cover_days,
    coalesce(article_order.final_quantity, 0)
FROM (
    SELECT *, CASE WHEN units > 0
        THEN greatest(wb_ready + potential, 0) * window_days::double precision / units END AS cover_days
    FROM monitoring_bundle_facts
    WHERE valid_to_slot IS NULL AND level = ANY(%(levels)s)
    ORDER BY level, cover_days, article_id, bundle_type_id
    LIMIT %(limit)s
) AS bundle
JOIN monitoring_policy_facts AS policy ON policy.article_id = bundle.article_id AND policy.valid_to_slot IS NULL
LEFT JOIN monitoring_order_facts AS article_order
    ON article_order.article_id = bundle.article_id AND article_order.valid_to_slot IS NULL
LEFT JOIN planning_core_article AS article ON article.id = bundle.article_id
LEFT JOIN planning_core_bundletype AS kind ON kind.id = bundle.bundle_type_id
ORDER BY bundle.level, bundle.cover_days, bundle.article_id, bundle.bundle_type_id
"""


@dataclass(frozen=True, slots=True)
class FocusRow:
    """A bundle type at risk.

    Args:
        is_there: Whether the article still exists.
        risk_level: `critical` or `warning`.
        total: Bundles that are ready or could be packed.
        cover_days: How long they last; both levels need sales, so it is always known.
        final_order_qty: Pieces of the article to order.
    """

    article_id: int
    article_code: str
    is_there: bool
    bundle_type_name: str
    risk_level: str
    total: int
    cover_days: float
    final_order_qty: int


def list_focus(*, limit: int) -> list[FocusRow]:
    """Return the bundle types at critical risk and then at warning, the shortest cover first, in one statement.

    Args:
        limit: How many at most.
    """
    with connection.cursor() as cursor:
        cursor.execute(LIST_FOCUS, {"levels": [CRITICAL, WARNING], "limit": limit})
        rows = cursor.fetchall()
    return [
        FocusRow(article_id, code, is_there, bundle, RISK_LEVELS[level], total, cover_days, quantity)
        for article_id, code, is_there, bundle, level, total, cover_days, quantity in rows
    ]
