"""What alerts are called, in the language of whoever reads of them."""

from django.utils.translation import gettext as _

from monitoring.models import AlertKind
from planning_core.models import DataSource


def name_alert(kind: str, rule_name: str, source: str) -> str:
    """Return the title of an alert, in the active language.

    Args:
        kind: One of `AlertKind`.
        rule_name: What the rule is called, in the version that the alert was judged by; empty for other kinds.
        source: What is too old, by its name in the database; empty for other kinds. One that is no longer known is
            called by that name.
    """
    if kind == AlertKind.SOURCE:
        return _("The data of “%(source)s” are too old") % {"source": _name_source(source)}
    if kind == AlertKind.SCHEDULER:
        return _("Snapshots are late: the scheduler does not work")
    return rule_name


def _name_source(source: str) -> str:
    return str(DataSource(source).label) if source in DataSource.values else source
