"""The sentences beside the numbers: what was compared with what, and what came out."""


def explain_risk(
    *, level: str, average: float, total: int, cover: float | None, thresholds: tuple[int, int, int]
) -> str:
    """Return why a bundle type has its risk level.

    Args:
        level: The risk level.
        average: Bundles sold per day.
        total: Bundles available.
        cover: Days that they last, None when nothing sells.
        thresholds: Safety stock, alert and overstock threshold [days].
    """
    if cover is None:
        sales = "no sales" if average == 0 else f"more returned than sold ({average:.2f} a day)"
        return f"{total} bundles available and {sales} in the last 30 days of sales: {level}."
    safety, alert, overstock = thresholds
    return (
        f"{total} bundles available at {average:.2f} a day last {cover:.2f} days: {level} "
        f"(critical up to {safety}, warning up to {alert}, overstock from {overstock} days)."
    )


def explain_demand(
    *, units: int, days: int, average: float, horizon: int, forecast: float, stock: int, deficit: int
) -> str:
    """Return how an article's deficit came about."""
    return (
        f"{units} units sold on {days} days with sales data, {average:.3f} a day; "
        f"{forecast:.1f} needed for {horizon} days, {stock} in stock at Wildberries: deficit {deficit}."
    )


CONSTRAINT_SENTENCES = {
    "fabric_min_batch": "the article's fabric minimum decided",
    "elastic_min_batch": "the elastic minimum decided",
    "color_min_batch": "the colour's minimum decided",
    "strictness": "the strictness decided",
    "none": "no minimum decided",
}


def explain_reason(*, color: str, deficit: int, factor: float, proposed: int, final: int, constraint: str) -> str:
    """Return why a colour is ordered in its quantity."""
    return (
        f"Article deficit {deficit} with factor {factor:g} proposes {proposed} pieces; colour {color} gets {final}: "
        f"{CONSTRAINT_SENTENCES[constraint]}."
    )


def explain_line(*, on_hand: int, quantity: int, color_total: int, article_total: int) -> str:
    """Return what a SKU's order is a share of."""
    return (
        f"{quantity} of the colour's {color_total} and the article's {article_total} pieces; "
        f"{on_hand} on hand in own warehouses."
    )
