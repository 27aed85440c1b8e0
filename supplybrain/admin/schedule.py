"""django-celery-beat's tables in the same clothes as ours. The schedule itself is written by `supplybrain.beat`."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.utils.translation import gettext_lazy as _
from django_celery_beat import admin as beat_admin
from django_celery_beat import models as beat
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from supplybrain.admin_base import TableAdmin, TableInline, register

SWITCH = "enabled"
TASK_CHOICE = "regtask"  # a field of the library's form alone


class TaskSelectWidget(UnfoldAdminSelectWidget, beat_admin.TaskSelectWidget):  # type: ignore[misc]  # no types
    """The list of registered tasks."""


class PeriodicTaskForm(beat_admin.PeriodicTaskForm):  # type: ignore[misc]  # no types
    """The library's form with our widgets."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "task" in self.fields:  # absent for those who may only look
            self.fields["task"].widget = UnfoldAdminTextInputWidget()
            self.fields["regtask"].widget = TaskSelectWidget()

    def clean(self) -> dict[str, Any]:
        """Return the values; the library's checks want all fields, of which those who switch have one."""
        data: dict[str, Any] = super().clean() if "task" in self.fields else self.cleaned_data
        return data


@register(beat.PeriodicTask)
class PeriodicTaskAdmin(beat_admin.PeriodicTaskAdmin, TableAdmin):  # type: ignore[misc]  # no types
    """Periodic tasks. Who is no superuser switches them on and off: what runs when belongs to the deployment."""

    form = PeriodicTaskForm
    list_display = ("name", "enabled", "show_schedule", "last_run_at", "total_run_count")
    list_filter = ("enabled",)
    date_hierarchy = None  # by start time, which ours have not
    ordering = ("name",)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:  # noqa: ARG002  (Django's signature)
        """Return what the user may only look at."""
        if request.user.is_superuser:
            return self.readonly_fields
        return tuple(name for name in flatten_fieldsets(self.fieldsets) if name != SWITCH)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Return the groups of fields, without the choice of a task for those who may not choose it."""
        groups = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return groups
        return [
            (title, {**group, "fields": [name for name in group["fields"] if name != TASK_CHOICE]})
            for title, group in groups
        ]

    @admin.display(description=_("schedule"))
    def show_schedule(self, task: beat.PeriodicTask) -> str:
        """Return how often it runs."""
        return str(task.scheduler)

    @admin.display(description=_("crontab in words"))
    def crontab_translation(self, task: beat.PeriodicTask) -> str:
        """Return the crontab in words, which the library has under an English heading."""
        return str(super().crontab_translation(task))

    def get_actions(self, request: Any) -> dict[str, Any]:
        """Return the actions; the library would let those who may only look switch tasks and run them."""
        actions: dict[str, Any] = super().get_actions(request)
        if self.has_change_permission(request):
            return actions
        return {name: action for name, action in actions.items() if name not in beat_admin.PeriodicTaskAdmin.actions}


class PeriodicTaskInline(TableInline):
    """The tasks that use a schedule."""

    model = beat.PeriodicTask
    fields = readonly_fields = ("name", "task", "enabled")
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:  # noqa: ARG002  (Django's signature)
        """Refuse."""
        return False


@register(beat.IntervalSchedule)
class IntervalScheduleAdmin(TableAdmin):
    """Every so often."""

    list_display = ("__str__", "every", "period")
    search_fields = ("every", "period")
    inlines = (PeriodicTaskInline,)
    ordering = ("period", "every")


@register(beat.CrontabSchedule)
class CrontabScheduleAdmin(TableAdmin):
    """At certain times."""

    list_display = ("__str__", "show_words")
    search_fields = ("minute", "hour", "timezone")
    readonly_fields = ("show_words",)
    inlines = (PeriodicTaskInline,)
    ordering = ("hour", "minute", "id")

    @admin.display(description=_("crontab in words"))
    def show_words(self, crontab: beat.CrontabSchedule) -> str:
        """Return the crontab in words."""
        return str(crontab.human_readable)


@register(beat.ClockedSchedule)
class ClockedScheduleAdmin(TableAdmin):
    """Once."""

    list_display = ("clocked_time",)
    inlines = (PeriodicTaskInline,)
    ordering = ("clocked_time",)


@register(beat.SolarSchedule)
class SolarScheduleAdmin(TableAdmin):
    """With the sun."""

    list_display = ("event", "latitude", "longitude")
    inlines = (PeriodicTaskInline,)
    ordering = ("event", "id")
