"""Which articles a run is about, as SQL conditions."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql


@dataclass(frozen=True)
class Scope:
    """The articles with these ids, or all active ones.

    For all active articles, rows that hang on SKUs and Wildberries codes are read without a condition: most belong to
    active articles, and the domain drops the rest faster than a join in SQL would.
    """

    article_ids: Sequence[int] | None

    def where_article(self, column: str) -> sql.Composable:
        """Return the condition that an article id is in scope."""
        if self.article_ids is None:
            return sql.SQL("{} IN (SELECT article_id FROM planning_core_planningsettings WHERE is_active)").format(
                sql.Identifier(*column.split("."))
            )
        return sql.SQL("{} = ANY({}::bigint[])").format(sql.Identifier(*column.split(".")), self._ids)

    def where_sku(self, column: str) -> sql.Composable:
        """Return a condition that holds for all SKUs of the articles in scope."""
        return self._where_owned(column, "SELECT id FROM planning_core_sku WHERE article_id")

    def where_wb_sku(self, column: str) -> sql.Composable:
        """Return a condition that holds for all Wildberries codes of the articles in scope."""
        return self._where_owned(column, "SELECT wb_sku_id FROM planning_core_listing WHERE article_id")

    def _where_owned(self, column: str, owned: str) -> sql.Composable:
        if self.article_ids is None:
            return sql.SQL("TRUE")
        return sql.SQL("{} IN ({} = ANY({}::bigint[]))").format(
            sql.Identifier(*column.split(".")), sql.SQL(owned), self._ids
        )

    @property
    def _ids(self) -> sql.Composable:
        return sql.Literal(list(self.article_ids or []))
