"""What the page of an alert rule shows around its form."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from monitoring.admin.contributors import ContributorTable, tabulate_contributors
from monitoring.admin.permissions import may_see
from monitoring.admin.rule_charts import build_rule_chart
from monitoring.admin.rule_words import RuleState, describe_state, tabulate
from monitoring.admin.standing import describe_freshness
from monitoring.admin.trials import TrialForm, read_trial
from monitoring.domain.alerts import Rule
from monitoring.domain.freshness import FreshnessState
from monitoring.domain.metrics import METRIC_BY_NAME
from monitoring.models import AlertRule
from monitoring.selectors.latest import find_latest_and_clock
from monitoring.services.freshness import measure_freshness
from monitoring.services.interval import get_interval
from monitoring.services.rule_backtest import Condition, RuleBacktest, backtest_rule, load_history
from monitoring.wording import name_metric
from supplybrain.audit.changes import ChangeEntry, list_changes
from supplybrain.charts import LineChart

MOST_CHANGES = 20
FORM = "alertrule_form"  # the id that unfold gives it


@dataclass(kw_only=True)
class RulePage:
    """What there is to show; what is None has nothing to show, or is nothing for this user.

    Args:
        freshness: A warning if the latest snapshot is old; empty if it is fresh.
        is_known: Whether the metric of the rule is in the registry.
        tried_chart: What other terms look like.
        take_over_url: The page with the tried terms in its form; empty if there is nothing to take over.
        figures: Saved and tried terms side by side, see `rule_words.tabulate`.
    """

    trial: TrialForm
    may_edit: bool
    freshness: str = ""
    is_known: bool = True
    state: RuleState | None = None
    chart: LineChart | None = None
    contributors: ContributorTable | None = None
    tried_chart: LineChart | None = None
    take_over_url: str = ""
    figures: list[list[str]] = field(default_factory=list)
    changes: list[ChangeEntry] | None = None


def build_rule_page(request: HttpRequest, stored: Rule | None, *, may_edit: bool) -> RulePage:
    """Return what the page shows around the form, in nine statements at most.

    Args:
        request: Whose permissions count, and what to try.
        stored: The rule as it is saved; None for one that is to be added.
        may_edit: Whether the user may save it.
    """
    page = RulePage(trial=read_trial(request, stored), may_edit=may_edit)
    if may_see(request, "monitoring.monitoringsnapshot"):
        _add_history(request, page, stored)
    if stored and stored.rule_id:
        page.changes = list_changes(model=AlertRule, object_id=stored.rule_id, limit=MOST_CHANGES)
    return page


def _add_history(request: HttpRequest, page: RulePage, stored: Rule | None) -> None:
    latest, clock = find_latest_and_clock(interval=get_interval())
    freshness = measure_freshness(latest, clock)
    if latest is None or freshness.state is not FreshnessState.FRESH:
        page.freshness = describe_freshness(freshness, latest, now=clock.now)
    page.is_known = stored is None or stored.metric in METRIC_BY_NAME
    saved = _backtest_saved(stored, clock.slot) if stored and page.is_known else None
    if saved and stored:
        page.state = describe_state(saved, is_active=stored.is_active)
        page.chart = build_rule_chart(saved, chart_id="saved", title=_("The last 90 days"))
        if latest:
            page.contributors = tabulate_contributors(request, snapshot_id=latest.pk, metric=stored.metric)
    _add_trial(page, saved, clock.slot)


def _backtest_saved(stored: Rule, slot: datetime) -> RuleBacktest:
    history = load_history(metric=stored.metric, slot=slot)
    return backtest_rule(history=history, condition=Condition(stored.threshold_type, stored.threshold_value))


def _add_trial(page: RulePage, saved: RuleBacktest | None, slot: datetime) -> None:
    """Put what was tried beside what is saved; alone, if it is the same or nothing is saved."""
    backtests = [(_("Saved"), saved)] if saved else []
    if page.trial.is_valid():
        metric = page.trial.cleaned_data["metric"]
        history = saved.history if saved and saved.history.metric == metric else load_history(metric=metric, slot=slot)
        tried = backtest_rule(history=history, condition=page.trial.condition)
        if saved is None or (history.metric, tried.condition) != (saved.history.metric, saved.condition):
            backtests.append((_("Tried, not saved"), tried))
            title = _("%(metric)s with the tried threshold") % {"metric": name_metric(metric)}
            if page.may_edit:
                page.take_over_url = f"?{urlencode(page.trial.cleaned_data)}#{FORM}"
            page.tried_chart = build_rule_chart(tried, chart_id="tried", title=title)
    page.figures = tabulate(backtests) if backtests else []
