"""Who may see what on pages that show several things."""

from django.http import HttpRequest


def may_see(request: HttpRequest, model: str) -> bool:
    """Return whether the user may look at the rows of a model, given as `app.model`."""
    app_label, _dot, name = model.partition(".")
    return any(request.user.has_perm(f"{app_label}.{action}_{name}") for action in ("view", "change"))
