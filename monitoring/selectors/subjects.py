"""Whether those that facts are about are still there: history outlives them."""

from collections.abc import Collection

from planning_core.models import Article


def find_known_articles(ids: Collection[int]) -> set[int]:
    """Return those of the articles that still exist, in one statement; in none without ids."""
    return set(Article.objects.filter(id__in=ids).values_list("id", flat=True)) if ids else set()
