"""The one table of the state machine: from where, on which reading, to where."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import NamedTuple

from monitoring.domain.alerting.words import AlertState, Reading, Reason


class Counting(Enum):
    """What a row of the table does to the counters."""

    NOTHING = auto()
    BREACH = auto()
    CLEAR = auto()
    NO_CLEAR = auto()


class Move(NamedTuple):
    """A row of the table: where to, and why. When a counter reaches the terms, `reached` holds instead."""

    to: AlertState
    reason: Reason | None = None
    counting: Counting = Counting.NOTHING
    reached: tuple[AlertState, Reason] | None = None


_INACTIVE, _PENDING, _FIRING, _RECOVERING = AlertState
_FIRES = (_FIRING, Reason.FIRED)
_IS_OVER = (_INACTIVE, Reason.RECOVERED)
_STAYS = {state: Move(state) for state in AlertState}

TABLE: Mapping[tuple[AlertState, Reading], Move] = {
    # absence, whatever its cause, moves nothing
    **{
        (state, reading): _STAYS[state]
        for state in AlertState
        for reading in (Reading.NO_DATA, Reading.DEGRADED, Reading.ERROR)
    },
    (_INACTIVE, Reading.BREACH): Move(_PENDING, Reason.BREACHED, Counting.BREACH, _FIRES),
    (_INACTIVE, Reading.BETWEEN): _STAYS[_INACTIVE],
    (_INACTIVE, Reading.CLEAR): _STAYS[_INACTIVE],
    (_PENDING, Reading.BREACH): Move(_PENDING, None, Counting.BREACH, _FIRES),
    (_PENDING, Reading.BETWEEN): Move(_INACTIVE, Reason.CLEARED_BEFORE_FIRING),
    (_PENDING, Reading.CLEAR): Move(_INACTIVE, Reason.CLEARED_BEFORE_FIRING),
    (_FIRING, Reading.BREACH): _STAYS[_FIRING],
    (_FIRING, Reading.BETWEEN): Move(_FIRING, None, Counting.NO_CLEAR),
    (_FIRING, Reading.CLEAR): Move(_RECOVERING, Reason.CLEARING, Counting.CLEAR, _IS_OVER),
    (_RECOVERING, Reading.BREACH): Move(_FIRING, Reason.RELAPSED, Counting.NO_CLEAR),
    (_RECOVERING, Reading.BETWEEN): _STAYS[_RECOVERING],
    (_RECOVERING, Reading.CLEAR): Move(_RECOVERING, None, Counting.CLEAR, _IS_OVER),
}
