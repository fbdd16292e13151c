"""Many guests of an event at once: who came, what they answered, and leads of those who came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser

from luodi.casework.events import InvitationAct
from luodi.web.core.bulk import MOST, Bulk
from luodi.web.core.permissions import visible
from luodi.web.core.types import AnyUser
from luodi.web.events.actions import make_lead, note
from luodi.web.events.models import Event, Invitation

ACTS: Final = {**{act.value: note[act] for act in InvitationAct}, "follow": make_lead}


@dataclass(frozen=True)
class Wanted:
    """What is to be done with all of them: the name of an action."""

    act: str


def chosen(user: AnyUser, event: Event, numbers: Iterable[str]) -> list[Invitation]:
    """Those of the numbers that are of the event and that somebody may see, 200 at most."""
    wanted = [int(text) for text in numbers if text.isascii() and text.isdecimal() and len(text) < 19][:MOST]
    rows = visible(user, Invitation.objects.filter(event=event, pk__in=wanted))
    return list(rows.select_related("event__unit", "company"))


def _objection(user: AbstractBaseUser, row: Invitation, wanted: Wanted, at: datetime) -> str:
    return "" if ACTS[wanted.act].fits(row) else "not_now"


BULK: Final[Bulk[Invitation, Wanted]] = Bulk(ACTS, lambda wanted: {}, _objection)
