"""Sources, and how old their data are."""

from django.contrib import admin
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from planning_core.models import SourceSync
from supplybrain.admin_base import HistoryAdmin


@admin.register(SourceSync)
class SourceSyncAdmin(HistoryAdmin):
    """The last good sync of every source that ever had one, the oldest first."""

    list_display = ("source", "last_good_at", "show_age", "origin")
    list_filter = ("origin",)
    search_fields = ("source", "origin")
    ordering = ("last_good_at", "source")

    @admin.display(description=_("age"), ordering="last_good_at")
    def show_age(self, sync: SourceSync) -> str:
        """Return how long ago that was, in words."""
        return timesince(sync.last_good_at)
