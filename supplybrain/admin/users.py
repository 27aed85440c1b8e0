"""Users and groups."""

from typing import Any

from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, Permission, User
from django.http import HttpRequest
from unfold.admin import StackedInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from supplybrain.admin.permissions import PermissionField
from supplybrain.admin_base import TableAdmin, register
from supplybrain.models import LanguageChoice


class LanguageInline(StackedInline):  # type: ignore[misc]  # unfold has no types
    """The language that the user chose. They change it themselves in the menu below their name."""

    model = LanguageChoice
    tab = True


class PermissionsMixin:
    """Offers permissions in words."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field of a relation."""
        if db_field.remote_field.model is Permission:
            kwargs["form_class"] = PermissionField
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]  # of the admin's class


@register(User)
class UserAdmin(PermissionsMixin, auth_admin.UserAdmin, TableAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Users; their groups say what they may do (docs/ROLES.md)."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    ordering = ("username",)
    inlines = (LanguageInline,)


@register(Group)
class GroupAdmin(PermissionsMixin, auth_admin.GroupAdmin, TableAdmin):  # type: ignore[misc]  # as the mixin
    """Groups."""
