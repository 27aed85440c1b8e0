"""The form field for permissions."""

from typing import Any

from django import forms

from supplybrain.permission_names import describe_permission


class PermissionField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """A choice of permissions, each by its table and action."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the permission in words."""
        return describe_permission(obj)
