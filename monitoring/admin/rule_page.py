"""What the page of an alert rule shows around its form."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from monitoring.admin.contributors import ContributorTable, tabulate_contributors
from monitoring.admin.headlines import Headline
from monitoring.admin.permissions import may_see
from monitoring.admin.rule_charts import build_rule_chart
from monitoring.admin.rule_words import describe_state, tabulate
from monitoring.admin.standing import describe_freshness
from monitoring.admin.trials import TrialForm, read_trial
from monitoring.domain.freshness import FreshnessState
from monitoring.domain.metrics import METRIC_BY_NAME
from monitoring.models import AlertRule, Severity
from monitoring.selectors.latest import find_latest_and_clock
from monitoring.selectors.rule_alerts import RuleAlert, load_rule_alerts
from monitoring.services.freshness import measure_freshness
from monitoring.services.interval import get_interval
from monitoring.services.rule_backtest import RuleTerms, backtest_rules
from monitoring.wording import name_metric
from supplybrain.audit.changes import ChangeEntry, list_changes
from supplybrain.charts import LineChart

MOST_CHANGES = 20
FORM = "alertrule_form"  # the id that unfold gives it


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRule:
    """A rule as it is saved: forms write into its row before they are valid."""

    rule_id: int
    version: int
    is_active: bool
    terms: RuleTerms


@dataclass(kw_only=True)
class RulePage:
    """What there is to show; what is None has nothing to show, or is nothing for this user.

    Args:
        freshness: A warning if the latest snapshot is old; empty if it is fresh.
        is_known: Whether the metric of the rule is in the registry.
        version: Of the rule as it is saved; None for one that is to be added.
        episode_url: The page of the open episode, episodes_url the list of all of them.
        tried_chart: What other terms look like.
        take_over_url: The page with the tried terms in its form; empty if there is nothing to take over.
        figures: Saved and tried terms side by side, see `rule_words.tabulate`.
    """

    trial: TrialForm
    may_edit: bool
    freshness: str = ""
    is_known: bool = True
    version: int | None = None
    state: Headline | None = None
    episode_url: str = ""
    episodes_url: str = ""
    chart: LineChart | None = None
    contributors: ContributorTable | None = None
    tried_chart: LineChart | None = None
    take_over_url: str = ""
    figures: list[list[str]] = field(default_factory=list)
    changes: list[ChangeEntry] | None = None


def build_rule_page(request: HttpRequest, stored: SavedRule | None, *, may_edit: bool) -> RulePage:
    """Return what the page shows around the form, in eleven statements at most.

    Args:
        request: Whose permissions count, and what to try.
        stored: The rule as it is saved; None for one that is to be added.
        may_edit: Whether the user may save it.
    """
    page = RulePage(trial=read_trial(request, stored.terms if stored else None), may_edit=may_edit)
    if stored:
        page.version = stored.version
        page.changes = list_changes(model=AlertRule, object_id=stored.rule_id, limit=MOST_CHANGES)
    if may_see(request, "monitoring.monitoringsnapshot"):
        _add_history(request, page, stored)
    return page


def _add_history(request: HttpRequest, page: RulePage, stored: SavedRule | None) -> None:
    latest, clock = find_latest_and_clock(interval=get_interval())
    freshness = measure_freshness(latest, clock)
    if latest is None or freshness.state is not FreshnessState.FRESH:
        page.freshness = describe_freshness(freshness, latest, now=clock.now)
    page.is_known = stored is None or stored.terms.metric in METRIC_BY_NAME
    if stored:
        value = getattr(latest, stored.terms.metric) if latest and page.is_known else None
        known = load_rule_alerts([stored.rule_id]).get(stored.rule_id)
        page.state = describe_state(known, stored.terms, value, is_active=stored.is_active)
        if may_see(request, "monitoring.alertepisode"):
            _add_episode_links(page, stored, known)
        if latest and page.is_known:
            page.contributors = tabulate_contributors(request, snapshot_id=latest.pk, metric=stored.terms.metric)
    _add_backtests(page, stored, clock.slot)


def _add_episode_links(page: RulePage, stored: SavedRule, known: RuleAlert | None) -> None:
    page.episodes_url = f"{reverse('admin:monitoring_alertepisode_changelist')}?rule={stored.rule_id}"
    if known and known.episode_id:
        page.episode_url = reverse("admin:monitoring_alertepisode_change", args=[known.episode_id])


def _add_backtests(page: RulePage, stored: SavedRule | None, slot: datetime) -> None:
    """Put what was tried beside what is saved; alone, if it is the same or nothing is saved."""
    saved = stored.terms if stored and page.is_known else None
    severity = stored.terms.severity if stored else Severity.WARNING.value
    tried = page.trial.read_terms(severity) if page.trial.is_valid() else None
    if tried == saved:
        tried = None
    named = [(_("Saved"), saved), (_("Tried, not saved"), tried)]
    terms = [(name, one) for name, one in named if one]
    backtests = backtest_rules(terms=[one for _name, one in terms], slot=slot)
    for backtest in backtests:
        if backtest.terms is saved:
            page.chart = build_rule_chart(backtest, chart_id="saved", title=_("The last 90 days"))
        else:
            title = _("%(metric)s with the tried terms") % {"metric": name_metric(backtest.terms.metric)}
            page.tried_chart = build_rule_chart(backtest, chart_id="tried", title=title)
            if page.may_edit:
                page.take_over_url = f"?{urlencode(page.trial.list_parameters())}#{FORM}"
    page.figures = tabulate([name for name, _one in terms], backtests) if backtests else []
