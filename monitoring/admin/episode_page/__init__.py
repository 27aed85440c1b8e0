"""The page of an episode: what is wrong, since when, what was done about it and who was told."""

from monitoring.admin.episode_page.view import build_context

__all__ = ["build_context"]
