"""Staff's pages for users, API tokens, the schedule and changes."""

from supplybrain.admin import changes, schedule, tokens, users

__all__ = ["changes", "schedule", "tokens", "users"]
