"""Order proposals of the classic policy."""

from dataclasses import dataclass
from datetime import date, datetime

from planning_core.domain.demand import compute_demands
from planning_core.domain.explanations import explain_proposal
from planning_core.domain.inputs import OBSERVATION_DAYS, Labels
from planning_core.domain.messages import Sentence
from planning_core.domain.order_entries import ProposalLine, list_proposal_lines
from planning_core.domain.orders import compute_orders
from planning_core.selectors.inputs import load_planning_inputs

POLICY_VERSION = "classic-1"
"""The classic policy as metrics version 1 defines it."""


@dataclass(frozen=True, slots=True)
class OrderProposal:
    """What to order of every SKU of the active articles."""

    target_date: date
    items: list[ProposalLine]
    global_explanation: Sentence


@dataclass(frozen=True, slots=True)
class ProposalInputs:
    """What a proposal was computed from."""

    as_of: date
    sales_window_days: int
    horizon_days: int | None
    """None: each article's own coverage target."""
    articles: int
    articles_with_deficit: int


@dataclass(frozen=True, slots=True)
class ProposalSummary:
    """A proposal in two numbers."""

    total_skus: int
    total_units: int


@dataclass(frozen=True, slots=True)
class CoreProposalLine:
    """What to order of one SKU, with all the names that a reader of the line needs."""

    sku: str
    recommended_units: int
    reason: Sentence
    sku_id: int
    article_id: int
    article_code: str
    color_id: int
    color_code: str
    size_id: int
    size_label: str


@dataclass(frozen=True, slots=True)
class CoreProposal:
    """A proposal over the windows that were asked for."""

    version: str
    generated_at: datetime
    inputs: ProposalInputs
    summary: ProposalSummary
    lines: list[CoreProposalLine]


def compute_order_proposal(*, target_date: date) -> OrderProposal:
    """Return what to order of every SKU of the active articles for the demand on a target date."""
    inputs = load_planning_inputs(target_date=target_date)
    demands = compute_demands(inputs)
    items = list_proposal_lines(inputs, compute_orders(inputs, demands))
    explanation = explain_proposal(
        articles=len(inputs.articles.id),
        with_deficit=int((demands.deficit > 0).sum()),
        quantity=sum(item.quantity for item in items),
        skus=len(items),
    )
    return OrderProposal(target_date=target_date, items=items, global_explanation=explanation)


def compute_core_proposal(
    *, as_of: date, generated_at: datetime, sales_window_days: int = OBSERVATION_DAYS, horizon_days: int | None = None
) -> CoreProposal:
    """Return a proposal over chosen windows; with the defaults it is that of `compute_order_proposal`.

    Args:
        as_of: Last day of the sales window.
        generated_at: The moment to put on it.
        sales_window_days: Days of sales that the average looks at.
        horizon_days: Days that every order should cover; by default each article's own target.
    """
    inputs = load_planning_inputs(target_date=as_of, window_days=sales_window_days)
    demands = compute_demands(inputs, horizon_days=horizon_days)
    lines = [_name_line(line, inputs.labels) for line in list_proposal_lines(inputs, compute_orders(inputs, demands))]
    return CoreProposal(
        version=POLICY_VERSION,
        generated_at=generated_at,
        inputs=ProposalInputs(
            as_of=as_of,
            sales_window_days=sales_window_days,
            horizon_days=horizon_days,
            articles=len(inputs.articles.id),
            articles_with_deficit=int((demands.deficit > 0).sum()),
        ),
        summary=ProposalSummary(total_skus=len(lines), total_units=sum(line.recommended_units for line in lines)),
        lines=lines,
    )


def _name_line(line: ProposalLine, labels: Labels) -> CoreProposalLine:
    color = labels.color_codes.get(line.color_id, str(line.color_id))
    size = labels.size_labels.get(line.size_id, str(line.size_id))
    return CoreProposalLine(
        sku=f"{line.article_code} {color} {size}",
        recommended_units=line.quantity,
        reason=line.explanation,
        sku_id=line.sku_id,
        article_id=line.article_id,
        article_code=line.article_code,
        color_id=line.color_id,
        color_code=color,
        size_id=line.size_id,
        size_label=size,
    )
