"""What messages say, in the active language: sentences without any layout."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from monitoring.alert_wording import describe_health, name_alert
from monitoring.domain.alerting.flapping import MOST_FIRINGS, STABLE_SLOTS, WINDOW
from monitoring.domain.alerting.words import MessageKind, Reason
from monitoring.domain.alerts import AlertSeverity, ThresholdSide, is_breached
from monitoring.domain.contributors import AccountSubject, BundleSubject, Contributor
from monitoring.domain.explanations import explain_contributor
from monitoring.models import AlertKind, HealthChoice, StateChoice
from monitoring.services.notices import Notice
from monitoring.wording import describe_length, name_metric, render
from supplybrain.charts import format_amount, format_moment

HEADLINES: Mapping[str, str] = {
    MessageKind.RESOLVED: _("Resolved: %(title)s"),
    MessageKind.CLOSED: _("Closed: %(title)s"),
    MessageKind.FLAPPING: _("Comes and goes: %(title)s"),
    MessageKind.CALM: _("No longer comes and goes: %(title)s"),
    MessageKind.CHANNEL_DISABLED: _("Channel switched off: %(title)s"),
    MessageKind.DELIVERY_DEAD: _("Message not delivered: %(title)s"),
    MessageKind.TEST: _("Test message: %(title)s"),
}
FIRING_HEADLINES: Mapping[tuple[str, str], str] = {
    (MessageKind.FIRING, AlertSeverity.CRITICAL): _("Critical: %(title)s"),
    (MessageKind.FIRING, AlertSeverity.WARNING): _("Warning: %(title)s"),
    (MessageKind.REMINDER, AlertSeverity.CRITICAL): _("Still critical: %(title)s"),
    (MessageKind.REMINDER, AlertSeverity.WARNING): _("Still a warning: %(title)s"),
}
COMPARISONS: Mapping[tuple[str, bool], str] = {
    (ThresholdSide.ABOVE, True): _("%(metric)s is %(value)s, which is above %(threshold)s."),
    (ThresholdSide.ABOVE, False): _("%(metric)s is %(value)s, which is not above %(threshold)s."),
    (ThresholdSide.BELOW, True): _("%(metric)s is %(value)s, which is below %(threshold)s."),
    (ThresholdSide.BELOW, False): _("%(metric)s is %(value)s, which is not below %(threshold)s."),
}
RECOVERIES: Mapping[str, str] = {
    ThresholdSide.ABOVE: _("It is over at %(recovery)s or less."),
    ThresholdSide.BELOW: _("It is over at %(recovery)s or more."),
}
CLOSINGS: Mapping[str, str] = {
    Reason.RULE_CHANGED: _("The rule was changed. By what it says now there is no breach; nothing has recovered."),
    Reason.RULE_DISABLED: _("The rule was switched off. Nobody watches the value any more; nothing has recovered."),
    Reason.RULE_DELETED: _("The rule was deleted. Nobody watches the value any more; nothing has recovered."),
}
ASKS_TO_ACT = frozenset({MessageKind.FIRING, MessageKind.REMINDER, MessageKind.FLAPPING})
CLIPPED = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What one message says, in words.

    Attributes:
        title: What it is about.
        headline: What happened to that, in one line.
        sentences: The facts, the most important one first.
        advice: What the rule's author has to say.
        people: Heads the contributors; empty without any.
        contributors: Who is behind the value, one line each.
        link: Where to look, or empty.
    """

    title: str
    headline: str
    sentences: Sequence[str]
    advice: str = ""
    people: str = ""
    contributors: Sequence[str] = ()
    link: str = ""


def tell(notice: Notice) -> Story:
    """Return what a notice says, in the active language.

    Args:
        notice: What to say. Values that it lacks are passed over.
    """
    title = name_notice(notice)
    headline = FIRING_HEADLINES.get((notice.kind, notice.severity)) or HEADLINES[notice.kind]
    contributors = [write_contributor(one, notice.bundle_type_names) for one in notice.contributors]
    return Story(
        title=title,
        headline=gettext(headline) % {"title": title},
        sentences=list(_list_sentences(notice)),
        advice=notice.description.strip() if notice.kind in ASKS_TO_ACT else "",
        people=_head_contributors(notice) if contributors else "",
        contributors=contributors,
        link=notice.link,
    )


def name_notice(notice: Notice) -> str:
    """Return what a notice is about, on one line."""
    if notice.alert_kind:
        name = name_alert(notice.alert_kind, notice.rule_name, notice.source)
    else:
        name = str(notice.data.get("channel", ""))
    return " ".join(name.split())


def write_contributor(contributor: Contributor, bundle_type_names: Mapping[int, str]) -> str:
    """Return who contributes and why, on one line."""
    subject = contributor.subject
    name = subject.name if isinstance(subject, AccountSubject) else subject.article_code
    if isinstance(subject, BundleSubject):
        name = f"{name}, {bundle_type_names[subject.bundle_type_id]}"
    return f"{name}: {render(explain_contributor(contributor))}"


