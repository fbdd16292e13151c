"""Events and their guests, for programs, as far as the user of the key may see them. `/api/v1/events`,
`/api/v1/invitations`, with the scope `office`."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from django.utils import timezone

from luodi.casework.events import EventKind
from luodi.errors import UnknownValue
from luodi.message import in_key
from luodi.web.accounts.models import User
from luodi.web.api import inputs
from luodi.web.api.endpoints import Document, Listing, Made, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ref
from luodi.web.api.values import fields, moment_or_none, named, today
from luodi.web.core.actions import Action, actions_on, open_to
from luodi.web.core.forms import ActionForm, Data
from luodi.web.core.types import Json
from luodi.web.events import actions, forms, queries
from luodi.web.events.guests import Guest
from luodi.web.events.models import Event, Invitation

router = Router(KeyScope.OFFICE)
_OF: Final = {"reference": "event"}


@router.collection(
    "/events",
    "events",
    "EventRow",
    values={"state": ("", *queries.STATES), "kind": ("", *[k.value for k in EventKind])},
)
def events(user: User, state: str = "", kind: str = "", words: str = "") -> Listing[Event]:
    """Events of the units of the key's user."""
    return Listing(queries.EVENTS.found(user, {"state": state, "kind": kind, "words": words[:200]}), event_row)


@router.store(
    "/events",
    ref("Event"),
    asks="ToAdd",
    done=(201,),
    example={
        "given": {
            "unit": "1",
            "kind": "fair",
            "title_zh": "汉诺威展会",
            "title_en": "Fair in Hanover",
            "starts": "2027-04-12T09:00",
            "ends": "2027-04-16T18:00",
            "place": "Hanover",
            "host": "1",
        }
    },
)
def arrange_event(user: User, raw: inputs.Body) -> Made:
    """A draft; days and hours are those of Beijing."""
    units = queries.units_of(user, today())
    hosts = queries.hosts_of(units, today())
    form = inputs.form_of(lambda data: forms.EventForm(data, units=units, hosts=hosts), raw)
    made = actions.arrange.submit(form, by=user, at=timezone.now())
    return Made(event_whole(user, made), f"/api/v1/events/{made.reference}")


@router.record("/events/{reference}", ref("Event"), 404, of=_OF)
def event(user: User, reference: str) -> Document:
    """One event, what came of it, and the actions that are open to the key's user."""
    return event_whole(user, _event(user, reference))


def _event(user: User, reference: str) -> Event:
    return inputs.existing(queries.event_of(user, reference), "api.no-event-you")


def _acts(**_: str) -> Mapping[str, Action]:
    """To invite has an address of its own."""
    return {name: one for name, one in actions_on(Event).items() if one.parent is None}


@router.action("/events/{reference}/acts/{act}", ref("Event"), _acts, of=_OF, example={"version": 1})
def event_act(user: User, action: Action, raw: inputs.Body, reference: str) -> Document:
    found = _event(user, reference)

    def form(data: Data) -> ActionForm:
        return forms.form_of(action, found, data, queries.hosts_of([found.unit], today()))

    inputs.submit(action, found, raw, form, by=user)
    return event_whole(user, _event(user, reference))


@router.collection("/events/{reference}/invitations", "invitations", "Invitation", 404, of=_OF)
def invitations(user: User, reference: str) -> Listing[Invitation]:
    """Who is invited, and what they answered."""
    rows = queries.INVITATIONS.complete(queries.invited_of(_event(user, reference)))
    return Listing(rows.select_related("event__unit", "company", "led_to__case"), invitation_row)


@router.store(
    "/events/{reference}/invitations",
    ref("Invitation"),
    404,
    409,
    asks="ToInvite",
    done=(201,),
    of=_OF,
    example={"given": {"name": "Ada Lind", "email": "ada@kranich.example", "language": "en"}},
)
def invite(user: User, raw: inputs.Body, reference: str) -> Made:
    """A contact or the person of a lead by `who`, such as `contact-5`; or somebody else by the fields of `given`."""
    found, who = _event(user, reference), inputs.words(raw, "who", 40)
    made = actions.invite(found, _guest(user, who, raw), by=user, at=timezone.now())
    return Made(invitation_whole(user, made), f"/api/v1/invitations/{made.pk}")


def _guest(user: User, who: str, raw: inputs.Body) -> Guest:
    """Raises `UnknownValue` for nobody whom the user may see."""
    if not who:
        return inputs.form_of(forms.InvitationForm, raw).guest
    known = queries.guest_named(user, who)
    if known is None:
        raise UnknownValue("api.nobody-to-invite", who=who, at=in_key("who", inputs.AT))
    return Guest.of(known)


@router.record("/invitations/{number}", ref("Invitation"), 404, of={"number": "invitation"})
def invitation(user: User, number: str) -> Document:
    """One invitation, with the actions that are open to the key's user."""
    return invitation_whole(user, _invitation(user, number))


def _invitation(user: User, number: str) -> Invitation:
    return inputs.existing(queries.invitation_of(user, inputs.number_of(number)), "api.no-invitation-you")


@router.action(
    "/invitations/{number}/acts/{act}",
    ref("Invitation"),
    lambda **_: {name: one for name, one in actions_on(Invitation).items() if name != "uninvite"},
    of={"number": "invitation"},
    example={"version": 1},
)
def invitation_act(user: User, action: Action, raw: inputs.Body, number: str) -> Document:
    found = _invitation(user, number)
    cases = queries.cases_of(user, found)
    inputs.submit(action, found, raw, lambda data: forms.form_of(action, found, data, cases=cases), by=user)
    return invitation_whole(user, _invitation(user, number))


# ---- as shown


def event_row(one: Event) -> Json:
    return {
        **fields(one, "reference version kind place starts ends capacity state"),
        "title": {"zh": one.title_zh, "en": one.title_en},
        "unit": named(one.unit),
        "host": str(one.host),
    }


def event_whole(user: User, one: Event) -> Json:
    return {
        **event_row(one),
        **fields(one, "text reason"),
        "figures": asdict(queries.figures_of(one)),
        "busy": [
            {"who": str(busy.who), "event": busy.event.reference if busy.event else None}
            for busy in queries.busy_then(user, one, today())
        ],
        "acts": open_to(user, one),
    }


def invitation_row(one: Invitation) -> Json:
    return {
        "number": one.pk,
        "version": one.version,
        "event": one.event.reference,
        **fields(one, "name email language reply presence"),
        "company": one.company_id,
        "company_name": str(one.company) if one.company else one.company_name,
        "standing": one.standing.value,
        "replied": moment_or_none(one.replied),
        "lead": one.led_to_id,
        "task": one.task_id,
    }


def invitation_whole(user: User, one: Invitation) -> Json:
    return {**invitation_row(one), "acts": open_to(user, one)}
