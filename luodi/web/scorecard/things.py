"""What is counted: a case with a verified landing, a demonstration project, a platform. What is known of each, and who
prepared it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from luodi.access.treatments import access_book
from luodi.casework.pilots import PilotState
from luodi.casework.stages import Stage
from luodi.scorecard.contributions import Act, Facts, Thing
from luodi.web.accounts.models import Unit
from luodi.web.cases.facts import counted_proofs
from luodi.web.cases.models import Claim, LandingCase, Proof
from luodi.web.cases.models_stages import Claimed
from luodi.web.docking.models_pilots import DemonstrationProject
from luodi.web.journal.models import Entry
from luodi.web.scorecard.models import Contribution, Platform


@dataclass(frozen=True)
class Known:
    """`label` names it in editions without naming a company; `verified` is whether it is what it is claimed to be now;
    `proofs` are the documents that prove something today, of a landing."""

    kind: Thing
    label: str
    unit: Unit
    titles: dict[str, str]
    facts: Facts
    verified: bool
    proofs: tuple[Proof, ...] = ()

    @property
    def kinds(self) -> set[str]:
        return {proof.proves for proof in self.proofs}


def known(thing: Any, on: date) -> Known:
    if isinstance(thing, LandingCase):
        return _case(thing, on)
    if isinstance(thing, DemonstrationProject):
        return _project(thing)
    assert isinstance(thing, Platform)
    titles = {"zh": thing.name_zh, "en": thing.name_en}
    return Known(Thing.PLATFORM, f"platform {thing.pk}", thing.unit, titles, Facts(thing.since), verified=True)


def landing_of(case: LandingCase) -> Claim | None:
    """The claim that was verified last."""
    return case.claims.filter(state=Claimed.VERIFIED).order_by("-decided", "-pk").first()


def _case(case: LandingCase, on: date) -> Known:
    claim, company = landing_of(case), case.company
    zh, en = company.name_zh or company.name_en, company.name_en or company.name_zh
    day = claim.day if claim else None
    facts = Facts(day, company.country != "CN" if company.country else None, *_where_and_what(case, day or on))
    verified = claim is not None and Stage(case.stage).has_landed
    return Known(
        Thing.LANDING, case.reference, case.unit, {"zh": zh, "en": en}, facts, verified,
        tuple(counted_proofs(case, on)),
    )  # fmt: skip


def _where_and_what(case: LandingCase, day: date) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """Places with all they lie in, services with those above them; None where the case names none."""
    book = access_book()
    named = {plan["place"] for plan in case.plans if plan.get("place")} | ({case.place} if case.place else set())
    places = frozenset(zone for name in named if name in book.zones for zone in book.places(name, day))
    asked = {plan["service"] for plan in case.plans if plan.get("service") in book.services}
    services = frozenset(code for name in asked for code in book.services[name].line)
    return places or None, services or None


def _project(project: DemonstrationProject) -> Known:
    verified = project.pilot.state == PilotState.ACCEPTED
    titles = {"zh": project.title_zh, "en": project.title_en}
    unit = project.pilot.match.unit
    return Known(Thing.PROJECT, f"project {project.pk}", unit, titles, Facts(project.since), verified)


# ---- who prepared it


def preparers(contribution: Contribution) -> set[int]:
    """Everybody who claimed it or did anything to the thing: nobody of them decides whether it counts.

    The journal knows more than the columns: who held a case before, who showed a pilot as a project.
    """
    claims = contribution.steps.filter(act=Act.CLAIM).values_list("by_id", flat=True)
    return {one for one in (contribution.claimed_by_id, *claims, *_of_thing(contribution.thing)) if one is not None}


def _of_thing(thing: Any) -> set[int | None]:
    if isinstance(thing, LandingCase):
        claims = {one for pair in thing.claims.values_list("by_id", "verifier_id") for one in pair}
        proofs = set(thing.proofs.values_list("by_id", flat=True))
        return {thing.officer_id, thing.assurance_id} | claims | proofs | _journal(thing, ("officer", "assurance"))
    if isinstance(thing, DemonstrationProject):
        pilot = thing.pilot
        tests = set(pilot.tests.values_list("by_id", flat=True))
        return {pilot.judged_by_id, pilot.match.by_id} | tests | _journal(thing) | _journal(pilot)
    return {thing.by_id} | _journal(thing)


def _journal(row: Any, fields: tuple[str, ...] = ()) -> set[int | None]:
    """Who acted on a row, and who ever stood in some of its fields."""
    entries = Entry.objects.filter(kind=row._meta.label, subject=str(row.pk)).values_list("actor", "before", "after")
    found: set[int | None] = set()
    for actor, before, after in entries:
        found |= {actor, *((side or {}).get(field) for side in (before, after) for field in fields)}
    return found
