"""Staff's pages for the accounts: a token goes in and never comes out."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget

from integrations.models import MoySkladAccount, WbAccount
from integrations.models.accounts import LONGEST_TOKEN, validate_token
from supplybrain.admin_base import TableAdmin


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """An account whose token can be set but not read. The model's own field is no part of the form."""

    new_token = forms.CharField(
        label=_("API token"),
        required=False,
        max_length=LONGEST_TOKEN,
        validators=[validate_token],
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}, render_value=False),
        help_text=_("Stored encrypted and never shown again. Left empty, the stored token stays."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "new_token" in self.fields:  # absent for those who may only look
            self.fields["new_token"].required = self.instance.pk is None

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  (Django's signature)
        """Return the account, with the new token if there is one."""
        if token := self.cleaned_data.get("new_token"):
            self.instance.api_token = token
        return super().save(commit)


class AccountAdmin(TableAdmin):
    """What both kinds of accounts have in common."""

    form = AccountForm
    list_filter = ("is_active",)
    readonly_fields = ("created_at", "updated_at")
    ordering = ("id",)
    vendor_id: ClassVar[str]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the accounts, their tokens left in the database."""
        return super().get_queryset(request).defer("api_token")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the fields: no token for those who may only look."""
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        token = ("new_token",) if may_write else ()
        return ("name", self.vendor_id, *token, "is_active", *self.readonly_fields)


@admin.register(WbAccount)
class WbAccountAdmin(AccountAdmin):
    """Wildberries accounts."""

    vendor_id = "supplier_id"
    list_display = ("name", "supplier_id", "is_active", "updated_at")
    search_fields = ("name", "supplier_id")


@admin.register(MoySkladAccount)
class MoySkladAccountAdmin(AccountAdmin):
    """MoySklad accounts."""

    vendor_id = "account_id"
    list_display = ("name", "account_id", "is_active", "updated_at")
    search_fields = ("name", "account_id")
