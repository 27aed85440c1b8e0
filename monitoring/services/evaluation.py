"""What a snapshot makes of every alert, written in the transaction that stores the snapshot.

Rules that were changed, switched off or deleted behind our back are found by their versions, so that it does not matter
which way they were edited.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings

from monitoring.domain.alerting.machine import Observation, Step, Terms, Track, advance, revise, stop
from monitoring.domain.alerting.readings import Condition, read_value
from monitoring.domain.alerting.trust import WATCHED_SOURCES, is_too_old, list_old_sources
from monitoring.domain.alerting.words import Reading, Reason
from monitoring.domain.metrics import METRIC_BY_NAME, MetricValues
from monitoring.models import (
    Alert,
    AlertKind,
    AlertRule,
    AlertRuleVersion,
    MonitoringSnapshot,
    Severity,
    TransitionCause,
)
from monitoring.selectors.alerts import KnownAlert, list_versioned_rules, load_known_alerts
from monitoring.selectors.clock import DatabaseClock
from monitoring.services.verdicts import Occasion, Verdict, record_verdicts

UNKNOWN_METRIC = "unknown_metric"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What alerts are judged on.

    Args:
        snapshot_id: The snapshot; None if there is none to judge by.
        slot: Its slot, or the running one.
        read_at: When its data were read.
        values: Value by metric name.
        sources: Last good sync by source.
    """

    snapshot_id: int | None
    slot: datetime
    read_at: datetime
    values: MetricValues
    sources: Mapping[str, datetime | None]


def evaluate_snapshot(evidence: Evidence, *, interval: timedelta) -> None:
    """Judge every alert on a new snapshot and write what comes of it, in a fixed number of statements.

    Belongs into the transaction of the snapshot. A slot that is not later than an alert's last one changes nothing.

    Args:
        evidence: The snapshot.
        interval: Length of a slot.
    """
    known = load_known_alerts()
    judge = Judge(evidence, interval, known)
    verdicts = [*judge.judge_rules(list(list_versioned_rules())), *judge.judge_sources(), *judge.judge_scheduler()]
    occasion = Occasion(
        cause=TransitionCause.CAPTURE,
        batch=f"slot:{evidence.slot.isoformat()}",
        slot=evidence.slot,
        now=evidence.read_at,
        snapshot_id=evidence.snapshot_id,
    )
    record_verdicts(verdicts, occasion)


def reevaluate_rules(*, latest: MonitoringSnapshot | None, clock: DatabaseClock, interval: timedelta) -> None:
    """Judge rules that are not yet judged by their present version, in a fixed number of statements.

    Needs the lock of the capture.

    Args:
        latest: The snapshot to judge them on. Without one only those end that were switched off or deleted.
        clock: The time and the running slot.
        interval: Length of a slot.
    """
    rules = list(list_versioned_rules())
    known = load_known_alerts()
    judge = Judge(_describe_latest(latest, clock), interval, known)
    verdicts = [*judge.judge_changes(rules)] if latest and latest.slot else [*judge.stop_rules(rules)]
    occasion = Occasion(
        cause=TransitionCause.EDIT,
        batch=f"edit:{uuid4().hex}",
        slot=judge.evidence.slot,
        now=clock.now,
        snapshot_id=judge.evidence.snapshot_id,
    )
    record_verdicts(verdicts, occasion)


def _describe_latest(latest: MonitoringSnapshot | None, clock: DatabaseClock) -> Evidence:
    if latest is None or latest.slot is None:
        return Evidence(snapshot_id=None, slot=clock.slot, read_at=clock.now, values={}, sources={})
    return Evidence(
        snapshot_id=latest.pk,
        slot=latest.slot,
        read_at=latest.created_at,
        values={name: getattr(latest, name) for name in METRIC_BY_NAME},
        sources={source: at and datetime.fromisoformat(at) for source, at in latest.sources.items()},
    )


