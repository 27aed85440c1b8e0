"""What an alert must do, told from its whole history by regular expressions; it shares nothing with the machine.

A history is a text. Every slot is a letter: B breach, H between threshold and recovery threshold, C clear, N no data,
E error. A G before the letter says that slots were missed before it. After a slot, X stops the rule, and R with a small
letter says what the same snapshot is by the rule as it was changed: "BBRcGB".
"""

import re
from dataclasses import dataclass, replace
from functools import cache

GAP_SLOTS, SLOTS_OF_A_DAY = 2, 96
"""How many slots a G misses, and how many a day has."""

TOKENS = re.compile(r"G?[BHCNE]|X|R[bhcne]")

STOPS = {"X": "rule_disabled", "Y": "rule_changed"}

REASONS = {
    ("inactive", "pending"): "breached",
    ("inactive", "firing"): "fired",
    ("pending", "firing"): "fired",
    ("pending", "inactive"): "cleared_before_firing",
    ("firing", "recovering"): "clearing",
    ("recovering", "firing"): "relapsed",
    ("firing", "inactive"): "recovered",
    ("recovering", "inactive"): "recovered",
}


@dataclass(frozen=True)
class Episode:
    """Slots are counted from 0; `closed` is None while it is open."""

    opened: int
    fired: int
    closed: int | None = None
    reason: str = ""
    flaps: int = 0


@dataclass(frozen=True)
class Piece:
    """A history between two stops.

    Attributes:
        seen: Letters that say something, and gaps.
        slots: The slot of each.
        stop: What ended it, empty for the last piece.
        end: The slot that it was stopped after.
    """

    seen: str
    slots: list[int]
    stop: str
    end: int


@cache
def patterns(pending: int, recover: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what it takes to fire, and what it takes to be over."""
    return re.compile("[Bb]" * pending), re.compile("C" + "H*C" * (recover - 1))


def tell_state(text: str, pending: int, recover: int) -> str:
    """Return the state after a history without stops."""
    fires, recovers = patterns(pending, recover)
    seen, start = re.sub("[NE]", "", text), 0
    while fired := fires.search(seen, start):
        over = recovers.search(seen, fired.end())
        if over is None:
            return "recovering" if re.search("C[HG]*$", seen[fired.end() :]) else "firing"
        start = over.end()
    return "pending" if re.search("BG*$", seen[start:]) else "inactive"


def tell_health(letter: str) -> str:
    """Return the health after a slot."""
    return {"N": "no_data", "E": "error"}.get(letter.upper(), "ok")


def tell_message(before: str, after: str, reason: str) -> str | None:
    """Return what people hear of a change: beginning and end of an episode, nothing else."""
    if reason == "fired":
        return "firing"
    if reason == "recovered":
        return "resolved"
    return "closed" if reason in {*STOPS.values(), "rule_deleted"} and before != "pending" else None


def settle_changes(text: str, pending: int, recover: int) -> str:
    """Return a history without changes of the rule: what they amount to stands in their place.

    That is a small b, a breach that takes no slot, where none is being counted, and Y, a stop, where the snapshot is no
    longer in breach. By a snapshot that cannot be judged a change does nothing.
    """
    while found := re.search(r"R([bhcne])", text):
        before, change = text[: found.start()], ""
        seen = re.split("[XY]", before)[-1].upper()
        state = tell_state(seen, pending, recover)
        if found[1] == "b" and (state != "pending" or re.search("G[NE]*$", seen)):
            change = "b"
        if found[1] in "hc" and state != "inactive":
            change = "Y"
        text = before + change + text[found.end() :]
    return text


def cut(text: str) -> list[Piece]:
    """Return the pieces of a history between its stops."""
    pieces, slot = [], -1
    for part, stop in zip(re.split("[XY]", text), [*re.findall("[XY]", text), ""], strict=True):
        letters, slots = "", []
        for letter in part:
            slot += {"G": GAP_SLOTS, "b": 0}.get(letter, 1)
            if letter not in "NE":
                letters += letter
                slots.append(slot)
        pieces.append(Piece(letters, slots, stop, slot))
    return pieces


def tell_episodes(text: str, pending: int, recover: int) -> list[Episode]:
    """Return the episodes of a history, oldest first."""
    found = []
    for piece in cut(settle_changes(text, pending, recover)):
        episodes = _tell_episodes(piece, pending, recover)
        if piece.stop and episodes and episodes[-1].closed is None:
            episodes[-1] = replace(episodes[-1], closed=piece.end, reason=STOPS[piece.stop])
        found += episodes
    return found


def _tell_episodes(piece: Piece, pending: int, recover: int) -> list[Episode]:
    fires, recovers = patterns(pending, recover)
    found, start = [], 0
    while fired := fires.search(piece.seen, start):
        over = recovers.search(piece.seen, fired.end())
        start = over.end() if over else len(piece.seen)
        found.append(
            Episode(
                opened=piece.slots[fired.start()],
                fired=piece.slots[fired.end() - 1],
                closed=piece.slots[start - 1] if over else None,
                reason="recovered" if over else "",
                flaps=len(re.findall("C[HG]*B", piece.seen[fired.end() : start])),
            )
        )
    return found


def tell_flapping(events: str, slots: list[int]) -> list[tuple[int, str]]:
    """Return when an alert began to flap and when it was calm again.

    Args:
        events: A letter per event: F fired, T another change of the state, o an observed slot without one, `.` a slot
            without data or a second look at a slot.
        slots: The slot of each event.
    """
    told, start = list[tuple[int, str]](), 0
    while True:
        firings = [found.start() + start for found in re.finditer("F", events[start:])]
        fourth = [
            at for first, at in zip(firings, firings[3:], strict=False) if slots[at] - slots[first] < SLOTS_OF_A_DAY
        ]
        if not fourth:
            return told
        told.append((slots[fourth[0]], "flapping"))
        calm = re.compile(r"o(\.*o){7}").search(events, fourth[0])
        if not calm:
            return told
        start = calm.end()
        told.append((slots[start - 1], "calm"))
