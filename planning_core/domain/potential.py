"""How many bundles could be packed from single pieces."""

from dataclasses import dataclass

import numpy as np

from planning_core.domain.arrays import IntArray, expand_ranges, find_group_starts, number_groups
from planning_core.domain.inputs import PlanningInputs, Recipes, Skus


@dataclass(frozen=True, eq=False)
class PotentialBundles:
    """Bundles that could be packed, one row per article, bundle type and size, in this order; shape (n_entries,)."""

    article: IntArray
    bundle_type_id: IntArray
    size_id: IntArray
    quantity: IntArray


@dataclass(frozen=True, slots=True)
class SizeAvailability:
    """Bundles of one size that could be packed."""

    size_id: int
    size_label: str
    available_bundles: int


@dataclass(frozen=True, slots=True)
class BundleAvailability:
    """What could be packed of one bundle type of one article in one warehouse, by size id."""

    article_id: int
    article_code: str
    bundle_type_id: int
    bundle_type_name: str
    warehouse_id: int
    total_available_bundles: int
    sizes: list[SizeAvailability]


def compute_potential_bundles(*, recipes: Recipes, skus: Skus) -> PotentialBundles:
    """Return what can be packed from the pieces in the packing warehouse, colours shared between bundles counted twice.

    A size counts when the article has a SKU in any colour of the recipe: 0 if a colour has none in that size, else the
    least of the colours' stocks, each at least 0. The classic policy takes one piece of each colour whatever the
    recipe's quantities.
    """
    lines, starts = _sort_lines(recipes)
    line_bundle = number_groups(starts, len(lines.article))
    colors_of_bundle = np.diff(starts, append=len(lines.article))
    line, sku = _match_skus(lines, skus)
    bundle, size_id = line_bundle[line], skus.size_id[sku]
    on_hand = np.maximum(skus.packing_on_hand[sku], 0)
    order = np.lexsort((size_id, bundle))
    bundle, size_id, on_hand = bundle[order], size_id[order], on_hand[order]
    entries = find_group_starts(bundle, size_id)
    if not len(entries):
        return PotentialBundles(*(np.zeros(0, dtype=np.int64) for _ in range(4)))
    colors_present = np.diff(entries, append=len(bundle))
    entry_bundle = bundle[entries]
    is_complete = colors_present == colors_of_bundle[entry_bundle]
    return PotentialBundles(
        article=lines.article[starts[entry_bundle]],
        bundle_type_id=lines.bundle_type_id[starts[entry_bundle]],
        size_id=size_id[entries],
        quantity=np.where(is_complete, np.minimum.reduceat(on_hand, entries), 0),
    )


def _sort_lines(recipes: Recipes) -> tuple[Recipes, IntArray]:
    """Return the recipe lines by article and bundle type, and where each bundle starts."""
    order = np.lexsort((recipes.bundle_type_id, recipes.article))
    lines = Recipes(recipes.article[order], recipes.bundle_type_id[order], recipes.color_id[order])
    return lines, find_group_starts(lines.article, lines.bundle_type_id)


def _match_skus(lines: Recipes, skus: Skus) -> tuple[IntArray, IntArray]:
    """Return the pairs (recipe line, SKU) of one article and colour."""
    color_ids, color = np.unique(np.concatenate([lines.color_id, skus.color_id]), return_inverse=True)
    line_color, sku_color = color[: len(lines.color_id)], color[len(lines.color_id) :]
    sku_key = skus.article * len(color_ids) + sku_color
    by_key = np.argsort(sku_key, kind="stable")
    line_key = lines.article * len(color_ids) + line_color
    first = np.searchsorted(sku_key[by_key], line_key, side="left")
    count = np.searchsorted(sku_key[by_key], line_key, side="right") - first
    line = np.repeat(np.arange(len(line_key), dtype=np.int64), count)
    return line, by_key[expand_ranges(first, count)]


def list_bundle_availability(inputs: PlanningInputs, *, bundle_type_id: int, warehouse_id: int) -> BundleAvailability:
    """Return what could be packed of one bundle type.

    Args:
        inputs: The inputs of exactly one article, with the asked warehouse as the packing warehouse.
        bundle_type_id: Which bundle.
        warehouse_id: Which warehouse.
    """
    potential = compute_potential_bundles(recipes=inputs.recipes, skus=inputs.skus)
    rows = potential.bundle_type_id == bundle_type_id
    labels = inputs.labels
    sizes = [
        SizeAvailability(size_id, labels.size_labels.get(size_id, str(size_id)), quantity)
        for size_id, quantity in zip(potential.size_id[rows].tolist(), potential.quantity[rows].tolist(), strict=True)
    ]
    return BundleAvailability(
        article_id=int(inputs.articles.id[0]),
        article_code=inputs.articles.code[0],
        bundle_type_id=bundle_type_id,
        bundle_type_name=labels.bundle_type_names.get(bundle_type_id, str(bundle_type_id)),
        warehouse_id=warehouse_id,
        total_available_bundles=sum(size.available_bundles for size in sizes),
        sizes=sizes,
    )
