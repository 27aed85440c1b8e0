"""Hashes of facts and of settings: whether two runs had the same, told by a few bytes."""

import hashlib
from dataclasses import astuple, fields

import numpy as np

from planning_core.domain.arrays import BoolArray, FloatArray, IntArray
from planning_core.domain.facts import PlanningFacts
from planning_core.domain.inputs import PlanningInputs


def hash_facts(facts: PlanningFacts) -> bytes:
    """Return a hash of every number of the facts, inputs and results, the same for equal facts only."""
    digest = hashlib.blake2b(digest_size=16)
    for table in (facts.bundles, facts.orders):
        for field in fields(table):
            digest.update(getattr(table, field.name).astype("<i8").tobytes())
        digest.update(b"|")
    digest.update(facts.policies.article_id.astype("<i8").tobytes())
    digest.update(facts.policies.digest.astype("<i8").tobytes())
    return digest.digest()


def hash_settings(inputs: PlanningInputs) -> str:
    """Return a hash of everything that people set and the policy reads, as 32 hexadecimal digits.

    Two runs with the same hash differ in data only: stock, sales, the catalogue.
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr((inputs.window_days, inputs.default_target_coverage_days)).encode())
    articles = inputs.articles
    for column in astuple(articles):
        if isinstance(column, np.ndarray):
            digest.update(_write_column(column))
    for minimums, kind in ((inputs.color_minimums, "color_id"), (inputs.elastic_minimums, "elastic_type_id")):
        ids = getattr(minimums, kind)
        order = np.lexsort((minimums.quantity, ids, minimums.article))
        for column in (articles.id[minimums.article[order]], ids[order], minimums.quantity[order]):
            digest.update(_write_column(column))
        digest.update(b"|")
    return digest.hexdigest()


def _write_column(column: IntArray | FloatArray | BoolArray) -> bytes:
    return column.astype("<f8" if column.dtype.kind == "f" else "<i8").tobytes()
