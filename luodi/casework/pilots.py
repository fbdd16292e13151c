"""A pilot: whether it runs, and what its acceptance tests come to."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from luodi.casework.states import NotNow
from luodi.message import Message


class PilotState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        return self in (PilotState.ACCEPTED, PilotState.NOT_ACCEPTED, PilotState.STOPPED)


class PilotAct(StrEnum):
    START = "start"
    JUDGE = "judge"  # by its tests
    STOP = "stop"


class Result(NamedTuple):
    """What came out of a test that must be passed, None where nobody has said; and whether both sides agree to it."""

    passed: bool | None
    is_agreed: bool


_OPEN: Final = (PilotState.PLANNED, PilotState.RUNNING)


def after(state: PilotState, act: PilotAct, results: Iterable[Result] = ()) -> PilotState:
    """The state that an act leads to; a judgement follows from the results of the tests that must be passed.

    Raises `NotNow` where the act does not fit, where there is no such test, or while one has no result to which both
    sides agree.
    """
    if act is PilotAct.START and state is PilotState.PLANNED:
        return PilotState.RUNNING
    if act is PilotAct.STOP and state in _OPEN:
        return PilotState.STOPPED
    if act is PilotAct.JUDGE and state is PilotState.RUNNING:
        return judged(results)
    raise NotNow("casework.nobody-can-pilot", act=Message(f"act.{act}"), state=Message(f"state.{state}"))


def judged(results: Iterable[Result]) -> PilotState:
    """Accepted when every test that must be passed is passed."""
    found = list(results)
    if not found:
        raise NotNow("casework.pilot-without-test-must-passed")
    if any(one.passed is None for one in found):
        raise NotNow("casework.test-must-passed-no-result")
    if not all(one.is_agreed for one in found):
        raise NotNow("casework.result-not-agreed")
    return PilotState.ACCEPTED if all(one.passed for one in found) else PilotState.NOT_ACCEPTED
