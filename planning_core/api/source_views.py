"""How old the data of every source are."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from planning_core.models import DataSource, SyncOrigin
from planning_core.selectors.source_syncs import list_source_syncs

# Inline, since a class could not declare the member `source`: serializers have such an attribute.
SOURCES = inline_serializer(
    "Sources",
    {
        "items": inline_serializer(
            "Source",
            {
                "source": serializers.ChoiceField(choices=DataSource.choices),
                "name": serializers.CharField(help_text="The source in words."),
                "last_good_at": serializers.DateTimeField(allow_null=True),
                "age_seconds": serializers.IntegerField(
                    allow_null=True, help_text="Whole seconds since the last good sync."
                ),
                "origin": serializers.ChoiceField(choices=SyncOrigin.choices, allow_null=True),
            },
            many=True,
        )
    },
)


class SourcesView(APIView):
    """The sources of the data that planning reads."""

    required_permissions = {"GET": "planning_core.view_sourcesync"}

    @extend_schema(responses=SOURCES)
    def get(self, request: Request) -> Response:  # noqa: ARG002  (DRF's signature)
        """Return when every source last delivered, also those that never did."""
        now = timezone.now()
        items = [
            {
                "source": state.source,
                "name": str(state.source.label),
                "last_good_at": state.last_good_at,
                "age_seconds": state.compute_age_seconds(now),
                "origin": state.origin,
            }
            for state in list_source_syncs()
        ]
        return Response({"items": items})
