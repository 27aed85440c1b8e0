"""Channels that alerts are told through: a URL or a secret goes in and never comes out."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextareaWidget, UnfoldBooleanSwitchWidget

from monitoring.admin.alert_words import Chip
from monitoring.models import ChannelKind, Notification, NotificationChannel, NotificationState
from monitoring.services.channels import list_address_problems, show_address, switch_on
from monitoring.services.dispatch import send_test_message
from supplybrain.admin_base import TableAdmin, show_label
from supplybrain.charts import Tone
from supplybrain.errors import SupplyBrainError

MOST_NOTIFICATIONS = 10
LONGEST_SECRET = 4096
LONGEST_ERROR = 120
ADDRESS: Mapping[str, Sequence[str]] = {
    ChannelKind.EMAIL: ("recipients",),
    ChannelKind.WEBHOOK: ("new_url", "new_secret", "drops_secret"),
    ChannelKind.TELEGRAM: ("chat_id", "new_secret"),
}
"""What each kind is reached by, as fields of the form."""
WRITE_ONLY = {"new_url", "new_secret", "drops_secret"}
# Of a new channel, while its kind is being chosen; on the page of a stored one there is no such choice.
CONDITIONS = {
    name: " || ".join(
        ["typeof kind === 'undefined'", *(f"kind == '{kind}'" for kind in ADDRESS if name in ADDRESS[kind])]
    )
    for name in ("recipients", "chat_id", "new_url", "new_secret")
}
ACTIVE, OFF, FAILED = "active", "off", "failed"
STATE_COLORS = {ACTIVE: "success", OFF: "default", FAILED: "danger"}
NOTIFICATION_TONES = {
    NotificationState.PENDING: Tone.ATTENTION,
    NotificationState.SENT: Tone.GOOD,
    NotificationState.WITHHELD: Tone.NEUTRAL,
    NotificationState.DEAD: Tone.ALARM,
}


def _build_write_only(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_SECRET,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}, render_value=False),
        help_text=help_text,
    )


class ChannelForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A channel of one kind, whose URL and secret can be set but not read: the model's own fields are no part of it."""

    recipients = forms.CharField(
        label=gettext_lazy("Recipients"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("E-mail addresses, separated by commas."),
    )
    new_url = _build_write_only(
        gettext_lazy("URL"), gettext_lazy("Stored encrypted and never shown again. Left empty, the stored one stays.")
    )
    new_secret = _build_write_only(
        gettext_lazy("Secret"),
        gettext_lazy(
            "Of a webhook: what messages are signed with, not required. Of Telegram: the token of the bot. Stored "
            "encrypted and never shown again. Left empty, the stored one stays."
        ),
    )
    drops_secret = forms.BooleanField(
        label=gettext_lazy("Sign no longer"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("Removes the stored secret of a webhook."),
    )

    def clean(self) -> dict[str, Any]:
        """Put the address into the channel, and what is wrong with it beside its fields."""
        data = super().clean() or {}
        channel = self.instance
        if channel.pk is None:
            channel.kind = data.get("kind", "")
        self._take_over(channel, data)
        for problem in list_address_problems(channel):
            name = problem.field if problem.field in self.fields else f"new_{problem.field}"
            self.add_error(name if name in self.fields else None, problem.detail)
        return data

    def _take_over(self, channel: NotificationChannel, data: Mapping[str, Any]) -> None:
        """Put in what was entered for the kind, before the address is judged; what other kinds need is left out."""
        for name in ADDRESS.get(channel.kind, ()):
            if name == "drops_secret":
                if data.get(name) and not data.get("new_secret"):
                    channel.secret = None
            elif name not in WRITE_ONLY:
                setattr(channel, name, data.get(name, ""))
            elif data.get(name):
                setattr(channel, name.removeprefix("new_"), data[name])

    def _post_clean(self) -> None:
        """Forget what was entered for another kind: it was on the form until the kind was chosen."""
        unused = {name for names in ADDRESS.values() for name in names} - set(ADDRESS.get(self.instance.kind, ()))
        self.cleaned_data |= {name: "" for name in unused if name in self.cleaned_data}
        super()._post_clean()  # type: ignore[misc]  # Django's, not in the stubs


@admin.register(NotificationChannel)
class NotificationChannelAdmin(TableAdmin):
    """Channels."""

    form = ChannelForm
    change_form_template = "monitoring/channel.html"
    list_display = ("name", "kind", "show_state", "min_severity", "language", "last_success_at", "show_failure")
    list_filter = ("kind", "is_active", "min_severity")
    search_fields = ("name", "recipients", "chat_id", "last_error")
    ordering = ("name", "id")
    conditional_fields = CONDITIONS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the channels, their URLs and secrets left in the database."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer("url", "secret")

    def get_urls(self) -> list[Any]:
        """Return the addresses of the pages, with the one that sends a test."""
        view = self.admin_site.admin_view(self.send_test)
        return [path("<int:channel_id>/test/", view, name="monitoring_notificationchannel_test"), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: NotificationChannel | None = None) -> Sequence[str]:
        """Return the fields: of a stored channel those of its kind, and nothing write-only for who may only look."""
        common = ("name", "kind", "language", "min_severity", "is_active")
        if obj is None:
            return (*common, "recipients", "new_url", "chat_id", "new_secret")
        may = self.has_change_permission(request, obj)
        return (*common, *(name for name in ADDRESS.get(obj.kind, ()) if may or name not in WRITE_ONLY))

    def get_readonly_fields(self, request: HttpRequest, obj: NotificationChannel | None = None) -> Sequence[str]:  # noqa: ARG002  (Django's signature)
        """Return what never changes: a channel of another kind is another channel."""
        return ("kind",) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the kind that most begin with."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"kind": ChannelKind.EMAIL.value} | initial

    def save_model(self, request: HttpRequest, obj: NotificationChannel, form: Any, change: bool) -> None:  # noqa: FBT001  (as above)
        """Store it; what was wrong with it is forgotten once somebody switches it on again."""
        if obj.is_active and "is_active" in form.changed_data:
            switch_on(obj)
        super().save_model(request, obj, form, change)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Answer the page with how the channel does."""
        channel: NotificationChannel | None = kwargs.get("obj")
        if channel:
            may_test = request.user.has_perm("monitoring.test_notificationchannel")
            context["channel"] = channel
            context["address"] = show_address(channel)
            context["state"] = Chip(*_describe_state(channel))
            context["test_url"] = (
                reverse("admin:monitoring_notificationchannel_test", args=[channel.pk]) if may_test else ""
            )
            context["notifications"] = _list_notifications(request, channel)
        answer: HttpResponse = super().render_change_form(request, context, **kwargs)
        return answer

    def send_test(self, request: HttpRequest, channel_id: int) -> HttpResponse:
        """Send a test message, wait, and say what became of it."""
        may = self.has_view_permission(request) and request.user.has_perm("monitoring.test_notificationchannel")
        if request.method != "POST" or not may:
            raise PermissionDenied
        try:
            result = send_test_message(channel_id=channel_id)
        except SupplyBrainError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(reverse("admin:monitoring_notificationchannel_changelist"))
        if result.is_sent:
            messages.success(request, _("The receiver took the test message."))
        else:
            messages.error(request, _("The test message did not arrive: %(error)s") % {"error": result.error})
        return HttpResponseRedirect(reverse("admin:monitoring_notificationchannel_change", args=[channel_id]))

    @show_label(description=gettext_lazy("state"), ordering="is_active", colors=STATE_COLORS)
    def show_state(self, channel: NotificationChannel) -> tuple[str, Any]:
        """Return whether it works."""
        if channel.disabled_at:
            return FAILED, pgettext_lazy("channel", "switched off by an error")
        return (ACTIVE, pgettext_lazy("channel", "active")) if channel.is_active else (OFF, _("switched off"))

    @admin.display(description=gettext_lazy("last failure"), ordering="last_failure_at")
    def show_failure(self, channel: NotificationChannel) -> str:
        """Return the error of the last failure, if nothing has arrived since."""
        if channel.last_failure_at is None or _has_recovered(channel):
            return ""
        return Truncator(channel.disabled_reason or channel.last_error).chars(LONGEST_ERROR)


def _has_recovered(channel: NotificationChannel) -> bool:
    last, failed = channel.last_success_at, channel.last_failure_at
    return channel.is_active and last is not None and failed is not None and last >= failed


def _describe_state(channel: NotificationChannel) -> tuple[str, Tone]:
    if channel.disabled_at:
        return _("Switched off by an error"), Tone.ALARM
    if not channel.is_active:
        return _("Switched off by hand"), Tone.NEUTRAL
    if channel.last_failure_at and not _has_recovered(channel):
        return _("The last attempt failed"), Tone.ATTENTION
    return (_("Works"), Tone.GOOD) if channel.last_success_at else (_("Nothing was sent yet"), Tone.NEUTRAL)


def _list_notifications(request: HttpRequest, channel: NotificationChannel) -> list[tuple[Notification, Chip]] | None:
    """Return the last notifications of a channel with their states; None for who may not see them."""
    if not request.user.has_perm("monitoring.view_notification"):
        return None
    rows = channel.notifications.defer("content").order_by("-created_at", "-id")[:MOST_NOTIFICATIONS]
    return [(row, Chip(row.get_state_display(), NOTIFICATION_TONES[NotificationState(row.state)])) for row in rows]
