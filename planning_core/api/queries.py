"""What the planning reads can be asked, and what a proposal can be asked for."""

from typing import Any

from rest_framework import serializers

from supplybrain.api.queries import AsOfQuery

MAX_ID = 2**63 - 1
"""The largest id that the database can hold: a larger one is refused before it gets there."""


def build_id_field(**options: Any) -> serializers.IntegerField:
    """Return a field for a primary key."""
    return serializers.IntegerField(min_value=1, max_value=MAX_ID, **options)


class ArticlesQuery(AsOfQuery):
    """`?article_ids=1&article_ids=2`: exactly these articles."""

    article_ids = serializers.ListField(
        child=build_id_field(),
        required=False,
        help_text="Exactly these: unknown ids are dropped, inactive articles included. All active ones when left out.",
    )


class ArticleQuery(AsOfQuery):
    """`?article_id=1`."""

    article_id = build_id_field()


class DemandQuery(ArticleQuery):
    """`?article_id=1&target_date=2026-01-15`."""

    target_date = serializers.DateField(
        required=False, help_text="Last day of the sales window; `as_of` when left out."
    )


class ProposalQuery(AsOfQuery):
    """`?target_date=2026-01-15`."""

    target_date = serializers.DateField(
        required=False, help_text="Last day of the sales window; `as_of` when left out."
    )


class BundleAvailabilityQuery(ArticleQuery):
    """`?article_id=1&bundle_type_id=2&warehouse_id=3`."""

    bundle_type_id = build_id_field()
    warehouse_id = build_id_field()


class CoreProposalRequest(serializers.Serializer[Any]):
    """The windows of a proposal."""

    sales_window_days = serializers.IntegerField(
        min_value=7, max_value=365, default=30, help_text="Days of sales that the average looks at."
    )
    horizon_days = serializers.IntegerField(
        min_value=7,
        max_value=365,
        allow_null=True,
        default=None,
        help_text="Days that every order should cover; each article's own target when left out.",
    )
