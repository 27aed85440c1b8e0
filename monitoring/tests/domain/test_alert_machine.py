"""The state machine of alerts against an oracle that reads whole histories, and what must hold of any history."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import pytest

from monitoring.domain.alerting.machine import Observation, Step, Terms, Track, advance, revise, stop
from monitoring.domain.alerting.words import MessageKind, Reading, Reason
from monitoring.tests.domain import alert_oracle as oracle
from monitoring.tests.domain.alert_oracle import GAP_SLOTS, Episode

START, QUARTER = datetime(2026, 1, 5, tzinfo=UTC), timedelta(minutes=15)
LETTERS = {
    "B": Reading.BREACH,
    "H": Reading.BETWEEN,
    "C": Reading.CLEAR,
    "N": Reading.NO_DATA,
    "E": Reading.ERROR,
}
OVERLAYS = {MessageKind.FLAPPING, MessageKind.CALM}


@dataclass
class Walk:
    """A machine on its way through a history, and what it said on the way."""

    terms: Terms
    track: Track = field(default_factory=Track)
    slot: int = -1
    last: Step | None = None
    episodes: list[Episode] = field(default_factory=list)
    messages: list[tuple[int, MessageKind]] = field(default_factory=list)

    def branch(self) -> "Walk":
        """Return a walk that goes on from here by itself."""
        return Walk(self.terms, self.track, self.slot, self.last, self.episodes.copy(), self.messages.copy())

    def take(self, token: str) -> None:
        """Go on by a slot (`B`, `GB`), a stop (`X`) or a change of the rule (`Rb`)."""
        before = self.track
        if token == "X":
            self.last = stop(before, slot=self.moment, reason=Reason.RULE_DISABLED)
        elif token[0] == "R":
            self.last = revise(before, Observation(self.moment, LETTERS[token[1].upper()]), self.terms)
        else:
            missed = GAP_SLOTS * (token[0] == "G")
            self.slot += 1 + missed
            self.last = advance(before, Observation(self.moment, LETTERS[token[-1]], missed_slots=missed), self.terms)
        self.track = self.last.track
        self.messages += [(self.slot, kind) for kind in self.last.messages]
        self._note_episode(before)

    @property
    def moment(self) -> datetime:
        """The slot."""
        return START + self.slot * QUARTER

    def _note_episode(self, before: Track) -> None:
        change = self.last.change if self.last else None
        if change and change.opens_episode:
            self.episodes.append(Episode(count(self.track.first_breach_slot), count(self.track.fired_slot)))
        elif change and change.closes_episode:
            self.episodes[-1] = replace(
                self.episodes[-1], closed=self.slot, reason=change.reason.value, flaps=before.flap_count
            )
        elif self.track.has_episode:
            self.episodes[-1] = replace(self.episodes[-1], flaps=self.track.flap_count)


def count(slot: datetime | None) -> int:
    assert slot is not None
    return (slot - START) // QUARTER


def walk(text: str, pending: int, recover: int) -> Walk:
    found = Walk(Terms(pending, recover))
    for token in oracle.TOKENS.findall(text):
        found.take(token)
    return found


def check_step(walked: Walk, text: str, before: str) -> None:
    """Check what the last slot did, by the states that the oracle gives the histories with and without it."""
    after = oracle.tell_state(text, walked.terms.pending_slots, walked.terms.recover_slots)
    assert walked.last is not None
    assert walked.track.state == after, text
    assert walked.track.health == oracle.tell_health(text[-1]), text
    change = walked.last.change
    assert (change and (change.from_state, change.to_state, change.reason)) == (
        None if before == after else (before, after, oracle.REASONS[before, after])
    ), text
    told = change and oracle.tell_message(before, after, change.reason)
    assert [kind for kind in walked.last.messages if kind not in OVERLAYS] == ([told] if told else []), text
    silent = len(text) - len(text.rstrip("NE"))
    assert walked.track.stale_since == (walked.moment - (silent - 1) * QUARTER if silent else None), text


def walk_all(walked: Walk, text: str, length: int) -> Iterator[tuple[str, Walk]]:
    """Go on by every letter, and from there by every letter; yield the histories of full length."""
    for letter in LETTERS:
        after = walked.branch()
        after.take(letter)
        check_step(after, text + letter, walked.track.state)
        if length > 1:
            yield from walk_all(after, text + letter, length - 1)
        else:
            yield text + letter, after


@pytest.mark.parametrize(
    ("pending", "recover", "length"),
    [(1, 1, 7), (2, 2, 7)]
    + [(pending, recover, 5) for pending in (1, 2, 3) for recover in (1, 2, 3) if pending != recover or pending == 3],
)
def test_every_history_is_what_the_oracle_says(pending: int, recover: int, length: int) -> None:
    n_histories = 0
    for text, walked in walk_all(Walk(Terms(pending, recover)), "", length):
        n_histories += 1
        assert walked.episodes == oracle.tell_episodes(text, pending, recover), text
    assert n_histories == len(LETTERS) ** length


# Weights that make episodes of every length, and some flapping.
TOKENS = ["B", "H", "C", "N", "E", "GB", "GH", "GC", "GN", "GE", "X", "Rb", "Rh", "Rc", "Rn", "Re"]
WEIGHTS = list(accumulate([30, 8, 25, 6, 3, 4, 2, 3, 1, 1, 2, 3, 1, 2, 1, 1]))
ROOTS, BRANCHES, FORKS = 100, 4, 5
"""100 beginnings, each of which goes on in 4 ways, and so 5 times over: 1,024 histories that share what they can."""


def choose_token(rng: random.Random, walked: Walk) -> str:
    while True:
        token = rng.choices(TOKENS, cum_weights=WEIGHTS)[0]
        if walked.slot >= 0 or token[0] not in "XR":  # before the first slot there is nothing to judge
            return token


def go_on(walked: Walk, token: str) -> Walk:
    after = walked.branch()
    after.take(token)
    check_invariants(walked, token, after)
    return after


def check_invariants(before: Walk, token: str, after: Walk) -> None:
    """Check what must hold of a step, whatever came before it."""
    assert after.last is not None
    change, track, terms = after.last.change, after.track, after.terms
    assert (change.from_state if change else track.state) == before.track.state
    assert track.state == (change.to_state if change else before.track.state)
    assert (change is not None) == (track.state != before.track.state)
    if token[-1] in "NE" or token in {"Rn", "Re"}:  # absence moves nothing
        assert change is None
    if MessageKind.RESOLVED in after.last.messages:  # only after it fired, only by what was seen
        assert before.track.has_episode
        assert token in {"C", "GC"}
    if change and change.reason is Reason.RECOVERED:
        assert MessageKind.RESOLVED in after.last.messages
    assert track.breach_count < terms.pending_slots
    assert track.clear_count < terms.recover_slots
    assert (track.fired_slot is not None) == track.has_episode
    if token[0] not in "XR":  # the same slot once more
        again = Observation(after.moment, Reading.CLEAR if token == "B" else Reading.BREACH, missed_slots=9)
        assert advance(track, again, terms) == Step(track)


def grow(rng: random.Random, walked: Walk, text: str, forks: int) -> Iterator[tuple[str, Walk]]:
    if not forks:
        yield text, walked
        return
    tokens: dict[str, None] = {}  # a set would forget the order, and so the seed
    while len(tokens) < BRANCHES:
        tokens[choose_token(rng, walked)] = None
    for token in tokens:
        yield from grow(rng, go_on(walked, token), text + token, forks - 1)


def test_a_hundred_thousand_random_histories_keep_the_invariants() -> None:
    rng, histories = random.Random(20261122), set()  # noqa: S311  (no secret)
    for root in range(ROOTS):
        walked, text = Walk(Terms(rng.randint(1, 3), rng.randint(1, 3))), ""
        for _step in range(rng.randint(0, 60)):
            token = choose_token(rng, walked)
            walked, text = go_on(walked, token), text + token
        for at, (whole, grown) in enumerate(grow(rng, walked, text, FORKS)):
            histories.add((root, whole))
            assert all(
                first.closed is not None and first.closed <= then.opened for first, then in pairwise(grown.episodes)
            )
            if at % 128 == 0:
                check_history(whole, grown)
    assert len(histories) == ROOTS * BRANCHES**FORKS > 100_000


def check_history(text: str, walked: Walk) -> None:
    """Check a whole history against the oracle, and against a machine that starts over."""
    terms = walked.terms
    assert walked.episodes == oracle.tell_episodes(text, terms.pending_slots, terms.recover_slots), text
    again = Walk(terms)
    events, slots = "", list[int]()
    for token in oracle.TOKENS.findall(text):
        is_new_slot, before = token[0] not in "RX", again.track
        again.take(token)
        assert again.last is not None
        if token == "X":
            check_flapping(events, slots, again)
            events, slots = "", []
            continue
        fired = again.last.change is not None and again.last.change.opens_episode
        silent = "o" if is_new_slot and token[-1] in "BHC" else "."
        events += "F" if fired else "T" if again.track.state != before.state else silent
        slots.append(again.slot)
    check_flapping(events, slots, again)
    assert again.track == walked.track


def check_flapping(events: str, slots: list[int], walked: Walk) -> None:
    told = [(slot, kind.value) for slot, kind in walked.messages if kind in OVERLAYS]
    assert told == oracle.tell_flapping(events, slots)
    walked.messages.clear()


@pytest.mark.parametrize("seed", range(8))
def test_flapping_is_what_the_oracle_says(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  (no secret)
    walked, text = Walk(Terms(rng.randint(1, 2), rng.randint(1, 2))), ""
    for _run in range(80):  # some restless, some calm for about as long as it takes
        text += rng.choice(["BBCC" * 2, "BC" * 3, "B" + "N" * rng.randint(0, 3) + "H", "C" * rng.randint(4, 12)])
        text += rng.choices(["", "N" * 60, "X", "Rb", "Rc", "GC"], [8, 1, 1, 2, 2, 2])[0]
    for token in oracle.TOKENS.findall(text):
        walked.take(token)
    told = [kind for _slot, kind in walked.messages]
    assert min(told.count(MessageKind.FLAPPING), told.count(MessageKind.CALM)) > 1
    check_history(text, walked)


def test_the_fourth_firing_in_a_day_is_the_last_one_told_until_eight_slots_are_alike() -> None:
    restless = walk("BC" * 3 + "B", 1, 1)
    assert restless.messages[-2:] == [(6, MessageKind.FIRING), (6, MessageKind.FLAPPING)]
    assert restless.track.flapping.since == restless.moment
    for token in "BBBNNBBBB":  # slots without data tell nothing
        restless.take(token)
    assert restless.track.flapping.stable_slots == 7
    restless.take("B")
    assert restless.messages[-1] == (16, MessageKind.CALM)
    assert restless.track.flapping.since is None


def test_four_firings_in_more_than_a_day_are_no_flapping() -> None:
    spread = "BC" * 3 + "C" * (oracle.SLOTS_OF_A_DAY - 6)
    assert walk(spread + "B", 1, 1).track.flapping.since is None
    assert walk(spread[:-1] + "B", 1, 1).track.flapping.since is not None


def test_one_missed_slot_interrupts_nothing_two_do() -> None:
    for missed, state in ((0, "firing"), (1, "firing"), (2, "pending")):
        track = advance(Track(), Observation(START, Reading.BREACH), Terms(pending_slots=2)).track
        slot = START + (missed + 1) * QUARTER
        step = advance(track, Observation(slot, Reading.BREACH, missed_slots=missed), Terms(pending_slots=2))
        assert step.track.state == state


def test_the_worst_value_of_an_episode_is_kept_with_its_slot() -> None:
    for sign in (1, -1):  # the greater or the lesser one is worse
        track = Track()
        for at, (letter, value) in enumerate([("B", 7), ("B", 9), ("N", 50), ("C", 1), ("H", 99), ("B", 9), ("B", 8)]):
            observation = Observation(START + at * QUARTER, LETTERS[letter], sign * value)
            track = advance(track, observation, Terms(1, 3), is_worse_above=sign > 0).track
        assert (track.peak_value, track.peak_slot) == (sign * 9, START + QUARTER)
        assert (track.last_value, track.flap_count) == (sign * 8, 1)


def test_a_deleted_rule_ends_without_having_recovered() -> None:
    walked = walk("BB", 2, 1)
    step = stop(walked.track, slot=walked.moment, reason=Reason.RULE_DELETED)
    assert step.change is not None
    assert (step.change.reason, step.messages) == (Reason.RULE_DELETED, (MessageKind.CLOSED,))
    assert stop(walk("B", 2, 1).track, slot=START, reason=Reason.RULE_DELETED).messages == ()
