"""Columns into tables: row number n of the demo company is stored under the id n + 1."""

from collections.abc import Sequence

import numpy as np
from django.db.models import Model

from planning_core.services.copy import copy_rows
from planning_core.services.demo.catalogue import Ints


def store_rows(model: type[Model], **columns: Sequence[object]) -> None:
    """Store columns of equal length, each under the name of its field, under ids from 1."""
    count = len(next(iter(columns.values())))
    copy_rows(model, ["id", *columns], zip(range(1, count + 1), *columns.values(), strict=True))


def ids_of(rows: Ints) -> list[int]:
    """Return the ids under which rows of the company are stored."""
    return list((rows + 1).tolist())


def all_ids(count: int) -> list[int]:
    """Return the ids of all rows of a table."""
    return ids_of(np.arange(count))
