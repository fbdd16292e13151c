"""Reading events: lists, who can be invited, and what came of an event."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from luodi.casework.events import EventKind, EventState, Figures, Invited, Presence, Reply, Standing, figures
from luodi.casework.leads import Lead as LeadState
from luodi.casework.stages import End, Stage
from luodi.web.accounts.models import Membership, Unit, User
from luodi.web.cases.models import LandingCase
from luodi.web.companies.models import Contact
from luodi.web.core.lists import Asked, Column, RecordList, choice, day, of_unit, words
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say
from luodi.web.dealings.models import Task
from luodi.web.docking.models import Meeting
from luodi.web.docking.queries.meetings import ahead as meetings_ahead
from luodi.web.events.models import Event, Invitation
from luodi.web.leads.models import Lead

#: What the list of events can be narrowed to; blank is all.
STATES: Final = ("ahead", "mine", *(state.value for state in EventState))
_OPEN_LEADS: Final = [state.value for state in LeadState if state.is_open]
_LANDED: Final = (Stage.VERIFIED, Stage.AFTERCARE)
_MOST_FOUND: Final = 20  # people that a search for guests shows of each kind


def _by_state(rows: QuerySet[Event], state: str, asked: Asked) -> QuerySet[Event]:
    if state == "ahead":
        return rows.filter(state__in=[EventState.DRAFT, EventState.OPEN])
    if state == "mine":
        return rows.filter(host=asked.user.pk if asked.user else None)
    return rows.filter(state=state)


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


EVENTS: Final = RecordList(
    Event,
    "events",
    "events:events",
    filters=(
        choice("state", STATES, _by_state, default="ahead"),
        choice("kind", [kind.value for kind in EventKind], lambda rows, kind, asked: rows.filter(kind=kind)),
        words("reference", "title_zh", "title_en", "place"),
        day("from", "starts__date__gte"),
        day("until", "starts__date__lte"),
        of_unit(),
    ),
    order=("-starts", "-pk"),
    related=("unit", "host"),
    columns=(
        Column("reference", lambda row, lang: row.reference),
        Column("kind", lambda row, lang: say(f"events.kind_{row.kind}", lang)),
        Column("title", lambda row, lang: row.title(lang)),
        Column("starts", lambda row, lang: _moment(row.starts)),
        Column("ends", lambda row, lang: _moment(row.ends)),
        Column("place", lambda row, lang: row.place),
        Column("host", lambda row, lang: str(row.host)),
        Column("state", lambda row, lang: say(f"events.state_{row.state}", lang)),
    ),
)


def _by_standing(rows: QuerySet[Invitation], wanted: str, asked: Asked) -> QuerySet[Invitation]:
    if wanted in (Standing.ATTENDED, Standing.ABSENT):
        return rows.filter(presence=wanted)
    rows = rows.filter(presence=Presence.UNKNOWN)
    if wanted in (Standing.ACCEPTED, Standing.DECLINED):
        return rows.filter(reply=wanted)
    over = Q(event__state__in=[EventState.HELD, EventState.CANCELLED])
    return rows.filter(over if wanted == Standing.NO_ANSWER else ~over, reply=Reply.NONE)


#: The list of guests of an event, also on paper at its door; addresses are in no file.
INVITATIONS: Final = RecordList(
    Invitation,
    "events",
    "events:event",
    filters=(
        choice("state", [one.value for one in Standing], _by_standing),
        words("name", "company_name", "company__name_zh", "company__name_en"),
    ),
    order=("company__name_zh", "company_name", "name", "pk"),
    related=("event", "company", "led_to__case", "task"),
    columns=(
        Column("name", lambda row, lang: row.name),
        Column("company", lambda row, lang: str(row.company or row.company_name)),
        Column("language", lambda row, lang: "中文" if row.language == "zh" else "English"),
        Column("standing", lambda row, lang: say(f"events.standing_{row.standing}", lang)),
        Column("replied", lambda row, lang: row.replied),
        Column("lead", lambda row, lang: row.led_to_id),
        Column("task", lambda row, lang: say(f"dealings.state_{row.task.state}", lang) if row.task else ""),
        Column("case", lambda row, lang: row.led_to.case.reference if row.led_to and row.led_to.case else ""),
    ),
    page_size=100,
)


def event_of(user: AnyUser, reference: str) -> Event | None:
    return visible(user, Event.objects.select_related("unit", "host")).filter(reference=reference).first()


def invitation_of(user: AnyUser, pk: int) -> Invitation | None:
    rows = Invitation.objects.select_related("event__unit", "event__host", "company", "led_to")
    return visible(user, rows).filter(pk=pk).first()


def invited_of(event: Event) -> QuerySet[Invitation]:
    return event.invitations.all()


def own_invitations(user: AnyUser, on: date) -> QuerySet[Invitation]:
    """Those of the companies that somebody acts for, the next first; not those of units where one works too."""
    companies = [one.company_id for one in memberships(user, on) if one.role == Role.REPRESENTATIVE]
    rows = visible(user, Invitation.objects.exclude(event__state=EventState.DRAFT).filter(company__in=companies))
    return rows.select_related("event__unit", "company").order_by("-event__starts", "pk")


def units_of(user: AnyUser, on: date) -> list[Unit]:
    """Those in which somebody is an officer."""
    held = {one.unit.pk: one.unit for one in memberships(user, on) if one.role == Role.OFFICER and one.unit}
    return sorted(held.values(), key=lambda unit: unit.path)


def hosts_of(units: Iterable[Unit], on: date) -> list[User]:
    """Officers of these units and of those above, who may be the host."""
    above = {int(part) for unit in units for part in unit.path.strip("/").split("/")}
    held = Membership.objects.in_force(on).filter(unit__in=above, role=Role.OFFICER, user__is_active=True)
    return sorted({one.user for one in held.select_related("user")}, key=str)


@dataclass(frozen=True)
class Busy:
    """An officer who has an event at some hours; which one it is, is told to those who may see it."""

    who: User
    event: Event | None = None


def busy_then(user: AnyUser, event: Event, on: date) -> list[Busy]:
    """Who of those who may be the host has another event in the hours of this one, by name. Events that touch, where
    one ends as the other begins, are not at the same time; those that are cancelled take nobody's."""
    hosts = hosts_of([event.unit], on)
    same = Event.objects.filter(starts__lt=event.ends, ends__gt=event.starts).exclude(state=EventState.CANCELLED)
    rows = same.filter(host__in=hosts).exclude(pk=event.pk).select_related("host").order_by("starts", "pk")
    seen = set(visible(user, same).values_list("pk", flat=True))
    found = dict.fromkeys(Busy(one.host, one if one.pk in seen else None) for one in rows)
    return sorted(found, key=lambda one: str(one.who))


