"""The classic policy once more, one article and one rule at a time, straight from the text of metrics version 1.

Slow and without arrays on purpose: the tests hold the vectorised domain against it over random catalogues.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from planning_core.tests.catalogue import Catalogue


@dataclass(frozen=True)
class Oracle:
    """The answers for the articles in scope."""

    catalogue: Catalogue
    target_day: int
    article_ids: list[int]

    def bundle_risk(self) -> list[tuple[Any, ...]]:
        """Return (article, bundle type, ready, potential, total, average, cover, level) in order."""
        return [self._risk(article, kind) for article in self.article_ids for kind in self._bundle_types(article)]

    def _bundle_types(self, article: int) -> list[int]:
        listed = {kind for a, _, kind, size in self.catalogue.listings if a == article and kind and size}
        recipes = {kind for a, kind, _ in self.catalogue.recipes if a == article}
        return sorted(listed | {kind for kind in recipes if self._potential(article, kind)})

    def _potential(self, article: int, kind: int) -> dict[int, int]:
        if not self.catalogue.internal_warehouses:
            return {}
        warehouse = min(self.catalogue.internal_warehouses)
        colors = [c for a, k, c in self.catalogue.recipes if (a, k) == (article, kind)]
        skus = {(c, size): sku for sku, a, c, size in self.catalogue.skus if a == article}
        bundles = {}
        for size in {size for color, size in skus if color in colors}:
            pieces = [
                max(self.catalogue.balances.get((skus[color, size], warehouse), 0), 0) if (color, size) in skus else 0
                for color in colors
            ]
            bundles[size] = min(pieces)
        return bundles

    def _risk(self, article: int, kind: int) -> tuple[Any, ...]:
        rows = [(code, size) for a, code, k, size in self.catalogue.listings if (a, k) == (article, kind)]
        ready = sum(self._stock(code) for code, size in rows if size)
        potential = sum(self._potential(article, kind).values())
        total = ready + potential
        average = self._average({code for code, _ in rows})
        cover = None if average <= 0 else (total / average if total > 0 else 0.0)
        return article, kind, ready, potential, total, average, cover, self._level(article, total, average, cover)

    def _stock(self, code: int) -> int:
        return sum(pieces for (c, _), pieces in self.catalogue.wb_stock.items() if c == code)

    def _average(self, codes: set[int]) -> float:
        days = [day for code, day in self.catalogue.sales if code in codes]
        if not days:
            return 0.0
        last = max(days)
        first = min(day for day in days if day >= last - 29)
        units = [n for (code, day), n in self.catalogue.sales.items() if code in codes and last - 29 <= day <= last]
        return sum(units) / (last - first + 1)

    def _level(self, article: int, total: int, average: float, cover: float | None) -> str:
        policy = self.catalogue.policies[article]
        safety = policy.safety_stock_days if policy else 7
        alert = policy.alert_threshold_days if policy else 14
        if cover is None:
            return "overstock" if average == 0 and total > 0 else "no_data"
        if cover <= safety:
            return "critical"
        if safety < cover <= alert:
            return "warning"
        if alert < cover < 3 * alert:
            return "ok"
        if cover >= 3 * alert:
            return "overstock"
        return "no_data"

    def demand(self, article: int) -> dict[str, Any]:
        """Return an article's demand."""
        codes = {code for a, code, _, _ in self.catalogue.listings if a == article}
        first = self.target_day - 29
        rows = [
            (day, n)
            for (code, day), n in self.catalogue.sales.items()
            if code in codes and first <= day <= self.target_day
        ]
        units, days = sum(n for _, n in rows), len({day for day, _ in rows})
        average = units / min(30, days) if units > 0 and days > 0 else 0.0
        horizon = self.catalogue.targets.get(article, self.catalogue.default_target)
        horizon = 60 if horizon is None else horizon
        forecast = average * horizon
        stock = sum(self._stock(code) for code in codes)
        missing = forecast - stock
        return {
            "average": average,
            "horizon": horizon,
            "forecast": forecast,
            "stock": stock,
            "coverage": stock / average if average else 9999.0,
            "deficit": int(missing) if missing > 0 else 0,
        }

    def proposed(self, article: int) -> tuple[float, int]:
        """Return the adjusted deficit, and the pieces before minimums."""
        deficit = self.demand(article)["deficit"]
        policy = self.catalogue.policies[article]
        factor = policy.strictness if policy and policy.strictness > 0 else 1.0
        return deficit * factor, max(int(deficit * factor), deficit)

    def order(self, article: int) -> dict[int, int]:
        """Return pieces by SKU id, in steps 1 to 5 of the order proposal."""
        policy = self.catalogue.policies[article]
        skus = sorted(
            (self.catalogue.size_orders.get(size, 0), sku, color)
            for sku, a, color, size in self.catalogue.skus
            if a == article
        )
        if not policy or not policy.is_active or not skus or self.demand(article)["deficit"] <= 0:
            return {}
        planned = max(self.proposed(article)[1], policy.min_fabric_batch, policy.min_elastic_batch)
        colors: defaultdict[int, int] = defaultdict(int)
        for (_, _, color), pieces in zip(skus, _split(planned, len(skus)), strict=True):
            colors[color] += pieces
        for color in colors:
            colors[color] = max(colors[color], self.catalogue.color_minimums.get((article, color), 0))
        self._raise_to_elastic_minimum(article, colors)
        result = {}
        for color, total in colors.items():
            own = [sku for _, sku, c in skus if c == color]
            result.update({sku: pieces for sku, pieces in zip(own, _split(total, len(own)), strict=True) if pieces > 0})
        return result

    def _raise_to_elastic_minimum(self, article: int, colors: dict[int, int]) -> None:
        minimum = self.elastic(article)[1]
        total = sum(colors.values())
        if total >= minimum:
            return
        gap = minimum - total
        shares = {color: int(gap * (pieces / total)) for color, pieces in colors.items()}
        left_over = gap - sum(shares.values())
        for color in sorted(colors):
            colors[color] += shares[color] + (1 if left_over > 0 else 0)
            left_over -= 1

    def elastic(self, article: int) -> tuple[int | None, int]:
        """Return the elastic type with the largest positive minimum, and that minimum."""
        best: tuple[int | None, int] = (None, 0)
        for _, a, kind, pieces in sorted(self.catalogue.elastic_minimums):
            if a == article and pieces > best[1]:
                best = (kind, pieces)
        return best

    def reasons(self, article: int) -> list[dict[str, Any]]:
        """Return one reason per ordered colour, by colour id."""
        policy = self.catalogue.policies[article]
        if not policy or not policy.is_active:
            return []
        by_sku = {sku: color for sku, _, color, _ in self.catalogue.skus}
        finals: defaultdict[int, int] = defaultdict(int)
        for sku, pieces in self.order(article).items():
            finals[by_sku[sku]] += pieces
        return [self._reason(article, color, finals[color]) for color in sorted(finals)]

    def _reason(self, article: int, color: int, final: int) -> dict[str, Any]:
        policy = self.catalogue.policies[article]
        assert policy is not None
        kind, type_minimum = self.elastic(article)
        fabric = max(policy.min_fabric_batch, 0)
        elastic = max(policy.min_elastic_batch, type_minimum, 0)
        own = max(self.catalogue.color_minimums.get((article, color), 0), 0)
        adjusted, proposed = self.proposed(article)
        skus = {sku for sku, a, _, _ in self.catalogue.skus if a == article}
        on_hand = sum(pieces for (sku, _), pieces in self.catalogue.balances.items() if sku in skus)
        return {
            "color_id": color,
            "final_order_qty": final,
            "proposed_qty": proposed,
            "adjusted_deficit": adjusted,
            "min_fabric_batch": fabric or None,
            "min_elastic_batch": elastic or None,
            "color_min_batch": own or None,
            "elastic_type_id": kind,
            "total_available_before": self.demand(article)["stock"] + on_hand,
            "limiting_constraint": _limit(final, proposed, fabric, elastic, own, policy.strictness),
        }


def _limit(final: int, proposed: int, fabric: int, elastic: int, own: int, strictness: float) -> str:
    best_name, best = "none", 0
    for name, minimum in (("fabric_min_batch", fabric), ("elastic_min_batch", elastic), ("color_min_batch", own)):
        if best < minimum <= final:
            best_name, best = name, minimum
    if best > 0 and best >= proposed:
        return best_name
    factor = strictness if strictness > 0 else 1.0
    return "strictness" if factor != 1.0 and final >= proposed else "none"


def _split(total: int, parts: int) -> list[int]:
    share, remainder = divmod(total, parts)
    return [share + (1 if place < remainder else 0) for place in range(parts)]
