"""Explanations as clients see them."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext, gettext_lazy
from rest_framework import serializers

from monitoring.api.fields import BaseField
from monitoring.api.serializers.snapshots import FreshnessSerializer, RecordSerializer
from monitoring.domain.causes import CAUSES
from monitoring.domain.contributors import BundleSubject, Contributor, Details, Subject
from monitoring.domain.diff import ABSENT, DiffContributor
from monitoring.domain.diff.accounts import ACCOUNT_STATES
from monitoring.domain.diff.orders import ORDER_STATES
from monitoring.domain.explanations import explain_cause, explain_details
from monitoring.domain.metrics import METRIC_BY_NAME, METRIC_NAMES, Explanation
from monitoring.services.explain import MetricExplanation, SnapshotDiff, SourceAge
from monitoring.wording import describe_message, explain_formula, name_cause
from planning_core.api.messages import MessageSerializer
from planning_core.domain.bundle_risk import RISK_LEVELS
from planning_core.models import DataSource

LARGEST_PAGE = 500
LARGEST_TOP = 500
STATES = (*RISK_LEVELS, *ORDER_STATES, *ACCOUNT_STATES, ABSENT)
SUBJECT_KINDS = {"BundleSubject": "bundle", "ArticleSubject": "article", "AccountSubject": "account"}
UNKNOWN_METRIC = gettext_lazy("No such metric: {input}. Ask /monitoring/metrics for all of them.")


class MetricQuery(serializers.Serializer[Any]):
    """Which metric."""

    metric = serializers.ChoiceField(
        choices=METRIC_NAMES,
        error_messages={"invalid_choice": UNKNOWN_METRIC},
        help_text="Name of the metric to explain.",
    )


class ExplanationQuery(MetricQuery):
    """Which metric, and which of its contributors."""

    level = serializers.ChoiceField(
        choices=RISK_LEVELS,
        required=False,
        help_text="Only contributors at this risk level: bundles that have it, or articles of which a bundle has it.",
    )
    article_id = serializers.IntegerField(required=False, min_value=1, help_text="Only contributors of this article.")
    limit = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE, default=50, help_text="Contributors a page.")
    offset = serializers.IntegerField(min_value=0, max_value=10**9, default=0, help_text="Contributors to skip.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the query if its filters mean something for the metric."""
        kind = METRIC_BY_NAME[attrs["metric"]].explained_by
        if kind in (Explanation.WB_ACCOUNTS, Explanation.MS_ACCOUNTS):
            text = gettext("Leave it out: accounts have neither a risk level nor an article.")
            unfit: dict[str, Any] = {name: text for name in ("level", "article_id") if name in attrs}
            if unfit:
                raise serializers.ValidationError(unfit, code="not_applicable")
        return attrs


class DiffQuery(MetricQuery):
    """Which metric, since when, and how many contributors."""

    base = BaseField(
        default="previous",
        help_text="What to compare with: the id of a snapshot, how long before as in -24h, or `previous`.",
    )
    top = serializers.IntegerField(
        min_value=0, max_value=LARGEST_TOP, default=10, help_text="How many contributors, the largest changes first."
    )


class SourceAgeSerializer(serializers.Serializer[Any]):
    """A source of the numbers, and its age when the snapshot was made."""

    source = serializers.ChoiceField(choices=DataSource.choices)  # type: ignore[assignment]  # the base has the name
    last_good_at = serializers.DateTimeField(allow_null=True, help_text="Last good sync; null if there was none.")
    age_seconds = serializers.IntegerField(allow_null=True, min_value=0)