class Judge:
    """Judges alerts on one snapshot.

    Args:
        evidence: The snapshot.
        interval: Length of a slot.
        known: The alerts as they stand.
    """

    def __init__(self, evidence: Evidence, interval: timedelta, known: Sequence[KnownAlert]) -> None:
        self.evidence = evidence
        self.interval = interval
        self.max_age = timedelta(hours=settings.SOURCE_MAX_AGE_HOURS)
        self.by_rule = {one.alert.rule_id: one for one in known if one.alert.rule_id is not None}
        self.by_source = {one.alert.source: one for one in known if one.alert.kind == AlertKind.SOURCE}
        self.schedulers = [one for one in known if one.alert.kind == AlertKind.SCHEDULER]

    def judge_rules(self, rules: Sequence[AlertRule]) -> Iterator[Verdict]:
        """Yield what becomes of the alerts of rules, those of rules that are gone included.

        Args:
            rules: All rules, see `list_versioned_rules`.
        """
        for rule in rules:
            if rule.is_active:
                yield self._judge_rule(rule, self.by_rule.get(rule.pk))
        yield from self.stop_rules(rules)

    def judge_changes(self, rules: Sequence[AlertRule]) -> Iterator[Verdict]:
        """Yield what becomes of the alerts of rules whose present version has not judged anything yet.

        Args:
            rules: All rules, see `list_versioned_rules`.
        """
        for rule in rules:
            known = self.by_rule.get(rule.pk)
            if rule.is_active and (known is None or known.alert.rule_version_id != known.latest_version_id):
                yield self._judge_rule(rule, known)
        yield from self.stop_rules(rules)

    def stop_rules(self, rules: Sequence[AlertRule]) -> Iterator[Verdict]:
        """Yield what becomes of the alerts of rules that were switched off or deleted since they were last judged."""
        is_active = {rule.pk: rule.is_active for rule in rules}
        for rule_id, known in self.by_rule.items():
            reason = Reason.RULE_DISABLED if rule_id in is_active else Reason.RULE_DELETED
            if not is_active.get(rule_id) and known.latest_version_id != known.alert.rule_version_id:
                yield self._stop(known, reason)

    def judge_sources(self) -> Iterator[Verdict]:
        """Yield what becomes of the alerts of sources; one that never delivered has none."""
        for source in WATCHED_SOURCES:
            last_good_at = self.evidence.sources.get(source)
            if last_good_at is None:
                continue
            known = self.by_source.get(source)
            alert = known.alert if known else Alert(kind=AlertKind.SOURCE, source=source)
            track = known.track if known else Track()
            is_old = is_too_old(source, last_good_at, at=self.evidence.read_at, max_age=self.max_age)
            reading = Reading.BREACH if is_old else Reading.CLEAR
            value = (self.evidence.read_at - last_good_at) // HOUR
            observation = self._observe(track, reading, value)
            yield Verdict(
                alert=alert,
                before=known,
                step=advance(track, observation, Terms()),
                observation=observation,
                severity=Severity.WARNING,
                data={"source": source, "last_good_at": last_good_at.isoformat()},
            )

    def judge_scheduler(self) -> Iterator[Verdict]:
        """Yield the end of the alert that the scheduler is late: here is a snapshot."""
        for known in self.schedulers:
            observation = self._observe(known.track, Reading.CLEAR, None)
            yield Verdict(
                alert=known.alert,
                before=known,
                step=advance(known.track, observation, Terms()),
                observation=observation,
                severity=Severity.CRITICAL,
            )

    def _judge_rule(self, rule: AlertRule, known: KnownAlert | None) -> Verdict:
        track = known.track if known else Track()
        condition = Condition(rule.threshold_type, rule.threshold_value, rule.recovery_threshold)
        reading, value, detail = self._read(rule, condition)
        observation = self._observe(track, reading, value)
        terms = Terms(rule.pending_slots, rule.recover_slots)
        if known and known.alert.rule_version_id != rule.version_id:  # type: ignore[attr-defined]  # annotated
            step = self._revise(known, rule, observation, terms, is_worse_above=condition.is_worse_above)
        else:
            step = advance(track, observation, terms, is_worse_above=condition.is_worse_above)
        return Verdict(
            alert=known.alert if known else Alert(kind=AlertKind.RULE, rule_id=rule.pk),
            before=known,
            step=step,
            observation=observation,
            severity=rule.severity,
            health_detail=detail,
            version_id=rule.version_id,  # type: ignore[attr-defined]  # annotated
            data=_describe_terms(rule),
        )

    def _revise(
        self, known: KnownAlert, rule: AlertRule, observation: Observation, terms: Terms, *, is_worse_above: bool
    ) -> Step:
        before = known.alert.rule_version
        is_comparable = before is None or (before.metric, before.threshold_type) == (rule.metric, rule.threshold_type)
        return revise(known.track, observation, terms, is_comparable=is_comparable, is_worse_above=is_worse_above)

    def _stop(self, known: KnownAlert, reason: Reason) -> Verdict:
        slot = max(known.track.last_slot or self.evidence.slot, self.evidence.slot)
        version = known.alert.rule_version
        return Verdict(
            alert=known.alert,
            before=known,
            step=stop(known.track, slot=slot, reason=reason),
            observation=None,
            severity=known.episode.severity if known.episode else Severity.WARNING,
            version_id=known.latest_version_id,
            data=_describe_terms(version) if version else {},
        )

    def _read(self, rule: AlertRule, condition: Condition) -> tuple[Reading, int | None, str]:
        """Return what the snapshot says about a rule, the value, and why it says nothing."""
        if rule.metric not in METRIC_BY_NAME:
            return Reading.ERROR, None, UNKNOWN_METRIC
        value = self.evidence.values.get(rule.metric)
        old = list_old_sources(rule.metric, self.evidence.sources, at=self.evidence.read_at, max_age=self.max_age)
        return read_value(value, condition, is_degraded=bool(old)), value, ",".join(old)

    def _observe(self, track: Track, reading: Reading, value: int | None) -> Observation:
        last = track.last_slot
        missed = (self.evidence.slot - last) // self.interval - 1 if last else 0
        return Observation(self.evidence.slot, reading, value, max(0, missed))


def _describe_terms(rule: AlertRule | AlertRuleVersion) -> dict[str, object]:
    return {
        "rule_name": rule.name,
        "metric": rule.metric,
        "threshold_type": rule.threshold_type,
        "threshold_value": rule.threshold_value,
        "recovery_threshold": rule.recovery_threshold,
    }
