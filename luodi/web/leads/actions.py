"""What changes leads: one function an act. Each locks, permits, decides, saves, writes down."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from luodi.casework.leads import Act, after
from luodi.casework.leads import Lead as State
from luodi.casework.states import NotNow
from luodi.errors import BadInput, LuodiError, MissingKey
from luodi.places import country
from luodi.radar.lead_score import weights
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.naming import script_of
from luodi.web.advisor.models import Determination, Enquiry
from luodi.web.cases.acting import perform
from luodi.web.cases.actions import open_case
from luodi.web.cases.models import LandingCase
from luodi.web.companies.actions import Form, create
from luodi.web.journal.actions import snapshot, write
from luodi.web.journal.chain import plain
from luodi.web.leads import telling
from luodi.web.leads.models import Adjustment, Evidence, Lead, Signal
from luodi.web.leads.scoring import rescore


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
    plans: list[dict[str, Any]] = field(default_factory=list)
    company: Company | None = None
    determination: Determination | None = None
    enquiry: Enquiry | None = None


@dataclass(frozen=True)
class From:
    """Where it comes from: `external` is what the source calls it; without one, the hash of what it said."""

    kind: str
    source: str
    raw: dict[str, Any]
    external: str = ""

    @property
    def id(self) -> str:
        return self.external[:200] or hashlib.sha256(json.dumps(self.raw, sort_keys=True).encode()).hexdigest()


def receive(heard: Heard, signal: From, unit: Unit, *, at: datetime, by: User | None = None) -> Lead:
    """A new lead from a signal. The same thing from the same source again gives the lead that there is."""
    if not heard.title.strip():
        raise MissingKey("leads.title", at="title")
    if heard.country:
        country(heard.country)
    try:
        with transaction.atomic():
            return _received(heard, signal, unit, at, by)
    except IntegrityError:  # two at once: the other one came first
        found = _there(signal)
        if found is None:
            raise
        return found


def _there(signal: From) -> Lead | None:
    found = Signal.objects.filter(source=signal.source, external=signal.id).select_related("lead").first()
    return found.lead if found else None


def _received(heard: Heard, signal: From, unit: Unit, at: datetime, by: User | None) -> Lead:
    found = _there(signal)
    if found is not None:
        return found
    fields = {name: _kept(name, getattr(heard, name)) for name in Heard.__dataclass_fields__}
    lead = Lead.objects.create(unit=unit, received=at, changed=at, **{**fields, "title": fields["title"].strip()})
    Signal.objects.create(
        lead=lead, kind=signal.kind, source=signal.source, external=signal.id, raw=plain(signal.raw), at=at
    )
    if signal.kind in (Signal.Kind.ENQUIRY, Signal.Kind.FORM):
        day = timezone.localdate(at)
        Evidence.objects.create(lead=lead, part="readiness", value="asked", day=day, source=signal.source, at=at)
    rescore(lead, at=at, on=timezone.localdate(at))
    write("receive", lead, by=by, after={**snapshot(lead), "signal": signal.kind}, at=at)
    telling.arrived(lead, signal.kind, at=at)
    return lead


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
    plans = [{"service": service, "place": place, "share": share} for service in answers.services]
    heard = Heard(
        title=enquiry.company or enquiry.name,
        company_name=enquiry.company,
        country=_country(answers.given.get("investor", "")),
        summary=enquiry.message,
        contact=enquiry.name,
        email=enquiry.email,
        language=enquiry.language,
        place=place,
        plans=plans,
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


# ---- acts of officers


@dataclass(frozen=True)
class Sent:
    """Who acts, when, with the key and version of the form."""

    by: User | None
    at: datetime
    key: str = ""
    version: int | None = None


def _act(
    lead: Lead, act: Act, sent: Sent, change: Callable[[Lead], dict[str, Any]] | None = None, reason: str = ""
) -> Lead:
    def decide(row: Lead) -> dict[str, Any]:
        state = after(State(row.state), act)
        fields = {"state": state, "ended": None if state.is_open else sent.at}
        return {**fields, **(change(row) if change else {})}

    with transaction.atomic():
        done = perform(
            lead,
            act.value,
            decide,
            by=sent.by,
            at=sent.at,
            key=sent.key,
            version=sent.version,
            permit="convert" if act is Act.CONVERT else "work",
            reason=reason,
        )
        telling.acted(done, act, by=sent.by, at=sent.at)
    return done


def assign(lead: Lead, officer: User, sent: Sent) -> Lead:
    """Give it to an officer who may work on it, such as oneself."""
    from luodi.web.accounts.access import may

    def change(row: Lead) -> dict[str, Any]:
        if not may(officer, "work", row, on=timezone.localdate(sent.at)):
            raise BadInput("leads.officer", at="officer")
        return {"officer": officer}

    return _act(lead, Act.ASSIGN, sent, change)


def qualify(lead: Lead, sent: Sent) -> Lead:
    """It is worth a case."""
    return _act(lead, Act.QUALIFY, sent, lambda row: {"officer": row.officer or sent.by, "wakes": None, "reason": ""})


def park(lead: Lead, until: date, reason: str, sent: Sent) -> Lead:
    """Leave it until a day, on which it wakes by itself. Raises `BadInput` for a day that is not ahead."""

    def change(row: Lead) -> dict[str, Any]:
        if until <= timezone.localdate(sent.at):
            raise BadInput("leads.until", at="until")
        return {"wakes": until, "reason": _reason(reason), "officer": row.officer or sent.by}

    return _act(lead, Act.PARK, sent, change, reason)


def wake(lead: Lead, sent: Sent) -> Lead:
    return _act(lead, Act.WAKE, sent, lambda _: {"wakes": None, "reason": ""})


def refuse(lead: Lead, reason: str, sent: Sent) -> Lead:
    return _act(lead, Act.REFUSE, sent, lambda _: {"reason": _reason(reason), "wakes": None}, reason)


def mark_duplicate(lead: Lead, of: int, sent: Sent) -> Lead:
    """It is another lead that somebody may see. Raises `BadInput` for itself, or for one that is a duplicate itself."""
    from luodi.web.accounts.access import may

    def change(row: Lead) -> dict[str, Any]:
        other = Lead.objects.filter(pk=of).first()
        if other is None or other.pk == row.pk or other.state == State.DUPLICATE or not may(sent.by, "see", other):
            raise BadInput("leads.duplicate", at="of")
        return {"duplicate_of": other, "wakes": None}

    return _act(lead, Act.DUPLICATE, sent, change)


def reopen(lead: Lead, reason: str, sent: Sent) -> Lead:
    _reason(reason)
    return _act(lead, Act.REOPEN, sent, lambda _: {"reason": "", "duplicate_of": None}, reason)


def convert(lead: Lead, sent: Sent, *, company: Company | None = None) -> LandingCase:
    """Open a case with what the lead says. The company is the one named, the lead's own, or a new one of its name.

    Sent again with the same key, it gives the case that there is.
    """

    def change(row: Lead) -> dict[str, Any]:
        form = Form(by=sent.by, at=sent.at)
        found = company or row.company or _new_company(row, form)
        made = open_case(
            found,
            row.unit,
            by=sent.by,
            at=sent.at,
            determination=row.determination,
            place=row.place,
            plans=row.plans,
            technology=row.technology,
        )
        return {"case": made, "company": found, "wakes": None, "reason": ""}

    done = _act(lead, Act.CONVERT, sent, change)
    assert done.case is not None
    return done.case


def _new_company(lead: Lead, form: Form) -> Company:
    name = lead.company_name.strip()
    if not name:
        raise MissingKey("leads.company", at="company")
    chinese = script_of(name) == "Hani"
    return create(name if chinese else "", "" if chinese else name, form, country=lead.country)


def _reason(text: str) -> str:
    if not text.strip():
        raise MissingKey("leads.reason", at="reason")
    return text.strip()


# ---- what the score rests on


def say_evidence(lead: Lead, part: str, value: str, day: date, source: str, sent: Sent) -> Lead:
    """What somebody found out, with its source. Openness is answered by our books alone."""
    weights().check(part, value)
    if weights().part(part).from_books:
        raise BadInput("leads.from-books", at="part")
    if not source.strip():
        raise MissingKey("leads.source", at="source")
    if day > timezone.localdate(sent.at):
        raise BadInput("leads.ahead", at="day")

    def change(row: Lead) -> dict[str, Any]:
        Evidence.objects.create(
            lead=row, part=part, value=value, day=day, source=source.strip()[:300], by=sent.by, at=sent.at
        )
        made = rescore(row, at=sent.at, on=timezone.localdate(sent.at))
        return {"low": made.low, "high": made.high}

    return _work(lead, "say_evidence", change, sent)


def adjust(lead: Lead, points: int, reason: str, sent: Sent) -> Lead:
    """Points of a person, 1 to 20 more or fewer, beside the computed score."""
    if not -20 <= points <= 20 or points == 0:
        raise BadInput("leads.points", at="points")

    def change(row: Lead) -> dict[str, Any]:
        Adjustment.objects.create(lead=row, points=points, reason=_reason(reason), by=sent.by, at=sent.at)
        return {}

    return _work(lead, "adjust", change, sent, reason)


def describe(lead: Lead, fields: dict[str, Any], sent: Sent) -> Lead:
    """Change what is known of it: `title`, `company`, `company_name`, `country`, `plans`, `technology`, `summary`."""
    if not fields.get("title", "x").strip():
        raise MissingKey("leads.title", at="title")
    if fields.get("country"):
        country(fields["country"])

    def change(row: Lead) -> dict[str, Any]:
        for name, value in fields.items():
            setattr(row, name, value)
        made = rescore(row, at=sent.at, on=timezone.localdate(sent.at))
        return {**fields, "low": made.low, "high": made.high}

    return _work(lead, "describe", change, sent)


def _work(lead: Lead, act: str, change: Callable[[Lead], dict[str, Any]], sent: Sent, reason: str = "") -> Lead:
    return perform(
        lead, act, change, by=sent.by, at=sent.at, key=sent.key, version=sent.version, permit="work", reason=reason
    )


# ---- what happens by itself


def wake_due(at: datetime) -> int:
    """Wake those whose day has come; how many. Each in a transaction of its own, so that being killed loses nothing."""
    today = timezone.localdate(at)
    due, woken = list(Lead.objects.filter(state=State.PARKED, wakes__lte=today).order_by("wakes", "pk")), 0
    for lead in due:
        try:
            wake(lead, Sent(by=None, at=at, key=f"wake-{lead.pk}-{lead.wakes}"))
        except NotNow:  # somebody did something else with it meanwhile; the others are woken all the same
            continue
        woken += 1
    return woken


@transaction.atomic
def receive_all(
    found: list[tuple[Heard, From]], unit: Unit, *, at: datetime, by: User | None = None
) -> tuple[int, int]:
    """All of a file or none of it; how many are new, and how many were there already."""
    before = Lead.objects.filter(pk__in=[lead.pk for _, signal in found if (lead := _there(signal))]).count()
    made = {receive(heard, signal, unit, at=at, by=by).pk for heard, signal in found}
    return len(made) - before, before
