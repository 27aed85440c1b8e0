"""What is shown of a bundle, an order or an account: its columns, whether it stands there once or then and now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from monitoring.admin.tiles import TONES
from monitoring.domain.contributors import AccountDetails, Details
from monitoring.domain.metrics import Explanation
from monitoring.wording import name_state
from planning_core.wording import SMALL, write_number
from supplybrain.charts import Tone, format_amount, format_moment
from supplybrain.charts.words import DASH


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Args:
        show: The text of a cell.
        tone: The colour of a cell, if it has one.
    """

    label: Promise
    show: Callable[[Any], str]
    tone: Callable[[Any], Tone | None] = lambda _details: None
    is_number: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of what is, or of what was and what is.

    Args:
        before: What was; the same as `text` where nothing changed, or where only one moment is shown.
    """

    label: str
    text: str
    before: str
    tone: Tone | None
    before_tone: Tone | None
    is_number: bool

    @property
    def is_changed(self) -> bool:
        """Whether there are two different things to show."""
        return self.before != self.text


def show_rate(rate: float) -> str:
    """Return how much sells a day: digits that count, however small it is."""
    return write_number(rate, get_language()) if 0 < abs(rate) < SMALL else format_amount(rate)


def _name_activity(account: AccountDetails) -> str:
    return name_state("active" if account.is_active else "inactive")


ORDERED = gettext_lazy("To order, pieces")
SOLD = Column(gettext_lazy("Sold a day"), lambda details: show_rate(details.avg_daily_sales))
BUNDLE_COLUMNS = (
    Column(
        gettext_lazy("Risk"),
        lambda bundle: name_state(bundle.risk_level),
        lambda bundle: TONES[f"risk_{bundle.risk_level}"],
        is_number=False,
    ),
    Column(gettext_lazy("Lasts, days"), lambda bundle: format_amount(bundle.days_of_cover)),
    Column(gettext_lazy("Bundles"), lambda bundle: format_amount(bundle.total_available_bundles)),
    SOLD,
)
ORDER_COLUMNS = (
    Column(ORDERED, lambda order: format_amount(order.final_order_qty)),
    Column(gettext_lazy("Deficit"), lambda order: format_amount(order.base_deficit)),
    Column(gettext_lazy("At Wildberries"), lambda order: format_amount(order.current_stock)),
    SOLD,
)
ACCOUNT_COLUMNS = (
    Column(
        gettext_lazy("State"),
        _name_activity,
        lambda account: Tone.GOOD if account.is_active else Tone.NEUTRAL,
        is_number=False,
    ),
    Column(
        gettext_lazy("Last good sync (UTC)"),
        lambda account: format_moment(account.last_good_sync_at) if account.last_good_sync_at else DASH,
        is_number=False,
    ),
)
COLUMNS: Mapping[Explanation, Sequence[Column]] = {
    Explanation.BUNDLE_RISK_LEVELS: BUNDLE_COLUMNS,
    Explanation.ORDER_REASONS: ORDER_COLUMNS,
    Explanation.WB_ACCOUNTS: ACCOUNT_COLUMNS,
    Explanation.MS_ACCOUNTS: ACCOUNT_COLUMNS,
}

SETTINGS: Mapping[str, Promise] = {
    "safety_stock_days": gettext_lazy("safety stock, days"),
    "alert_threshold_days": gettext_lazy("alert threshold, days"),
    "target_coverage_days": gettext_lazy("days to cover"),
    "strictness": gettext_lazy("strictness"),
    "min_fabric_batch": gettext_lazy("fabric minimum, pieces"),
    "min_elastic_batch": gettext_lazy("elastic minimum, pieces"),
    "elastic_type_minimum": gettext_lazy("minimum of the elastic type, pieces"),
}
"""What people set, among the details."""


def build_cells(kind: Explanation, details: Details) -> list[Cell]:
    """Return one row of what is."""
    return [_build_cell(column, details, details) for column in COLUMNS[kind]]


def build_changed_cells(kind: Explanation, before: Details | None, after: Details | None) -> list[Cell]:
    """Return one row of what was and what is; None where it was not there, or is not."""
    first, *others = COLUMNS[kind]
    return [
        _build_cell(first, before, after, absent=_("not there")),
        *(_build_cell(column, before, after) for column in others),
    ]


def build_order_cell(before: int | None, after: int | None) -> Cell:
    """Return what was and what is ordered of an article; None where it is not planned."""
    return Cell(
        label=str(ORDERED),
        before=format_amount(before),
        text=format_amount(after),
        before_tone=None,
        tone=None,
        is_number=True,
    )


def list_setting_changes(before: Details | None, after: Details | None) -> Iterator[str]:
    """Yield every setting that differs, in a sentence."""
    for name, label in SETTINGS.items():
        then, now = getattr(before, name, None), getattr(after, name, None)
        if then is not None and now is not None and then != now:
            words = _("%(setting)s: from %(before)s to %(after)s")
            yield words % {"setting": label, "before": format_amount(then), "after": format_amount(now)}


def _build_cell(column: Column, before: Details | None, after: Details | None, *, absent: str = DASH) -> Cell:
    then, now = (absent if one is None else column.show(one) for one in (before, after))
    tones = [None if one is None else column.tone(one) for one in (before, after)]
    return Cell(
        label=str(column.label), text=now, before=then, before_tone=tones[0], tone=tones[1], is_number=column.is_number
    )