def _head_contributors(notice: Notice) -> str:
    count, shown = notice.n_contributors or 0, len(notice.contributors)
    if count == shown:
        return gettext("Who is behind it:")
    words = ngettext(
        "Who is behind it, the first %(shown)s of %(count)s:",
        "Who is behind it, the first %(shown)s of %(count)s:",
        count,
    )
    return words % {"shown": format_amount(shown), "count": format_amount(count)}


def _list_sentences(notice: Notice) -> Iterator[str]:
    if notice.alert_kind == AlertKind.RULE:
        yield from _tell_value(notice)
    if notice.alert_kind == AlertKind.SOURCE:
        yield from _tell_source(notice)
    if notice.alert_kind == AlertKind.SCHEDULER:
        yield from _tell_scheduler(notice)
    yield from _tell_course(notice)
    yield from _tell_special(notice)


def _tell_value(notice: Notice) -> Iterator[str]:
    data = notice.data
    value, side, threshold = data.get("value"), data.get("threshold_type"), data.get("threshold_value")
    if value is None or side is None or threshold is None:
        return
    breached = is_breached(value, threshold_type=side, threshold_value=threshold)
    yield gettext(COMPARISONS[side, breached]) % {
        "metric": name_metric(notice.metric),
        "value": format_amount(value),
        "threshold": format_amount(threshold),
    }
    if why := describe_health(data.get("health", HealthChoice.OK), data.get("health_detail", "")):
        yield gettext("That is the last value known. The alert cannot be judged now: %(why)s.") % {"why": why}
    recovery = data.get("recovery_threshold")
    if recovery is not None and notice.kind in ASKS_TO_ACT:
        yield gettext(RECOVERIES[side]) % {"recovery": format_amount(recovery)}


def _tell_source(notice: Notice) -> Iterator[str]:
    if last := _read_moment(notice, "last_good_at"):
        yield gettext("They last came on %(moment)s UTC.") % {"moment": format_moment(last)}
    if notice.kind in ASKS_TO_ACT:
        yield gettext("Until they come again, no alert that is built on them opens or ends.")


def _tell_scheduler(notice: Notice) -> Iterator[str]:
    if notice.kind in ASKS_TO_ACT:
        if last := _read_moment(notice, "last_good_at"):
            yield gettext("The last snapshot was stored on %(moment)s UTC.") % {"moment": format_moment(last)}
        yield gettext(
            "What pages and alerts say is as old as the last snapshot. Look whether worker, beat and Redis are running."
        )
    elif notice.kind == MessageKind.RESOLVED:
        yield gettext("Snapshots are stored again.")


def _tell_course(notice: Notice) -> Iterator[str]:
    """Yield since when it has been so, or how long it took, and how bad it was."""
    since, seconds = _read_moment(notice, "since"), notice.data.get("duration_seconds")
    if notice.kind in ASKS_TO_ACT and since:
        yield gettext("It has been so since %(moment)s UTC.") % {"moment": format_moment(since)}
    if seconds is not None:
        is_over = notice.kind == MessageKind.RESOLVED
        words = gettext("It lasted %(length)s.") if is_over else gettext("It was open for %(length)s.")
        yield words % {"length": describe_length(timedelta(seconds=seconds))}
    peak = notice.data.get("peak_value")
    if peak is not None and peak != notice.data.get("value") and notice.alert_kind == AlertKind.RULE:
        yield gettext("The worst value was %(value)s.") % {"value": format_amount(peak)}


def _tell_special(notice: Notice) -> Iterator[str]:
    """Yield what only messages of one kind say."""
    data = notice.data
    match notice.kind:
        case MessageKind.CLOSED:
            reason = data["reason"]
            yield gettext(CLOSINGS[reason])
        case MessageKind.FLAPPING:
            yield gettext(
                "It fired %(times)s times within %(hours)s hours. "
                "There will be no more messages about it until it has not changed for %(slots)s snapshots."
            ) % {"times": MOST_FIRINGS, "hours": WINDOW // timedelta(hours=1), "slots": STABLE_SLOTS}
        case MessageKind.CALM:
            state = StateChoice(data["state"]).label
            yield gettext("It has not changed for a while. It is %(state)s, and is told of again.") % {"state": state}
        case MessageKind.CHANNEL_DISABLED:
            yield gettext("It refuses messages for good: %(error)s") % {"error": data.get("error", "")}
            yield gettext("Nothing is sent there until somebody corrects it and switches it on again.")
        case MessageKind.DELIVERY_DEAD:
            yield gettext("It was given up after the last failure: %(error)s") % {"error": data.get("error", "")}
        case MessageKind.TEST:
            yield gettext("If you can read this, messages about alerts arrive here.")


def _read_moment(notice: Notice, name: str) -> datetime | None:
    written = notice.data.get(name)
    return datetime.fromisoformat(written) if written else None
