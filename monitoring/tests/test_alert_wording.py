"""What alerts are called."""

import pytest
from django.utils.translation import override

from monitoring.alert_wording import name_alert
from monitoring.models import AlertKind


@pytest.mark.parametrize(
    ("kind", "rule_name", "source", "title"),
    [
        (AlertKind.RULE, "Too many at risk", "", "Too many at risk"),
        (AlertKind.SOURCE, "", "wb_stock", "The data of “stock at Wildberries” are too old"),
        (AlertKind.SOURCE, "", "fax", "The data of “fax” are too old"),
        (AlertKind.SCHEDULER, "", "", "Snapshots are late: the scheduler does not work"),
    ],
)
def test_an_alert_is_called_by_its_subject(kind: str, rule_name: str, source: str, title: str) -> None:
    with override("en"):
        assert name_alert(kind, rule_name, source) == title