def meetings_then(user: AnyUser, event: Event) -> list[Meeting]:
    """Announced meetings of supply and demand of one's units on the days of an event."""
    return list(meetings_ahead(user, timezone.localdate(event.starts), timezone.localdate(event.ends)))


def guests_found(user: AnyUser, event: Event, text: str) -> list[tuple[str, Contact | Lead]]:
    """Contacts and people of open leads who fit some words and are not invited yet, with the names by which they are
    sent back: `contact-5`, `lead-7`."""
    if not text.strip():
        return []
    there = event.invitations.all()
    contacts = visible(user, Contact.objects.filter(left=None)).exclude(pk__in=_keys(there, "contact"))
    leads = visible(user, Lead.objects.filter(state__in=_OPEN_LEADS)).exclude(pk__in=_keys(there, "lead"))
    leads = leads.exclude(contact="", email="")
    for word in text.split()[:8]:
        company = Q(company__name_zh__icontains=word) | Q(company__name_en__icontains=word)
        contacts = contacts.filter(company | Q(name__icontains=word))
        leads = leads.filter(company | Q(contact__icontains=word) | Q(company_name__icontains=word))
    return [
        *((f"contact-{one.pk}", one) for one in contacts.select_related("company").order_by("pk")[:_MOST_FOUND]),
        *((f"lead-{one.pk}", one) for one in leads.select_related("company").order_by("pk")[:_MOST_FOUND]),
    ]


def guest_named(user: AnyUser, name: str) -> Contact | Lead | None:
    """The contact or the lead of such a name, as far as somebody may see it."""
    kind, _, key = name.partition("-")
    if not key.isdecimal() or len(key) > 18:
        return None
    if kind == "contact":
        return visible(user, Contact.objects.select_related("company")).filter(pk=int(key)).first()
    return visible(user, Lead.objects.select_related("company")).filter(pk=int(key)).first() if kind == "lead" else None


def _keys(rows: QuerySet[Invitation], name: str) -> QuerySet[Invitation, dict[str, object]]:
    return rows.filter(**{f"{name}__isnull": False}).values(name)


def open_lead_of(user: AnyUser, row: Invitation) -> Lead | None:
    """An open lead on which somebody may work: where the person is known from, else one of the company, else one of
    the same address or the same name of a company."""
    same = [Q(pk=row.lead_id)] if row.lead_id else []
    if row.company_id:
        same.append(Q(company=row.company_id))
    if row.email:
        same.append(Q(email__iexact=row.email))
    if row.company_name:
        same.append(Q(company=None, company_name__iexact=row.company_name))
    rows = visible(user, Lead.objects.filter(state__in=_OPEN_LEADS), "work").order_by("-received")
    return next((found for condition in same if (found := rows.filter(condition).first())), None)


def cases_of(user: AnyUser, row: Invitation) -> QuerySet[LandingCase]:
    """The open cases of the guest's company on which somebody may work, the latest first."""
    rows = LandingCase.objects.filter(company=row.company_id, end=End.NONE).select_related("company", "unit")
    return visible(user, rows, "work").order_by("-pk")


def task_of(user: AnyUser, row: Invitation) -> Task | None:
    """What an officer does after the event, as far as somebody may see it."""
    return visible(user, Task.objects.filter(followed_up=row)).select_related("owner", "case").first()


def figures_of(event: Event) -> Figures:
    """Of everybody who was invited, also of those erased since."""
    rows = event.invitations.values_list("reply", "presence", "led_to", "led_to__case", "led_to__case__stage")
    return figures(
        Invited(Reply(reply), Presence(presence), lead, case, stage in _LANDED)
        for reply, presence, lead, case, stage in rows
    )


def ahead(user: AnyUser, first: date, last: date) -> QuerySet[Event]:
    """Events of somebody's units that are open for some days, the next first."""
    rows = Event.objects.filter(state=EventState.OPEN, starts__date__lte=last, ends__date__gte=first)
    return visible(user, rows).order_by("starts", "pk")
