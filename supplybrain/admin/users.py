"""Users and groups."""

from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User
from unfold.admin import StackedInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from supplybrain.admin_base import TableAdmin, register
from supplybrain.models import LanguageChoice


class LanguageInline(StackedInline):  # type: ignore[misc]  # unfold has no types
    """The language that the user chose. They change it themselves in the menu below their name."""

    model = LanguageChoice
    tab = True


@register(User)
class UserAdmin(auth_admin.UserAdmin, TableAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Users; their groups say what they may do (docs/ROLES.md)."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    ordering = ("username",)
    inlines = (LanguageInline,)


@register(Group)
class GroupAdmin(auth_admin.GroupAdmin, TableAdmin):
    """Groups."""
