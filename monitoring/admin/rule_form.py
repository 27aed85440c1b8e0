"""The form of an alert rule."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from monitoring.admin.trials import check_recovery, list_metric_choices
from monitoring.models import AlertRule

FIELDSETS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (None, {"fields": ("name", "severity", "is_active", "owner", "description")}),
    (
        _("When it is breached, and when clear"),
        {
            "fields": ("metric", "threshold_type", "threshold_value", "recovery_threshold"),
            "description": _(
                "The threshold itself is no breach. With a recovery threshold an alert does not end before the value "
                "is as good as that: a value that trembles around the threshold is then one alert and not many."
            ),
        },
    ),
    (
        _("How long it takes"),
        {
            "fields": ("pending_slots", "recover_slots"),
            "description": _(
                "Slots without data count neither way, and more than one missed slot in a row begins the count anew."
            ),
        },
    ),
)


def list_owners(current_id: int | None) -> QuerySet[User]:
    """Return who may look after a rule: who can sign in, and who does so already."""
    return User.objects.filter(Q(is_active=True) | Q(pk=current_id)).order_by("username")


class AlertRuleForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A rule on one of the metrics of the registry.

    Attributes:
        tried: Terms that were tried and stand in the form, not saved yet.
    """

    tried: Mapping[str, Any] = {}

    metric = forms.ChoiceField(label=_("Metric"), choices=list_metric_choices, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = AlertRule
        fields = [name for _title, part in FIELDSETS for name in part["fields"]]
        widgets = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = {**(kwargs.pop("initial", None) or {}), **self.tried}
        super().__init__(*args, initial=initial, **kwargs)  # type: ignore[misc]  # args are Django's, before initial
        if "owner" in self.fields:  # who only looks has no fields
            self.fields["owner"].queryset = list_owners(self.instance.owner_id)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Return the terms if an alert can end by them."""
        super().clean()
        check_recovery(self)
        return self.cleaned_data
