"""What is counted: a case with a verified landing, a demonstration project, a platform. What is known of each, and who
prepared it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Model

from luodi.access.treatments import access_book
from luodi.casework.pilots import PilotState
from luodi.casework.stages import Stage
from luodi.scorecard.contributions import Act, Facts, Thing
from luodi.web.accounts.models import Company, Unit
from luodi.web.cases.models import Claim, LandingCase, Proof
from luodi.web.cases.models.stages import Claimed
from luodi.web.cases.queries.facts import counted_proofs
from luodi.web.companies.queries import head_of
from luodi.web.docking.models import DemonstrationProject, Pilot, PilotTest
from luodi.web.journal.models import Entry
from luodi.web.scorecard.models import Contribution, ContributionStep, Countable, Platform


@dataclass(frozen=True)
class Known:
    """`label` names it in editions without naming a company; `verified` is whether it is what it is claimed to be now;
    `proofs` are the documents that prove something today, and `company` is whose it is, of a landing."""

    kind: Thing
    label: str
    unit: Unit
    titles: dict[str, str]
    facts: Facts
    verified: bool
    proofs: tuple[Proof, ...] = ()
    company: Company | None = None

    @classmethod
    def of_company(cls, company: Company) -> "Known":
        """A landing that the company might have: nothing of it is known."""
        return cls(Thing.LANDING, "", Unit(), {}, Facts(), verified=False, company=company)

    def group(self, on: date) -> Company | None:
        """The head of the company's group on a day."""
        return head_of(self.company, on=on) if self.company else None

    @property
    def kinds(self) -> set[str]:
        return {proof.proves for proof in self.proofs}


def known(thing: Countable, on: date) -> Known:
    if isinstance(thing, LandingCase):
        return _case(thing, on)
    if isinstance(thing, DemonstrationProject):
        return _project(thing)
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
        Thing.LANDING,
        case.reference,
        case.unit,
        {"zh": zh, "en": en},
        facts,
        verified,
        tuple(counted_proofs(case, on)),
        company,
    )


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


def preparers(contribution: Contribution, *, but: Sequence[str] = ()) -> set[int]:
    """Everybody who claimed it or did anything to the thing: nobody of them decides whether it counts.

    The journal knows more than the columns: who held a case before, who showed a pilot as a project. `but` are acts on
    a case that do not make a preparer.
    """
    return preparers_of([contribution], but=but)[contribution.pk]


def preparers_of(rows: Sequence[Contribution], *, but: Sequence[str] = ()) -> dict[int, set[int]]:
    """Of many, by their primary keys, with the same few queries whatever their number."""
    found: dict[int, set[int | None]] = {row.pk: {row.claimed_by_id} for row in rows}
    claims = ContributionStep.objects.filter(contribution__in=found, act=Act.CLAIM)
    for pk, by in claims.values_list("contribution", "by"):
        found[pk].add(by)
    of_cases = _of_cases([row.case for row in rows if row.case is not None], but)
    of_projects = _of_projects([row.project for row in rows if row.project is not None])
    of_platforms = _journal(Platform, [row.platform_id for row in rows if row.platform_id])
    for row in rows:
        found[row.pk] |= of_cases.get(row.case_id, set()) | of_projects.get(row.project_id, set())
        found[row.pk] |= of_platforms.get(row.platform_id, set()) | {row.platform.by_id if row.platform else None}
    return {pk: {one for one in people if one is not None} for pk, people in found.items()}


People = dict[int | None, set[int | None]]


def _of_cases(cases: Sequence[LandingCase], but: Sequence[str]) -> People:
    if not cases:
        return {}
    found = _journal(LandingCase, [case.pk for case in cases], ("officer", "assurance"), but)
    for case in cases:
        found[case.pk] |= {case.officer_id, case.assurance_id}
    for pk, by, verifier in Claim.objects.filter(case__in=cases).values_list("case", "by", "verifier"):
        found[pk] |= {by, verifier}
    for pk, by in Proof.objects.filter(case__in=cases).values_list("case", "by"):
        found[pk].add(by)
    return found


def _of_projects(projects: Sequence[DemonstrationProject]) -> People:
    if not projects:
        return {}
    found = _journal(DemonstrationProject, [project.pk for project in projects])
    pilots = {project.pilot_id: project.pk for project in projects}
    for pilot, people in _journal(Pilot, list(pilots)).items():
        found[pilots[pilot or 0]] |= people
    for pilot, judge, by in Pilot.objects.filter(pk__in=pilots).values_list("pk", "judged_by", "match__by"):
        found[pilots[pilot]] |= {judge, by}
    for pilot, by in PilotTest.objects.filter(pilot__in=pilots).values_list("pilot", "by"):
        found[pilots[pilot]].add(by)
    return found


def _journal(
    model: type[Model], keys: Iterable[int | None], fields: tuple[str, ...] = (), but: Sequence[str] = ()
) -> People:
    """Who acted on rows, and who ever stood in some of their fields, by primary key."""
    found: People = {key: set() for key in keys}
    entries = Entry.objects.filter(kind=model._meta.label, subject__in=[str(key) for key in found])
    entries = entries.exclude(act__in=but)
    for subject, actor, before, after in entries.values_list("subject", "actor", "before", "after"):
        found[int(subject)] |= {actor, *((side or {}).get(field) for side in (before, after) for field in fields)}
    return found
