"""The outbox: what was told through which channel, what waits, and what was given up."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateTimeFilter

from monitoring.admin.alert_history import link_episode
from monitoring.admin.alert_words import title_alert
from monitoring.models import AlertMessage, Notification, NotificationState, WithheldMessage
from monitoring.selectors.overlays import list_outgoing
from monitoring.services.dispatch import retry_notification
from supplybrain.admin_base import EstimatingPaginator, HistoryAdmin, show_label
from supplybrain.errors import SupplyBrainError

STATE_COLORS = {
    NotificationState.PENDING: "warning",
    NotificationState.SENT: "success",
    NotificationState.WITHHELD: "default",
    NotificationState.DEAD: "danger",
}
RETRIED = (NotificationState.PENDING, NotificationState.DEAD)
LONGEST_ERROR = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingRow:
    """A message of a notification.

    Args:
        episode: The episode that it is about, with a link; empty for none.
        withheld: Why it was left out; empty if it was not.
    """

    kind: str
    title: str
    episode: str | SafeString
    withheld: str


def list_tellings(notification: Notification) -> list[TellingRow]:
    """Return what a notification tells and what it leaves out, in two statements."""
    withheld = {row.message_id: row for row in WithheldMessage.objects.filter(notification=notification)}
    messages = list_outgoing(channel=notification.channel, batch=notification.batch)
    return [_describe_telling(one, withheld.get(one.pk)) for one in messages]


def _describe_telling(message: AlertMessage, withheld: WithheldMessage | None) -> TellingRow:
    reason = str(withheld.get_reason_display()) if withheld else ""
    return TellingRow(
        kind=str(message.get_kind_display()),
        title=title_alert(message.alert, message.alert.rule_version) if message.alert else "",
        episode=link_episode(message.episode),
        withheld=f"{reason} ({withheld.detail})" if withheld and withheld.detail else reason,
    )


@admin.register(Notification)
class NotificationAdmin(HistoryAdmin):
    """Notifications. The dispatcher alone writes them; people may ask it to try again."""

    change_form_template = "monitoring/notification.html"
    list_display = (
        "created_at",
        "show_channel",
        "show_state",
        "show_subject",
        "attempts",
        "show_next_attempt",
        "sent_at",
        "show_error",
    )
    list_filter = ("state", "channel", "channel__kind", ("created_at", RangeDateTimeFilter))
    list_select_related = ("channel",)
    search_fields = ("batch", "=key", "channel__name", "last_error")
    search_help_text = gettext_lazy("Name of a channel, an error, a batch or a key")
    ordering = ("-created_at", "-id")
    paginator = EstimatingPaginator
    show_full_result_count = False
    fields = (
        "show_channel",
        "state",
        "batch",
        "key",
        "attempts",
        "created_at",
        "show_next_attempt",
        "sent_at",
        "last_error",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the notifications; what they say, and the secrets of their channels, left in the database."""
        rows: QuerySet[Any] = super().get_queryset(request)
        subject = KeyTextTransform("subject", "content")
        rows = rows.annotate(subject=subject)
        return rows.defer("content", "channel__url", "channel__secret")

    def get_urls(self) -> list[Any]:
        """Return the addresses of the pages, with the one that tries again."""
        view = self.admin_site.admin_view(self.retry)
        return [path("<int:notification_id>/retry/", view, name="monitoring_notification_retry"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Answer the page with what the notification says, and what was left out of it."""
        notification: Notification = kwargs["obj"]
        may_retry = notification.state in RETRIED and request.user.has_perm("monitoring.retry_notification")
        context |= {
            "letter": notification.content,
            "tellings": list_tellings(notification),
            "retry_url": reverse("admin:monitoring_notification_retry", args=[notification.pk]) if may_retry else "",
        }
        answer: HttpResponse = super().render_change_form(request, context, **kwargs)
        return answer

    def retry(self, request: HttpRequest, notification_id: int) -> HttpResponse:
        """Let the dispatcher try again now."""
        may = self.has_view_permission(request) and request.user.has_perm("monitoring.retry_notification")
        if request.method != "POST" or not may:
            raise PermissionDenied
        try:
            retry_notification(notification_id=notification_id)
        except SupplyBrainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("It will be tried again within seconds."))
        return HttpResponseRedirect(reverse("admin:monitoring_notification_change", args=[notification_id]))

    @admin.display(description=gettext_lazy("channel"), ordering="channel__name")
    def show_channel(self, notification: Notification) -> str:
        """Return the name of the channel."""
        return notification.channel.name

    @show_label(description=gettext_lazy("state"), ordering="state", colors=STATE_COLORS)
    def show_state(self, notification: Notification) -> tuple[str, str]:
        """Return the state with its colour."""
        return notification.state, notification.get_state_display()

    @admin.display(description=gettext_lazy("subject"))
    def show_subject(self, notification: Any) -> str:
        """Return what it says in a line; nothing before it was written."""
        return notification.subject or ""

    @admin.display(description=gettext_lazy("next attempt"), ordering="next_attempt_at")
    def show_next_attempt(self, notification: Notification) -> Any:
        """Return when it is tried again, if it is."""
        return notification.next_attempt_at if notification.state == NotificationState.PENDING else None

    @admin.display(description=gettext_lazy("error"))
    def show_error(self, notification: Notification) -> str:
        """Return the beginning of the last error; its page has all of it."""
        return Truncator(notification.last_error).chars(LONGEST_ERROR)