class SnapshotDetailSerializer(RecordSerializer):
    """A stored snapshot with what is known about how it came about."""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields of the record, then those of its origin."""
        return {
            **super().get_fields(),
            "as_of_date": serializers.DateField(allow_null=True, help_text="Business day that it plans as of."),
            "facts_hash": serializers.CharField(help_text="Of the facts it is the sum of; empty without facts."),
            "facts_thinned_at": serializers.DateTimeField(allow_null=True, help_text="Since then its facts are gone."),
            "settings_hash": serializers.CharField(help_text="Of the settings that it was planned with."),
            "code_version": serializers.CharField(help_text="Of the code that made it."),
            "sources": serializers.DictField(
                child=serializers.DateTimeField(allow_null=True),
                help_text="Last good sync of each source at that time.",
            ),
            "freshness": FreshnessSerializer(),
        }


class ContributorSerializer(serializers.Serializer[Any]):
    """One of those that a metric is the sum of."""

    subject = serializers.DictField(help_text="Who: `kind` bundle, article or account, then ids and names.")
    value = serializers.IntegerField(help_text="Its part of the metric.")
    details = serializers.DictField(help_text="What the part follows from.")
    explanation = MessageSerializer()


class MetricExplanationSerializer(serializers.Serializer[Any]):
    """What a metric of a snapshot is made of."""

    snapshot_id = serializers.IntegerField()
    slot = serializers.DateTimeField(allow_null=True)
    freshness = FreshnessSerializer()
    metric = serializers.ChoiceField(choices=METRIC_NAMES)
    value = serializers.IntegerField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]  # the base has an attribute of this name
    definition = serializers.CharField(help_text="The metric in words.")
    formula = serializers.CharField(help_text="How it is computed.")
    metrics_version = serializers.IntegerField(help_text="Version of the rule.")
    code_version = serializers.CharField()
    settings_hash = serializers.CharField()
    sources = SourceAgeSerializer(many=True)
    count = serializers.IntegerField(help_text="Contributors in all, after filtering.")
    total = serializers.IntegerField(help_text="Sum of their values: without a filter, the value of the metric.")
    contributors = ContributorSerializer(many=True)


class CauseShareSerializer(MessageSerializer):
    """One cause of a change."""

    cause = serializers.ChoiceField(choices=[cause.value for cause in CAUSES])
    alone = serializers.IntegerField(help_text="Change if nothing else had changed.")
    undone = serializers.IntegerField(help_text="Change spared if this had not changed, all else as it is.")


class DiffContributorSerializer(serializers.Serializer[Any]):
    """One of those that moved a metric."""

    subject = serializers.DictField(help_text="Who: `kind` bundle, article or account, then ids and names.")
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    delta = serializers.IntegerField()
    state_before = serializers.ChoiceField(choices=STATES)
    state_after = serializers.ChoiceField(choices=STATES)
    details_before = serializers.DictField(allow_null=True)
    details_after = serializers.DictField(allow_null=True)
    causes = CauseShareSerializer(many=True, help_text="The most telling one first.")


class TransitionSerializer(serializers.Serializer[Any]):
    """How many went from one state to another."""

    state_before = serializers.ChoiceField(choices=STATES)
    state_after = serializers.ChoiceField(choices=STATES)
    count = serializers.IntegerField()


class CauseTotalSerializer(serializers.Serializer[Any]):
    """What all contributors with the same first cause moved together."""

    cause = serializers.ChoiceField(choices=[cause.value for cause in CAUSES])
    label = serializers.CharField()  # type: ignore[assignment]  # the base has an attribute of this name
    contributors = serializers.IntegerField()
    delta = serializers.IntegerField()


class SnapshotDiffSerializer(serializers.Serializer[Any]):
    """What moved a metric between two snapshots."""

    metric = serializers.ChoiceField(choices=METRIC_NAMES)
    snapshot_id = serializers.IntegerField()
    slot = serializers.DateTimeField(allow_null=True)
    freshness = FreshnessSerializer(help_text="Of the snapshot, not of its base.")
    base_id = serializers.IntegerField()
    base_slot = serializers.DateTimeField(allow_null=True)
    before = serializers.IntegerField(allow_null=True)
    after = serializers.IntegerField(allow_null=True)
    delta = serializers.IntegerField()
    residual = serializers.IntegerField(help_text="What the contributors do not explain: 0.")
    settings_changed = serializers.BooleanField()
    code_changed = serializers.BooleanField()
    appeared = serializers.IntegerField(help_text="How many the base does not have.")
    disappeared = serializers.IntegerField(help_text="How many the snapshot does not have.")
    transitions = TransitionSerializer(many=True, help_text="The most frequent first.")
    causes = CauseTotalSerializer(many=True, help_text="By first cause, the largest change first.")
    count = serializers.IntegerField(help_text="Contributors in all.")
    contributors = DiffContributorSerializer(many=True, help_text="Those with the largest changes.")


def describe_explanation(explanation: MetricExplanation) -> dict[str, Any]:
    """Return an explanation as clients see it."""
    snapshot, metric = explanation.snapshot, explanation.metric
    return {
        "snapshot_id": snapshot.pk,
        "slot": snapshot.slot,
        "metric": metric.name,
        "value": explanation.value,
        "label": gettext(metric.label),
        "definition": gettext(metric.description),
        "formula": explain_formula(metric.name),
        "metrics_version": snapshot.metrics_version,
        "code_version": snapshot.code_version,
        "settings_hash": snapshot.settings_hash,
        "sources": [describe_source(source) for source in explanation.sources],
        "count": explanation.n_contributors,
        "total": explanation.total,
        "contributors": [
            describe_contributor(contributor, explanation.bundle_type_names) for contributor in explanation.contributors
        ],
    }


def describe_source(source: SourceAge) -> dict[str, Any]:
    """Return a source as clients see it."""
    return {
        "source": source.source.value,
        "last_good_at": source.last_good_at,
        "age_seconds": source.age_seconds,
    }


def describe_contributor(contributor: Contributor, bundle_type_names: dict[int, str]) -> dict[str, Any]:
    """Return a contributor as clients see it."""
    return {
        "subject": describe_subject(contributor.subject, bundle_type_names),
        "value": contributor.value,
        "details": asdict(contributor.details),
        "explanation": describe_message(explain_details(contributor.details)),
    }


def describe_diff(diff: SnapshotDiff) -> dict[str, Any]:
    """Return a difference as clients see it."""
    metric, change = diff.metric.name, diff.diff
    return {
        "metric": metric,
        "snapshot_id": diff.snapshot.pk,
        "slot": diff.snapshot.slot,
        "base_id": diff.base.pk,
        "base_slot": diff.base.slot,
        "before": getattr(diff.base, metric),
        "after": getattr(diff.snapshot, metric),
        "delta": change.delta,
        "residual": diff.residual,
        "settings_changed": diff.settings_changed,
        "code_changed": diff.code_changed,
        "appeared": change.appeared,
        "disappeared": change.disappeared,
        "transitions": [asdict(transition) for transition in change.transitions],
        "causes": [{**asdict(total), "label": name_cause(total.cause)} for total in change.causes],
        "count": change.n_contributors,
        "contributors": [describe_change(one, diff.bundle_type_names) for one in change.contributors],
    }


def describe_change(contributor: DiffContributor, bundle_type_names: dict[int, str]) -> dict[str, Any]:
    """Return one of those that moved a metric as clients see it."""
    return {
        "subject": describe_subject(contributor.subject, bundle_type_names),
        "before": contributor.before,
        "after": contributor.after,
        "delta": contributor.delta,
        "state_before": contributor.state_before,
        "state_after": contributor.state_after,
        "details_before": _describe_details(contributor.details_before),
        "details_after": _describe_details(contributor.details_after),
        "causes": [
            {**asdict(share), **describe_message(explain_cause(share, contributor))} for share in contributor.causes
        ],
    }


def describe_subject(subject: Subject, bundle_type_names: dict[int, str]) -> dict[str, Any]:
    """Return who it is as clients see it."""
    described = {"kind": SUBJECT_KINDS[type(subject).__name__], **asdict(subject)}
    if isinstance(subject, BundleSubject):
        described["bundle_type_name"] = bundle_type_names[subject.bundle_type_id]
    return described


def _describe_details(details: Details | None) -> dict[str, Any] | None:
    return None if details is None else asdict(details)
