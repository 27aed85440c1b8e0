"""Draws the demo company's articles, colours, packs, recipes and listings as arrays.

Rows are numbered from 0 in the order in which they are stored; a column that names another row holds its number.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from planning_core.services.demo import words

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MIN_ARTICLES = 12  # fewer leave no room for every role
MAX_ARTICLES = len(words.STYLES) * len(words.SERIES)


class Role(IntEnum):
    """What an article is there to show."""

    REGULAR = 0
    LATE = 1  # its batch is overdue: runs low
    OVERORDERED = 2  # somebody ordered far too much
    DEAD = 3  # sold nothing for months and still fills shelves
    NEWCOMER = 4  # on sale for three weeks
    ANNOUNCED = 5  # listed, in production, nothing sold or stored yet


@dataclass(frozen=True)
class DemoArticles:
    """One row per article, shape (n_articles,)."""

    codes: list[str]
    names: list[str]
    style: Ints  # row of words.STYLES
    role: Ints  # a Role
    bundles_per_day: Floats  # mean demand over all packs of the article
    price_rub: Ints  # of one piece

    @property
    def count(self) -> int:
        """Number of articles."""
        return len(self.codes)


@dataclass(frozen=True)
class DemoSkus:
    """One row per SKU, shape (n_skus,), ordered by article, colour, size."""

    article: Ints
    color: Ints
    size: Ints

    @property
    def count(self) -> int:
        """Number of SKUs."""
        return len(self.article)


@dataclass(frozen=True)
class DemoRecipes:
    """One row per colour of a pack of an article, shape (n_recipe_lines,)."""

    article: Ints
    pack: Ints
    color: Ints
    quantity: Ints
    position: Ints


@dataclass(frozen=True)
class DemoListings:
    """One row per code on sale, shape (n_listings,): an article's pack in one size."""

    article: Ints
    pack: Ints  # row of words.PACKS
    size: Ints
    color: Ints  # the one colour of a single piece, -1 for packs
    share: Floats  # of the article's demand
    pieces: Ints  # in one bundle

    @property
    def count(self) -> int:
        """Number of listings."""
        return len(self.article)


@dataclass(frozen=True)
class PackingEdges:
    """Which pieces go into one bundle of a listing, shape (n_edges,), ordered by listing."""

    listing: Ints
    sku: Ints
    quantity: Ints


@dataclass(frozen=True)
class DemoCatalogue:
    """Everything that exists before the first sale."""

    articles: DemoArticles
    skus: DemoSkus
    recipes: DemoRecipes
    listings: DemoListings
    edges: PackingEdges


def draw_catalogue(rng: np.random.Generator, *, articles: int) -> DemoCatalogue:
    """Return a company with that many articles.

    Args:
        rng: Source of all randomness.
        articles: How many, MIN_ARTICLES..MAX_ARTICLES.

    Raises:
        ValueError: If the number of articles is outside that range.
    """
    if not MIN_ARTICLES <= articles <= MAX_ARTICLES:
        raise ValueError(f"articles is {articles}, must be {MIN_ARTICLES}..{MAX_ARTICLES}.")
    drawn = _draw_articles(rng, articles)
    colors = [_draw_colors(rng, words.STYLES[style]) for style in drawn.style]
    skus = _list_skus(drawn, colors)
    recipes = _list_recipes(rng, drawn, colors)
    listings = _list_listings(rng, drawn, colors)
    return DemoCatalogue(drawn, skus, recipes, listings, _join_edges(listings, recipes, skus))


