"""Columns and references that several tables of the previous backend have."""

from datetime import datetime

from planning_core.models import Article, BundleType, Color, Size, WarehouseType
from planning_core.services.previous_backend.kinds import IDENTIFIER, text
from planning_core.services.previous_backend.tables import Column, Placeholder, Reference

CODE, NAME = text(64), text(255)
BY_CODE = Placeholder("code")
BY_LABEL = Placeholder("label")
BY_INNER_CODE = Placeholder("inner_code")
# Stock in a warehouse that does not exist counted as stock, but not as stock of an own warehouse.
TRANSIT_BY_CODE = Placeholder("code", {"type": WarehouseType.TRANSIT.value})

ARTICLE_ID = Column("article_id", IDENTIFIER, required=True)
COLOR_ID = Column("color_id", IDENTIFIER, required=True)
TO_ARTICLE = Reference("article_id", Article)
TO_COLOR = Reference("color_id", Color, BY_INNER_CODE)
TO_SIZE = Reference("size_id", Size, BY_LABEL)
TO_BUNDLE_TYPE = Reference("bundle_type_id", BundleType, BY_CODE)


def keep_moment(moved_at: datetime) -> datetime:
    """Return the default of a column that says when a row was written: the moment of the import."""
    return moved_at
