"""Order explanations and proposals as rows. Field names are those of the JSON."""

from dataclasses import dataclass

from planning_core.domain.arrays import sum_by_group
from planning_core.domain.demand import Demands
from planning_core.domain.explanations import explain_line, explain_reason
from planning_core.domain.inputs import PlanningInputs
from planning_core.domain.messages import Sentence
from planning_core.domain.orders import Orders
from planning_core.domain.reasons import CONSTRAINTS, OrderReasons


@dataclass(frozen=True, slots=True)
class OrderReason:
    """Why one colour of one article is ordered in this quantity."""

    article_id: int
    article_code: str
    color_id: int
    color_name: str
    elastic_type_id: int | None
    elastic_type_name: str | None
    proposed_qty: int
    base_deficit: int
    strictness: float
    adjusted_deficit: float
    min_fabric_batch: int | None
    min_elastic_batch: int | None
    color_min_batch: int | None
    total_available_before: int
    forecast_horizon_days: int
    final_order_qty: int
    limiting_constraint: str
    explanation: Sentence


@dataclass(frozen=True, slots=True)
class OrderExplanation:
    """The reasons of one article, by colour id; none when nothing is ordered."""

    article_id: int
    article_code: str
    reasons: list[OrderReason]


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """What to order of one SKU."""

    sku_id: int
    article_id: int
    article_code: str
    color_id: int
    size_id: int
    quantity: int
    explanation: Sentence


def list_order_explanations(
    inputs: PlanningInputs, demands: Demands, orders: Orders, reasons: OrderReasons
) -> list[OrderExplanation]:
    """Return every article of the run with its reasons, by article id, then colour id."""
    articles = inputs.articles
    explanations = [
        OrderExplanation(article_id, code, [])
        for article_id, code in zip(articles.id.tolist(), articles.code, strict=True)
    ]
    for row, article in enumerate(orders.colors.article.tolist()):
        explanations[article].reasons.append(_build_reason(inputs, demands, orders, reasons, row))
    return explanations


def _build_reason(
    inputs: PlanningInputs, demands: Demands, orders: Orders, reasons: OrderReasons, row: int
) -> OrderReason:
    article, color_id = int(orders.colors.article[row]), int(orders.colors.color_id[row])
    color = inputs.labels.color_codes.get(color_id, str(color_id))
    constraint = CONSTRAINTS[reasons.constraint[row]]
    deficit, proposed = int(demands.deficit[article]), int(orders.plans.proposed[article])
    final = int(orders.colors.quantity[row])
    factor = float(orders.plans.factor[article])
    return OrderReason(
        article_id=int(inputs.articles.id[article]),
        article_code=inputs.articles.code[article],
        color_id=color_id,
        color_name=color,
        elastic_type_id=_find_elastic_type_id(inputs, orders, article),
        elastic_type_name=find_elastic_type_name(inputs, orders, article),
        proposed_qty=proposed,
        base_deficit=deficit,
        strictness=float(inputs.articles.strictness[article]),
        adjusted_deficit=float(orders.plans.adjusted_deficit[article]),
        min_fabric_batch=int(reasons.fabric_minimum[row]) or None,
        min_elastic_batch=int(reasons.elastic_minimum[row]) or None,
        color_min_batch=int(reasons.color_minimum[row]) or None,
        total_available_before=int(reasons.total_available_before[row]),
        forecast_horizon_days=int(demands.horizon_days[article]),
        final_order_qty=final,
        limiting_constraint=constraint,
        explanation=explain_reason(
            color=color, deficit=deficit, factor=factor, proposed=proposed, final=final, constraint=constraint
        ),
    )


def _find_elastic_type_id(inputs: PlanningInputs, orders: Orders, article: int) -> int | None:
    row = int(orders.plans.elastic_row[article])
    return int(inputs.elastic_minimums.elastic_type_id[row]) if row >= 0 else None


def find_elastic_type_name(inputs: PlanningInputs, orders: Orders, article: int) -> str | None:
    """Return the name of the elastic type with the article's largest minimum, None without a positive one."""
    elastic_type_id = _find_elastic_type_id(inputs, orders, article)
    if elastic_type_id is None:
        return None
    return inputs.labels.elastic_type_names.get(elastic_type_id, str(elastic_type_id))


def list_proposal_lines(inputs: PlanningInputs, orders: Orders) -> list[ProposalLine]:
    """Return the ordered SKUs as rows, by article id, colour id, size order and SKU id."""
    skus, sku, quantity = inputs.skus, orders.lines.sku, orders.lines.quantity
    articles = inputs.articles
    article_totals = sum_by_group(skus.article[sku], quantity, len(articles.id)).tolist()
    colors = orders.colors
    keys = zip(colors.article.tolist(), colors.color_id.tolist(), strict=True)
    color_totals = dict(zip(keys, colors.quantity.tolist(), strict=True))
    ids = articles.id.tolist()
    columns = (skus.id, skus.article, skus.color_id, skus.size_id, skus.internal_on_hand)
    rows = zip(*(column[sku].tolist() for column in columns), quantity.tolist(), strict=True)
    return [
        ProposalLine(
            sku_id=sku_id,
            article_id=ids[article],
            article_code=articles.code[article],
            color_id=color_id,
            size_id=size_id,
            quantity=pieces,
            explanation=explain_line(
                on_hand=on_hand,
                quantity=pieces,
                color_total=color_totals[article, color_id],
                article_total=article_totals[article],
            ),
        )
        for sku_id, article, color_id, size_id, on_hand, pieces in rows
    ]