def _draw_articles(rng: np.random.Generator, count: int) -> DemoArticles:
    styles = words.STYLES
    style = np.arange(count) % len(styles)
    series = [words.SERIES[row // len(styles)] for row in range(count)]
    spread = rng.uniform(0.9, 1.15, count)
    return DemoArticles(
        codes=[f"{styles[s].code}-{code}" for s, (code, _) in zip(style, series, strict=True)],
        names=[f"{styles[s].name} «{name}»" for s, (_, name) in zip(style, series, strict=True)],
        style=style,
        role=_draw_roles(rng, count),
        bundles_per_day=np.clip(rng.lognormal(np.log(34), 0.55, count), 12, 120),
        price_rub=np.array(
            [round(styles[s].price_rub * f, -1) for s, f in zip(style, spread, strict=True)], dtype=np.int64
        ),
    )


def _draw_roles(rng: np.random.Generator, count: int) -> Ints:
    """Return a role per article: a healthy shop, so most are regular."""
    wanted = [Role.DEAD, Role.NEWCOMER, Role.ANNOUNCED]
    wanted += [Role.LATE] * max(2, count // 8) + [Role.OVERORDERED] * max(1, count // 20)
    roles = np.full(count, Role.REGULAR, dtype=np.int64)
    roles[rng.permutation(count)[: len(wanted)]] = wanted
    return roles


def _draw_colors(rng: np.random.Generator, style: words.Style) -> list[int]:
    """Return an article's colours, the main one first: two or three basic ones and one to three of its own."""
    basic = rng.permutation(len(words.BASIC_COLORS))[: rng.integers(2, 4)]
    accents = len(words.BASIC_COLORS) + rng.permutation(len(words.ACCENT_COLORS))[: rng.integers(1, 4)]
    if max(style.pack_pieces) == 1:  # sold by the piece: one colour of each kind is enough
        return [int(basic[0]), int(accents[0])]
    return [int(color) for color in (*basic, *accents)]


def _sizes_of(style: words.Style) -> range:
    first = len(words.GARMENT_SIZES) if style.is_sock else 0
    return range(first, first + len(words.SIZE_SHARES))


def _list_skus(articles: DemoArticles, colors: list[list[int]]) -> DemoSkus:
    rows = [
        (article, color, size)
        for article in range(articles.count)
        for color in sorted(colors[article])
        for size in _sizes_of(words.STYLES[articles.style[article]])
    ]
    columns = np.array(rows, dtype=np.int64).T
    return DemoSkus(*columns)


def _list_recipes(rng: np.random.Generator, articles: DemoArticles, colors: list[list[int]]) -> DemoRecipes:
    rows = [
        (article, _pack_row(pieces), color, quantity, position)
        for article in range(articles.count)
        for pieces in words.STYLES[articles.style[article]].pack_pieces
        for position, (color, quantity) in enumerate(_draw_recipe(rng, colors[article], pieces))
    ]
    columns = np.array(rows, dtype=np.int64).T
    return DemoRecipes(*columns)


def _draw_recipe(rng: np.random.Generator, colors: list[int], pieces: int) -> list[tuple[int, int]]:
    """Return (colour, quantity) of one bundle: as many colours as fit, the spare pieces in the first ones."""
    chosen = colors[: min(pieces, len(colors))]
    quantities = np.ones(len(chosen), dtype=np.int64)
    spare = pieces - len(chosen)
    quantities += np.bincount(rng.integers(0, min(2, len(chosen)), spare), minlength=len(chosen))
    return list(zip(chosen, quantities.tolist(), strict=True))


def _pack_row(pieces: int) -> int:
    return next(row for row, pack in enumerate(words.PACKS) if pack[0] == pieces)


def _list_listings(rng: np.random.Generator, articles: DemoArticles, colors: list[list[int]]) -> DemoListings:
    rows: list[tuple[int, int, int, int]] = []
    shares: list[float] = []
    for article in range(articles.count):
        style = words.STYLES[articles.style[article]]
        of_sizes = rng.dirichlet(200 * np.array(words.SIZE_SHARES))
        of_packs = rng.dirichlet(np.full(len(style.pack_pieces), 60.0))
        for pieces, of_pack in zip(style.pack_pieces, of_packs, strict=True):
            color = colors[article][0] if pieces == 1 else -1
            rows += [(article, _pack_row(pieces), size, color) for size in _sizes_of(style)]
            shares += (of_pack * of_sizes).tolist()
    article_of, pack_of, size_of, color_of = np.array(rows, dtype=np.int64).T
    pieces_of = np.array([pieces for pieces, _, _ in words.PACKS], dtype=np.int64)[pack_of]
    return DemoListings(article_of, pack_of, size_of, color_of, np.array(shares), pieces_of)


def _join_edges(listings: DemoListings, recipes: DemoRecipes, skus: DemoSkus) -> PackingEdges:
    """Return the pieces of every listing: recipe lines of its pack, as SKUs of its size."""
    sku_rows = {key: row for row, key in enumerate(zip(skus.article, skus.color, skus.size, strict=True))}
    lines: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for article, pack, color, quantity in zip(
        recipes.article, recipes.pack, recipes.color, recipes.quantity, strict=True
    ):
        lines.setdefault((article, pack), []).append((color, quantity))
    rows = [
        (listing, sku_rows[article, color, size], quantity)
        for listing, (article, pack, size) in enumerate(
            zip(listings.article, listings.pack, listings.size, strict=True)
        )
        for color, quantity in lines[article, pack]
    ]
    columns = np.array(rows, dtype=np.int64).T
    return PackingEdges(*columns)
