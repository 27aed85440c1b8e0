"""Who may do what: Django's model permissions, reading included. `supplybrain.roles` makes the groups."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # DRF imports this module while it builds its views
    from rest_framework.views import APIView

ACTION_OF_METHOD = {"POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}


class HasModelPermission(BasePermission):
    """Allow a user who holds the permission that the view names for the method.

    A view either states `required_permissions = {"GET": "app.codename", ...}` or has a `queryset`, whose model gives
    view, add, change and delete. A view with neither, or a method it forgot to name, is refused: closed by default.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return whether the user holds the permission of this method."""
        if not request.user.is_authenticated:
            return False
        method = request.method or ""
        if method == "OPTIONS" or method not in view.allowed_methods:
            return True  # nothing to protect: DRF describes the view, or answers 405, which a 403 would hide
        permission = find_required_permission(view, method)
        return permission is not None and request.user.has_perm(permission)


def find_required_permission(view: "APIView", method: str) -> str | None:
    """Return the permission `app.codename` that a view asks for, or None if it names none."""
    lookup = "GET" if method == "HEAD" else method
    declared: dict[str, str] | None = getattr(view, "required_permissions", None)
    if declared is not None:
        return declared.get(lookup)
    queryset = getattr(view, "queryset", None)
    if queryset is None:
        return None
    options = queryset.model._meta
    return f"{options.app_label}.{ACTION_OF_METHOD.get(lookup, 'view')}_{options.model_name}"
