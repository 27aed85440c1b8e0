"""Charts in words, for those who do not see them."""

from collections.abc import Sequence
from itertools import groupby

from django.utils.translation import gettext, ngettext

from supplybrain.charts.parts import Mark, Series, ShadedRange, Threshold
from supplybrain.charts.words import Moment, format_amount, format_moment


def describe_series(series: Series, x: Sequence[Moment | str]) -> str:
    """Return a series in a sentence: its last, lowest and highest value and where they are.

    Args:
        series: The series.
        x: Its axis, as long as the values.
    """
    known = [(value, at) for at, value in enumerate(series.values) if value is not None]
    if not known:
        return gettext("%(name)s: no values.") % {"name": series.name}
    low, high, last = min(known), max(known), known[-1]
    # equal values would name different places: the first of the highest, as of the lowest
    high = (high[0], next(at for value, at in known if value == high[0]))
    words = gettext(
        "%(name)s: last %(last)s (%(last_at)s), lowest %(low)s (%(low_at)s), highest %(high)s (%(high_at)s)."
    )
    places = {"last": last, "low": low, "high": high}
    values = {key: format_amount(value) for key, (value, _at) in places.items()}
    moments = {f"{key}_at": format_moment(x[at]) for key, (_value, at) in places.items()}
    return words % {"name": series.name, **values, **moments}


def describe_thresholds(thresholds: Sequence[Threshold]) -> list[str]:
    """Return a sentence per threshold."""
    return [f"{threshold.label}: {format_amount(threshold.value)}." for threshold in thresholds]


def describe_ranges(shaded: Sequence[ShadedRange]) -> list[str]:
    """Return a sentence per kind of shaded range: how many there are and when the last one was."""
    sentences = []
    for label, group in groupby(sorted(shaded, key=lambda one: one.label), key=lambda one: one.label):
        ranges = list(group)
        last = max(ranges, key=lambda one: one.start)
        words = ngettext(
            "%(label)s: %(count)s time, from %(start)s to %(end)s.",
            "%(label)s: %(count)s times, the last from %(start)s to %(end)s.",
            len(ranges),
        )
        moments = {"start": format_moment(last.start), "end": format_moment(last.end)}
        sentences.append(words % {"label": label, "count": len(ranges), **moments})
    return sentences


def describe_marks(marks: Sequence[Mark]) -> list[str]:
    """Return a sentence per kind of mark: where it is, or how many there are."""
    sentences = []
    for label, group in groupby(sorted(marks, key=lambda mark: mark.label), key=lambda mark: mark.label):
        places = [format_moment(mark.x) for mark in group]
        if len(places) == 1:  # no plural form: Russian has one for 1, 21 and 31 together
            words = gettext("%(label)s: %(place)s.")
        else:
            words = ngettext("%(label)s: %(count)s time.", "%(label)s: %(count)s times.", len(places))
        sentences.append(words % {"label": label, "place": places[0], "count": len(places)})
    return sentences
