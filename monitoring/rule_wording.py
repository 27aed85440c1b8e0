"""What is wrong with the terms of a rule, in the language of whoever typed them."""

from django.utils.translation import gettext as _

from monitoring.domain.alerts import ThresholdSide, is_breached


def explain_recovery(threshold_type: str, threshold: int, recovery: int | None) -> str:
    """Return why an alert cannot end at a recovery threshold; empty if it can.

    Args:
        threshold_type: `above` or `below`.
        threshold: The threshold.
        recovery: The recovery threshold, None without one.
    """
    if recovery is None or not is_breached(recovery, threshold_type=threshold_type, threshold_value=threshold):
        return ""
    words = (
        _(
            "%(recovery)s lies beyond the threshold %(threshold)s: the alert would end while in breach. For a rule "
            "that is breached above, choose the threshold or less, or leave it out."
        )
        if threshold_type == ThresholdSide.ABOVE
        else _(
            "%(recovery)s lies beyond the threshold %(threshold)s: the alert would end while in breach. For a rule "
            "that is breached below, choose the threshold or more, or leave it out."
        )
    )
    return words % {"recovery": recovery, "threshold": threshold}
