"""Staff's pages for users, API tokens and the schedule."""

from supplybrain.admin import schedule, tokens, users

__all__ = ["schedule", "tokens", "users"]
