"""What changes leads."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError
from django.utils import timezone

from luodi.casework.leads import Act, after, possible
from luodi.casework.leads import Lead as State
from luodi.casework.plans import check_plan, known_parts
from luodi.casework.states import NotNow
from luodi.errors import BadInput, LuodiError, MissingKey
from luodi.places import country
from luodi.profiles.names import script_of
from luodi.radar.lead_score import weights
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.advisor.models import Determination, Enquiry
from luodi.web.cases.actions.cases import open_case
from luodi.web.cases.actions.plan import renew_plan
from luodi.web.cases.models import LandingCase
from luodi.web.companies.actions.profile import add_contact, create
from luodi.web.core.actions import Action, Changed, Created, Unchanged, action
from luodi.web.core.errors import NotFound
from luodi.web.core.forms import ActionForm
from luodi.web.core.permissions import may
from luodi.web.core.snapshots import plain
from luodi.web.core.types import Json
from luodi.web.leads import forms, notices
from luodi.web.leads.models import Adjustment, Evidence, Lead, Signal
from luodi.web.leads.scoring import differs, open_leads, rescore

_FIRST: Final = date(2000, 1, 1)  # of evidence that says something about today
_LAST: Final = date(2099, 12, 31)  # until which a lead may be parked


@dataclass(frozen=True)
class Heard:
    """What a signal says, as far as it says it."""

    title: str
    company_name: str = ""
    country: str = ""
    summary: str = ""
    contact: str = ""
    email: str = ""
    language: str = "zh"
    technology: str = ""
    place: str = ""
    plans: list[Json] = field(default_factory=list)
    company: Company | None = None
    determination: Determination | None = None
    enquiry: Enquiry | None = None


@dataclass(frozen=True)
class From:
    """Where it comes from: `external` is what the source calls it; without one, the hash of what it said."""

    kind: str
    source: str
    raw: Json
    external: str = ""

    @property
    def id(self) -> str:
        return self.external[:200] or hashlib.sha256(json.dumps(self.raw, sort_keys=True).encode()).hexdigest()


def receive(heard: Heard, signal: From, unit: Unit, *, at: datetime, by: User | None = None) -> Lead:
    """A new lead from a signal. The same thing from the same source again gives the lead that there is."""
    if not heard.title.strip():
        raise MissingKey("leads.title", at="title")
    _check({"country": heard.country, "place": heard.place, "plans": heard.plans})
    found = _there(signal)
    if found is not None:
        return found
    try:
        made: Lead = hear(heard, signal, unit, by=by, at=at)
    except IntegrityError:  # two at once: the other one came first
        found = _there(signal)
        if found is None:
            raise
        return found
    return made


def _check(fields: Json) -> None:
    """Raises `LuodiError` for codes that are none of our books."""
    if fields.get("country"):
        country(fields["country"])
    for plan in ({"place": fields.get("place")}, *fields.get("plans", ())):
        check_plan(plan)


def _there(signal: From) -> Lead | None:
    found = Signal.objects.filter(source=signal.source, external=signal.id).select_related("lead").first()
    return found.lead if found else None


def hear_again(lead: Lead, signal: From, *, at: datetime) -> None:
    """One more source of a lead that is there; the same thing again adds nothing. Called by actions of other apps,
    whose entry in the journal says it."""
    given = {"lead": lead, "kind": signal.kind, "raw": plain(signal.raw), "at": at}
    Signal.objects.get_or_create(source=signal.source, external=signal.id, defaults=given)


@action("receive", model=Lead, form=forms.New, permission="work", creates=True)
def hear(heard: Heard, signal: From, unit: Unit, *, at: datetime) -> Created:
    """A lead that no signal of its source brought before."""
    fields = {name: _kept(name, getattr(heard, name)) for name in Heard.__dataclass_fields__}
    lead = Lead.objects.create(unit=unit, received=at, changed=at, **{**fields, "title": fields["title"].strip()})
    Signal.objects.create(
        lead=lead, kind=signal.kind, source=signal.source, external=signal.id, raw=plain(signal.raw), at=at
    )
    if signal.kind in (Signal.Kind.ENQUIRY, Signal.Kind.FORM):
        day = timezone.localdate(at)
        Evidence.objects.create(lead=lead, part="readiness", value="asked", day=day, source=signal.source, at=at)
    rescore(lead, at=at, on=timezone.localdate(at))
    return Created(lead, details={"signal": signal.kind}, notify=lambda row: notices.arrived(row, signal.kind, at=at))


def _kept(name: str, value: Any) -> Any:
    """What a stranger wrote, as a database can keep it: without half letters, and no longer than its field."""
    if not isinstance(value, str | list | dict):
        return value
    most = getattr(Lead._meta.get_field(name), "max_length", None)
    return plain(value)[:most] if isinstance(value, str) else plain(value)


def from_enquiry(enquiry: Enquiry, at: datetime) -> Lead:
    """An enquiry of the advisor, with the answers attached. It stays an enquiry too, and is answered there."""
    from luodi.web.advisor.determinations import answers_of

    answers = answers_of(enquiry.determination)
    place, share = answers.given.get("place", ""), answers.given.get("share")
    plans = [known_parts({"service": one, "place": place, "share": share}) for one in answers.services]
    heard = Heard(
        title=enquiry.company or enquiry.name,
        company_name=enquiry.company,
        country=_country(answers.given.get("investor", "")),
        summary=enquiry.message,
        contact=enquiry.name,
        email=enquiry.email,
        language=enquiry.language,
        place=str(known_parts({"place": place})["place"] or ""),
        plans=[plan for plan in plans if plan["service"]],
        determination=enquiry.determination,
        enquiry=enquiry,
        company=_of_sender(enquiry.sender, at),
    )
    raw = {"reference": enquiry.reference, "query": enquiry.determination.query}
    return receive(heard, From(Signal.Kind.ENQUIRY, "advisor", raw, enquiry.reference), enquiry.unit, at=at)


def _country(text: str) -> str:
    """What was typed into an address may be no country; the answers say so to whoever opens them."""
    try:
        return country(text).code
    except LuodiError:
        return ""


def _of_sender(sender: User | None, at: datetime) -> Company | None:
    """The company that the sender acts for, where it is one."""
    if sender is None:
        return None
    held = sender.memberships.in_force(timezone.localdate(at)).exclude(company=None).select_related("company")
    found = {one.company for one in held}
    return found.pop() if len(found) == 1 else None


# ---- what officers do


def _may_follow(act: Act) -> Callable[[Lead], bool]:
    return lambda row: act in possible(State(row.state))


def _on_lead(act: Act, form: Any) -> Callable[[Callable[..., Changed]], Action]:
    permission = "convert" if act is Act.CONVERT else "work"
    return action(act.value, model=Lead, form=form, permission=permission, fits=_may_follow(act))


def _moved(lead: Lead, act: Act, values: Json, by: User | None, at: datetime, reason: str = "") -> Changed:
    """Into the state that follows, with who is concerned told."""
    state = after(State(lead.state), act)
    return Changed(
        {"state": state, "ended": None if state.is_open else at, **values},
        reason=reason,
        notify=lambda row: notices.acted(row, act, by=by, at=at),
    )


def _must_fit(lead: Lead, act: Act) -> None:
    after(State(lead.state), act)


@_on_lead(Act.ASSIGN, forms.Assign)
def assign(lead: Lead, officer: User | None = None, *, actor: User | None, at: datetime) -> Changed:
    """Give it to an officer who may work on it, to oneself where nobody is named."""
    _must_fit(lead, Act.ASSIGN)
    chosen = officer or actor
    if not may(chosen, "work", lead, on=timezone.localdate(at)):
        raise BadInput("leads.officer", at="officer")
    return _moved(lead, Act.ASSIGN, {"officer": chosen}, actor, at)


@_on_lead(Act.QUALIFY, ActionForm)
def qualify(lead: Lead, *, actor: User | None, at: datetime) -> Changed:
    """It is worth a case."""
    return _moved(lead, Act.QUALIFY, {"officer": lead.officer or actor, "wakes": None, "reason": ""}, actor, at)


@_on_lead(Act.CONVERT, forms.Convert)
def open_case_of(lead: Lead, company: Company | None = None, *, actor: User | None, at: datetime) -> Changed:
    """Open a case with what the lead says, or its duplicates where it is silent. The company is the one named, the
    lead's own, or a new one of its name; whom the lead names is a contact of it. The case rests on the plan of the
    enquiry, asked again today; where the books have no steps for it, the case has its answers alone."""
    _must_fit(lead, Act.CONVERT)
    found, all_said = company or lead.company or _new_company(lead, actor, at), _with_duplicates(lead, actor)
    names = ("determination", "place", "plans", "technology")
    said = {name: next(filter(None, (getattr(one, name) for one in all_said)), getattr(lead, name)) for name in names}
    made = open_case(found, lead.unit, by=actor, at=at, **said)
    for one in all_said:
        _keep_contact(one, found, actor, at)
    if made.determination is not None:
        with suppress(LuodiError):
            made = renew_plan(made, by=actor, at=at)
    return _moved(lead, Act.CONVERT, {"case": made, "company": found, "wakes": None, "reason": ""}, actor, at)


def _with_duplicates(lead: Lead, by: User | None) -> list[Lead]:
    """The lead, and those that turned out to be it, the newest first, as far as `by` may see them."""
    others = lead.duplicates.order_by("-received", "-pk")
    return [lead, *(one for one in others if by is None or may(by, "see", one))]


def _keep_contact(lead: Lead, company: Company, by: User | None, at: datetime) -> None:
    """Whom the lead names, unless the company has them already: by their address, or by name where there is none."""
    name, email = lead.contact.strip(), lead.email.strip()
    there = company.contacts.filter(left=None)
    known = there.filter(email__iexact=email) if email else there.filter(name=name)
    if (name or email) and not known.exists():
        add_contact(company, name or email, email=email, language=lead.language, by=by, at=at)


def convert(lead: Lead, **more: Any) -> LandingCase:
    """The case that `open_case_of` opened; sent again with the same key, the case that there is."""
    done = open_case_of(lead, **more)
    assert isinstance(done.case, LandingCase)
    return done.case


@_on_lead(Act.PARK, forms.Park)
def park(lead: Lead, until: date, reason: str, *, actor: User | None, at: datetime) -> Changed:
    """Leave it until a day, on which it wakes by itself. Raises `BadInput` for a day that is not ahead."""
    _must_fit(lead, Act.PARK)
    today = timezone.localdate(at)
    if not today < until <= _LAST:
        raise BadInput("leads.until" if until <= today else "leads.until-too-far", at="until")
    values = {"wakes": until, "reason": _reason(reason), "officer": lead.officer or actor}
    return _moved(lead, Act.PARK, values, actor, at, reason)


@_on_lead(Act.WAKE, ActionForm)
def wake(lead: Lead, *, actor: User | None, at: datetime) -> Changed:
    return _moved(lead, Act.WAKE, {"wakes": None, "reason": ""}, actor, at)


@_on_lead(Act.REFUSE, forms.Reason)
def refuse(lead: Lead, reason: str, *, actor: User | None, at: datetime) -> Changed:
    return _moved(lead, Act.REFUSE, {"reason": _reason(reason), "wakes": None}, actor, at, reason)


@_on_lead(Act.DUPLICATE, forms.Duplicate)
def mark_duplicate(lead: Lead, of: int, *, actor: User | None, at: datetime) -> Changed:
    """It is another lead that somebody may see. Raises `BadInput` for itself, or for one that is a duplicate itself."""
    _must_fit(lead, Act.DUPLICATE)
    other = Lead.objects.filter(pk=of).first()
    if other is None or other.pk == lead.pk or other.state == State.DUPLICATE or not may(actor, "see", other):
        raise BadInput("leads.duplicate", at="of")
    return _moved(lead, Act.DUPLICATE, {"duplicate_of": other, "wakes": None}, actor, at)


@_on_lead(Act.REOPEN, forms.Reason)
def reopen(lead: Lead, reason: str, *, actor: User | None, at: datetime) -> Changed:
    _reason(reason)
    return _moved(lead, Act.REOPEN, {"reason": "", "duplicate_of": None}, actor, at, reason)


def _new_company(lead: Lead, by: User | None, at: datetime) -> Company:
    name = lead.company_name.strip()
    if not name:
        raise MissingKey("leads.company", at="company")
    chinese = script_of(name) == "Hani"
    return create(name if chinese else "", "" if chinese else name, country=lead.country, by=by, at=at)


def _reason(text: str) -> str:
    if not text.strip():
        raise MissingKey("leads.reason", at="reason")
    return text.strip()


# ---- what the score rests on


def _is_open(lead: Lead) -> bool:
    return State(lead.state).is_open


@action("evidence", model=Lead, form=forms.SayEvidence, permission="work", fits=_is_open, entries=["say_evidence"])
def say_evidence(
    lead: Lead, part: str, value: str, day: date, source: str, *, actor: User | None, at: datetime
) -> Changed:
    """What somebody found out, with its source. Openness is answered by our books alone."""
    weights().check(part, value)
    if weights().part(part).from_books:
        raise BadInput("leads.from-books", at="part")
    if not source.strip():
        raise MissingKey("leads.source", at="source")
    if not _FIRST <= day <= timezone.localdate(at):
        raise BadInput("leads.ahead" if day >= _FIRST else "leads.long-ago", at="day")
    Evidence.objects.create(lead=lead, part=part, value=value, day=day, source=source.strip()[:300], by=actor, at=at)
    made = rescore(lead, at=at, on=timezone.localdate(at))
    return Changed({"low": made.low, "high": made.high})


@action("adjust", model=Lead, form=forms.Adjust, permission="work", fits=_is_open)
def adjust(lead: Lead, points: int, reason: str, *, actor: User | None, at: datetime) -> Changed:
    """Points of a person, 1 to 20 more or fewer, beside the computed score."""
    if not -20 <= points <= 20 or points == 0:
        raise BadInput("leads.points", at="points")
    Adjustment.objects.create(lead=lead, points=points, reason=_reason(reason), by=actor, at=at)
    return Changed(reason=reason)


@action("describe", model=Lead, form=forms.Describe, permission="work", fits=_is_open)
def describe(lead: Lead, fields: Json, *, at: datetime) -> Changed:
    """Change what is known of it: `title`, `company`, `company_name`, `country`, `plans`, `technology`, `summary`."""
    if not fields.get("title", "x").strip():
        raise MissingKey("leads.title", at="title")
    _check(fields)
    for name, value in fields.items():
        setattr(lead, name, value)
    made = rescore(lead, at=at, on=timezone.localdate(at))
    return Changed({**fields, "low": made.low, "high": made.high})


# ---- what happens by itself


def wake_due(at: datetime) -> int:
    """Wake those whose day has come; how many. Each in a transaction of its own, so that being killed loses nothing."""
    today = timezone.localdate(at)
    due, woken = list(Lead.objects.filter(state=State.PARKED, wakes__lte=today).order_by("wakes", "pk")), 0
    for lead in due:
        try:
            wake(lead, by=None, at=at, key=f"wake-{lead.pk}-{lead.wakes}")
        except NotNow:  # somebody did something else with it meanwhile; the others are woken all the same
            continue
        woken += 1
    return woken


@action("rescore", model=Lead)
def rescore_lead(lead: Lead, *, at: datetime) -> Changed | Unchanged:
    """What is computed is nobody's change: the version stays, so that no form of anybody is lost."""
    on = timezone.localdate(at)
    if not differs(lead, on):
        return Unchanged()
    made = rescore(lead, at=at, on=on)
    return Changed({"low": made.low, "high": made.high, "version": lead.version, "changed": lead.changed})


def rescore_all(at: datetime) -> int:
    """Compute open leads anew, since evidence grows old and books change; how many came out otherwise."""
    on, changed = timezone.localdate(at), 0
    for lead in open_leads():
        if differs(lead, on):
            with suppress(NotFound):  # it went meanwhile
                rescore_lead(lead, by=None, at=at)
                changed += 1
    return changed
