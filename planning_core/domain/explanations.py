"""What is said beside the numbers of version 1: what was compared with what, and what came out."""

from planning_core.domain.messages import Sentence


def explain_risk(
    *, level: str, average: float, total: int, cover: float | None, thresholds: tuple[int, int, int]
) -> Sentence:
    """Return why a bundle type has its risk level.

    Args:
        level: The risk level.
        average: Bundles sold per day.
        total: Bundles available.
        cover: Days that they last, None when nothing sells.
        thresholds: Safety stock, alert and overstock threshold [days].
    """
    if cover is not None:
        safety, alert, overstock = thresholds
        days: dict[str, int] = {"safety_days": safety, "alert_days": alert, "overstock_days": overstock}
        return Sentence(f"risk.{level}", {"total": total, "average": average, "cover": cover, **days})
    if average == 0:
        return Sentence(f"risk.unsold_{level}", {"total": total})
    return Sentence("risk.returns", {"total": total, "average": average})


def explain_demand(
    *, units: int, days: int, average: float, horizon: int, forecast: float, stock: int, deficit: int
) -> Sentence:
    """Return how an article's deficit came about."""
    return Sentence(
        "demand.deficit",
        {
            "units": units,
            "days": days,
            "average": average,
            "horizon_days": horizon,
            "forecast": forecast,
            "stock": stock,
            "deficit": deficit,
        },
    )


def explain_reason(*, color: str, deficit: int, factor: float, proposed: int, final: int, constraint: str) -> Sentence:
    """Return why a colour is ordered in its quantity."""
    return Sentence(
        f"order.{constraint}",
        {"color": color, "deficit": deficit, "factor": factor, "proposed": proposed, "final": final},
    )


def explain_line(*, on_hand: int, quantity: int, color_total: int, article_total: int) -> Sentence:
    """Return what a SKU's order is a share of."""
    return Sentence(
        "line.share",
        {"quantity": quantity, "color_total": color_total, "article_total": article_total, "on_hand": on_hand},
    )


def explain_proposal(*, articles: int, with_deficit: int, quantity: int, skus: int) -> Sentence:
    """Return what a proposal comes to."""
    return Sentence(
        "proposal.total", {"articles": articles, "with_deficit": with_deficit, "quantity": quantity, "skus": skus}
    )
