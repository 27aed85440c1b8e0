"""Random shops that go into every corner of the classic policy."""

from hypothesis import strategies as st

from planning_core.tests.catalogue import NSK, OFFICE, SECOND_NSK, TODAY, Catalogue, Policy

ARTICLES = st.integers(1, 4)
COLORS = st.integers(1, 3)
SIZES = st.integers(1, 4)
KINDS = st.integers(1, 3)
CODES = st.integers(1, 7)
DAYS = st.one_of(st.integers(TODAY - 34, TODAY), st.integers(TODAY - 80, TODAY + 5))
UNITS = st.one_of(st.integers(0, 20), st.integers(-5, 3), st.integers(0, 2_000_000_000))
PIECES = st.one_of(st.integers(-10, 120), st.just(0), st.integers(-2_000_000_000, 2_000_000_000))
THRESHOLDS = st.one_of(st.integers(0, 20), st.integers(-3, 3), st.integers(0, 400))
MINIMUMS = st.one_of(st.just(0), st.integers(-5, 300), st.sampled_from([3000, 7000, 1_000_000_000]))
STRICTNESS = st.one_of(st.sampled_from([1.0, 0.0, -1.0, 0.5, 1.15, 1.3, 2.5, 1.0000001]), st.floats(-1, 5))

POLICIES = st.builds(
    Policy,
    is_active=st.sampled_from([True, True, True, False]),
    safety_stock_days=THRESHOLDS,
    alert_threshold_days=THRESHOLDS,
    min_fabric_batch=MINIMUMS,
    min_elastic_batch=MINIMUMS,
    strictness=STRICTNESS,
)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Return a small shop: up to 4 articles, with shared and repeated codes, gaps, returns and missing rows."""
    skus = draw(st.lists(st.tuples(ARTICLES, COLORS, SIZES), unique=True, max_size=20))
    sku_ids = draw(st.permutations(range(1, len(skus) + 1)))
    kinds, sizes = st.one_of(st.none(), KINDS), st.one_of(st.none(), SIZES)
    elastics = draw(st.lists(st.tuples(ARTICLES, st.integers(1, 3)), unique=True, max_size=6))
    return Catalogue(
        policies=draw(st.dictionaries(ARTICLES, st.one_of(POLICIES, st.none()), min_size=1)),
        targets=draw(st.dictionaries(ARTICLES, st.sampled_from([-5, 0, 1, 7, 45, 365]), max_size=3)),
        default_target=draw(st.sampled_from([60, 30, 0, None])),
        internal_warehouses=draw(st.sampled_from([[NSK], [SECOND_NSK, NSK], []])),
        skus=[(sku_id, *sku) for sku_id, sku in zip(sku_ids, skus, strict=True)],
        size_orders=draw(st.dictionaries(SIZES, st.integers(-1, 2))),
        balances=draw(
            st.dictionaries(
                st.tuples(st.integers(1, 20), st.sampled_from([NSK, SECOND_NSK, OFFICE])), PIECES, max_size=25
            )
        ),
        recipes=draw(st.lists(st.tuples(ARTICLES, KINDS, COLORS), unique=True, max_size=12)),
        listings=draw(st.lists(st.tuples(ARTICLES, CODES, kinds, sizes), unique=True, max_size=14)),
        sales=draw(st.dictionaries(st.tuples(CODES, DAYS), UNITS, max_size=40)),
        wb_stock=draw(st.dictionaries(st.tuples(CODES, st.integers(1, 2)), PIECES, max_size=10)),
        color_minimums=draw(st.dictionaries(st.tuples(ARTICLES, COLORS), MINIMUMS, max_size=5)),
        elastic_minimums=[(row, *key, draw(MINIMUMS)) for row, key in enumerate(elastics, start=1)],
    )
