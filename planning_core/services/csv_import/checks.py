"""Problems that only show when all rows, or the database, are looked at: one statement each for all rows at once.

A row that has a problem already is passed over, so each row is reported once, with the first thing found.
"""

from collections.abc import Sequence

from psycopg import sql

from planning_core.models import (
    Article,
    ArticlePlanningSettings,
    BundleType,
    Color,
    ElasticType,
    Listing,
    Size,
    Sku,
    Warehouse,
    WarehouseType,
    WbSku,
)
from planning_core.services.csv_import.staging import CsvStage
from planning_core.services.statements import execute, name_table

# The tables by the names that the statements of this package use.
TABLES = {
    "article_settings": name_table(ArticlePlanningSettings),
    "articles": name_table(Article),
    "bundle_types": name_table(BundleType),
    "colors": name_table(Color),
    "elastic_types": name_table(ElasticType),
    "listings": name_table(Listing),
    "sizes": name_table(Size),
    "skus": name_table(Sku),
    "warehouses": name_table(Warehouse),
    "wb_skus": name_table(WbSku),
}


def reject_where(stage: CsvStage, *, column: str, condition: str, reason: str, **names: sql.Composable) -> None:
    """Give a problem to the rows `s` that meet a condition in SQL.

    Args:
        stage: The file.
        column: Which column to name.
        condition: SQL over `s`, with the names of TABLES.
        reason: SQL text expression over `s`; a plain reason is passed as a quoted literal.
        names: More names for the condition and the reason.
    """
    execute(
        """UPDATE {stage} s SET bad_column = {column}, bad_value = {value}::text, reason = {reason}
           WHERE s.reason IS NULL AND ({condition})""",
        stage=stage.table,
        column=sql.Literal(column),
        value=sql.Identifier("s", column),
        reason=sql.SQL(reason).format(**TABLES, **names),
        condition=sql.SQL(condition).format(**TABLES, **names),
    )


def reject_unknown_article(stage: CsvStage) -> None:
    """Reject rows whose article does not exist."""
    reject_where(
        stage,
        column="article_code",
        condition="NOT EXISTS (SELECT FROM {articles} a WHERE a.code = s.article_code)",
        reason="'is no article; add it to articles.csv'",
    )


def reject_unknown_color(stage: CsvStage) -> None:
    """Reject rows whose colour is given and does not exist."""
    reject_where(
        stage,
        column="color_code",
        condition="s.color_code IS NOT NULL AND NOT EXISTS (SELECT FROM {colors} c WHERE c.inner_code = s.color_code)",
        reason="'is no colour; add a SKU in it to skus.csv'",
    )


def reject_unknown_sku(stage: CsvStage) -> None:
    """Reject rows whose article exists, but not in this colour and size."""
    reject_where(
        stage,
        column="size_label",
        condition="""NOT EXISTS (
            SELECT FROM {skus} k JOIN {articles} a ON a.id = k.article_id JOIN {colors} c ON c.id = k.color_id
            JOIN {sizes} z ON z.id = k.size_id
            WHERE a.code = s.article_code AND c.inner_code = s.color_code AND z.label = s.size_label)""",
        reason="'the article has no SKU in colour ' || s.color_code || ' and this size; add it to skus.csv'",
    )


def reject_unlisted(stage: CsvStage) -> None:
    """Reject rows whose Wildberries code is mapped to no article."""
    reject_where(
        stage,
        column="wb_sku",
        condition="""NOT EXISTS (
            SELECT FROM {wb_skus} k JOIN {listings} l ON l.wb_sku_id = k.id WHERE k.code = s.wb_sku)""",
        reason="'is in no listing; add it to listings.csv'",
    )


def reject_other_warehouse(stage: CsvStage, wanted: WarehouseType) -> None:
    """Reject rows whose warehouse exists and is of another type."""
    reject_where(
        stage,
        column="warehouse",
        condition="EXISTS (SELECT FROM {warehouses} w WHERE w.code = s.warehouse AND w.type <> {wanted})",
        reason="""'is a warehouse of type ' || (SELECT w.type FROM {warehouses} w WHERE w.code = s.warehouse)
                  || '; not ' || {wanted} || ': use another code'""",
        wanted=sql.Literal(wanted.value),
    )


def reject_contradictions(stage: CsvStage, *, code: str, attribute: str) -> None:
    """Reject rows that say something else about a shared thing than the first row that says anything.

    Args:
        stage: The file.
        code: The column that names the thing, for example a size.
        attribute: The column that describes it, for example its sort order; empty cells say nothing.
    """
    if not stage.has(attribute):
        return
    execute(
        """UPDATE {stage} s SET bad_column = {name}, bad_value = s.{attribute}::text,
               reason = 'contradicts ' || f.{attribute} || ' for the same ' || {code_name} || ' in line ' || f.line
           FROM (SELECT DISTINCT ON ({code}) {code}, {attribute}, line FROM {stage}
                 WHERE reason IS NULL AND {attribute} IS NOT NULL ORDER BY {code}, line) f
           WHERE s.reason IS NULL AND f.{code} = s.{code} AND f.{attribute} <> s.{attribute}""",
        stage=stage.table,
        name=sql.Literal(attribute),
        attribute=sql.Identifier(attribute),
        code=sql.Identifier(code),
        code_name=sql.Literal(code),
    )


def reject_repeated(stage: CsvStage) -> None:
    """Reject rows with the key of an earlier row; the earlier one goes in. Run last: a rejected row repeats nothing."""
    key = stage.file.format.key
    execute(
        """UPDATE {stage} s SET bad_column = {names}, bad_value = concat_ws(', ', {values}),
               reason = 'repeats the key of line ' || f.line
           FROM (SELECT {key}, min(line) AS line FROM {stage} WHERE reason IS NULL
                 GROUP BY {key} HAVING count(*) > 1) f
           WHERE s.reason IS NULL AND s.line > f.line AND {same}""",
        stage=stage.table,
        names=sql.Literal(", ".join(key)),
        values=_join_aliased(key),
        key=sql.SQL(", ").join(map(sql.Identifier, key)),
        same=sql.SQL(" AND ").join(sql.SQL("f.{0} = s.{0}").format(sql.Identifier(name)) for name in key),
    )


def _join_aliased(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier("s", name) for name in names)
