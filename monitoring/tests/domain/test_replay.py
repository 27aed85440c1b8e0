"""The replay of a long past, against stepping through every slot of it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.alerting.machine import Change, Terms, Track, advance
from monitoring.domain.alerting.past import CODE_OF, READINGS, Past, read_values
from monitoring.domain.alerting.readings import Condition, read_value
from monitoring.domain.alerting.replay import Replay, replay
from monitoring.domain.alerting.words import MessageKind, Reading, Reason
from monitoring.tests.domain import alert_oracle as oracle

START, QUARTER = datetime(2026, 1, 5, tzinfo=UTC), timedelta(minutes=15)
TERMS = st.builds(Terms, pending_slots=st.integers(1, 3), recover_slots=st.integers(1, 3))
Row = tuple[Reading, int | None, int]

# runs, as real histories have them: a reading, values, how often, slots missed before
RUNS = st.lists(
    st.tuples(
        st.sampled_from(READINGS), st.lists(st.none() | st.integers(-3, 3), min_size=1, max_size=12), st.integers(0, 3)
    ),
    max_size=40,
)


def make_past(rows: list[Row]) -> Past:
    places = np.cumsum([1 + missed for _reading, _value, missed in rows], dtype=np.int64)
    return Past(
        start=START,
        step=QUARTER,
        places=places,
        codes=np.array([CODE_OF[reading] for reading, _value, _missed in rows], dtype=np.uint8),
        values=np.array([value or 0 for _reading, value, _missed in rows], dtype=np.int64),
        is_known=np.array([value is not None for _reading, value, _missed in rows], dtype=np.bool_),
    )


def step_through(past: Past, terms: Terms, *, is_worse_above: bool) -> tuple[Track, list[Change], list[MessageKind]]:
    """Return the same, the slow way."""
    track, changes, messages = Track(), list[Change](), list[MessageKind]()
    for row in range(len(past)):
        step = advance(track, past.observe(row), terms, is_worse_above=is_worse_above)
        changes += [step.change] if step.change else []
        messages += step.messages
        track = step.track
    return track, changes, messages


@given(RUNS, TERMS, st.sampled_from([1, -1]))
def test_a_replay_is_what_stepping_through_every_slot_gives(
    runs: list[tuple[Reading, list[int | None], int]], terms: Terms, sign: int
) -> None:
    rows = [
        (reading, value, missed if at == 0 else 0)
        for reading, values, missed in runs
        for at, value in enumerate(values)
    ]
    past, is_worse_above = make_past(rows), sign > 0
    done = replay(past, terms, is_worse_above=is_worse_above)
    stepped = step_through(past, terms, is_worse_above=is_worse_above)
    assert (done.track, [one.change for one in done.changes], [one.kind for one in done.messages]) == stepped
    check_episodes(done, past, is_worse_above=is_worse_above)


def check_episodes(done: Replay, past: Past, *, is_worse_above: bool) -> None:
    """Check every episode against the slots that it spans."""
    worst = max if is_worse_above else min
    observations = [past.observe(row) for row in range(len(past))]
    for episode in done.episodes:
        inside = [
            one
            for one in observations
            if episode.opened_slot <= one.slot <= (episode.closed_slot or one.slot) and one.value is not None
        ]
        breaches = [one.value for one in inside if one.reading is Reading.BREACH]
        assert episode.peak_value == worst((value for value in breaches if value is not None), default=None)
        assert episode.last_slot == (episode.closed_slot or past.get_slot(len(past) - 1))
        assert episode.reason == (Reason.RECOVERED if episode.closed_slot else None)


@given(st.text("BHCNE", max_size=60), st.integers(1, 3), st.integers(1, 3))
def test_the_episodes_of_a_replay_are_those_of_the_oracle(text: str, pending: int, recover: int) -> None:
    letters = {"B": Reading.BREACH, "H": Reading.BETWEEN, "C": Reading.CLEAR, "N": Reading.NO_DATA, "E": Reading.ERROR}
    done = replay(make_past([(letters[letter], 1, 0) for letter in text]), Terms(pending, recover))
    found = [
        oracle.Episode(
            opened=number(one.opened_slot),
            fired=number(one.fired_slot),
            closed=number(one.closed_slot) if one.closed_slot else None,
            reason=one.reason or "",
            flaps=one.flap_count,
        )
        for one in done.episodes
    ]
    assert found == oracle.tell_episodes(text, pending, recover)


def number(slot: datetime) -> int:
    return (slot - START) // QUARTER - 1  # the first place of a past here is 1


def test_every_transition_knows_its_episode() -> None:
    rows: list[Row] = [(reading, None, 0) for reading in map(READINGS.__getitem__, [0, 2, 0, 0, 2, 0, 2, 2, 0, 0])]
    done = replay(make_past(rows), Terms(2, 2))
    assert [(one.change.to_state.value, one.episode) for one in done.changes] == [
        ("pending", None),
        ("inactive", None),
        ("pending", None),
        ("firing", 0),
        ("recovering", 0),
        ("firing", 0),
        ("recovering", 0),
        ("inactive", 0),
        ("pending", None),
        ("firing", 1),
    ]
    assert [episode.closed_slot is None for episode in done.episodes] == [False, True]


def test_a_flapping_alert_keeps_most_messages_back() -> None:
    rows: list[Row] = [(READINGS[code], None, 0) for code in [0, 2] * 5 + [2] * 8]
    told = replay(make_past(rows), Terms()).messages
    assert [(one.kind.value, one.is_quiet) for one in told[6:]] == [
        ("firing", True),
        ("flapping", False),
        ("resolved", True),
        ("firing", True),
        ("resolved", True),
        ("calm", False),
    ]


def test_nothing_seen_is_an_alert_at_rest() -> None:
    done = replay(make_past([]), Terms())
    assert (done.track, done.changes, done.episodes, done.messages) == (Track(), [], [], [])


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 6), st.booleans()), max_size=30),
    st.sampled_from([("above", 3, None), ("above", 3, 1), ("below", 3, None), ("below", 3, 5), ("above", 3, 3)]),
)
def test_many_values_are_read_as_one_is(
    values: list[tuple[int | None, bool]], terms: tuple[str, int, int | None]
) -> None:
    condition = Condition(*terms)
    codes = read_values(
        np.array([value or 0 for value, _old in values], dtype=np.int64),
        np.array([value is not None for value, _old in values], dtype=np.bool_),
        np.array([old for _value, old in values], dtype=np.bool_),
        condition,
    )
    assert [READINGS[code] for code in codes] == [
        read_value(value, condition, is_degraded=old) for value, old in values
    ]


@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_past_knows_how_many_slots_were_missed(row: int) -> None:
    past = make_past([(Reading.CLEAR, 1, 4), (Reading.CLEAR, 1, 0), (Reading.NO_DATA, None, 2)])
    assert past.observe(row).missed_slots == [0, 0, 2][row]
