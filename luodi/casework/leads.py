"""What may happen to a lead in which state. A qualified lead becomes a case; nothing else does."""

from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.message import Message


class Lead(StrEnum):
    NEW = "new"
    SCREENING = "screening"
    QUALIFIED = "qualified"
    PARKED = "parked"  # until a day
    REFUSED = "refused"  # with a reason
    DUPLICATE = "duplicate"  # of another lead
    CONVERTED = "converted"  # into a case

    @property
    def is_open(self) -> bool:
        return self in (Lead.NEW, Lead.SCREENING, Lead.QUALIFIED, Lead.PARKED)

    @property
    def is_worked_on(self) -> bool:
        return self in (Lead.NEW, Lead.SCREENING, Lead.QUALIFIED)


class Act(StrEnum):
    ASSIGN = "assign"
    QUALIFY = "qualify"
    PARK = "park"
    WAKE = "wake"
    REFUSE = "refuse"
    DUPLICATE = "duplicate"
    REOPEN = "reopen"
    CONVERT = "convert"


_WORKED_ON: Final = tuple(state for state in Lead if state.is_worked_on)
_AFTER: Final = {
    (Lead.NEW, Act.ASSIGN): Lead.SCREENING,
    **{(state, Act.ASSIGN): state for state in (Lead.SCREENING, Lead.QUALIFIED, Lead.PARKED)},
    **{(state, Act.QUALIFY): Lead.QUALIFIED for state in (Lead.NEW, Lead.SCREENING)},
    **{(state, Act.PARK): Lead.PARKED for state in (*_WORKED_ON, Lead.PARKED)},
    (Lead.PARKED, Act.WAKE): Lead.SCREENING,
    **{(state, Act.REFUSE): Lead.REFUSED for state in (*_WORKED_ON, Lead.PARKED)},
    **{(state, Act.DUPLICATE): Lead.DUPLICATE for state in (*_WORKED_ON, Lead.PARKED)},
    **{(state, Act.REOPEN): Lead.SCREENING for state in (Lead.REFUSED, Lead.DUPLICATE)},
    (Lead.QUALIFIED, Act.CONVERT): Lead.CONVERTED,
}


def after(state: Lead, act: Act) -> Lead:
    """Raises `NotNow` for an act that does not fit, such as converting a lead that nobody has qualified."""
    found = _AFTER.get((state, act))
    if found is None:
        raise NotNow("casework.lead-nobody-can-now", state=Message(f"state.{state}"), act=Message(f"act.{act}"))
    return found


def possible(state: Lead) -> tuple[Act, ...]:
    """What may be done now, in the order of the acts."""
    return tuple(act for act in Act if (state, act) in _AFTER)
