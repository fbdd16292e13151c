"""How a thing that is posted ends, and what its matches come to then."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from luodi.casework.demands import DemandAct, DemandState, after
from luodi.casework.matches import OPEN, MatchAct, MatchState, Reason
from luodi.errors import MissingKey
from luodi.web.accounts.models import User
from luodi.web.cases.acting import perform
from luodi.web.docking.actions_matches import go_on
from luodi.web.docking.models import Match, Posted

Kind = TypeVar("Kind", bound=Posted)


@transaction.atomic
def put_down(
    posted: Kind, act: DemandAct, reason: str, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> Kind:
    """Send it back, close it, or withdraw it, with a reason.

    What is closed ends the matches without an introduction, since others were chosen; what is withdrawn all open ones.
    """
    permit = "withdraw" if act is DemandAct.WITHDRAW else "screen"

    def change(row: Kind) -> dict[str, Any]:
        state = after(DemandState(row.state), act)
        if not reason.strip():
            raise MissingKey("say why", at="reason")
        return {"state": state, "reason": reason.strip()}

    done = perform(posted, act.value, change, by=by, at=at, key=key, version=version, permit=permit, reason=reason)
    if DemandState(done.state).is_over:
        _end_matches(done, at)
    return done


def _end_matches(posted: Posted, at: datetime) -> None:
    withdrawn = posted.state == DemandState.WITHDRAWN
    ended = OPEN if withdrawn else {MatchState.PROPOSED, MatchState.CONSENTED}
    reason = Reason.WITHDRAWN if withdrawn else Reason.OTHER_CHOSEN
    relation: Any = getattr(posted, "matches")  # noqa: B009 - a relation that every kind of posted thing has
    for match in relation.filter(state__in=sorted(ended)):
        go_on(Match.objects.get(pk=match.pk), MatchAct.NONE, by=None, at=at, reason=reason)
