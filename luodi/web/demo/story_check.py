"""The story as the database has it: each link is found from the one before, with its reference and its page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.db.models import Manager, Model, QuerySet
from django.utils import timezone

from luodi.casework.agreement import Standing
from luodi.casework.matches import MatchState, Says
from luodi.casework.obstacles import IssueState
from luodi.casework.pilots import PilotState
from luodi.casework.promises import PromiseState
from luodi.casework.referrals import ReferralState
from luodi.casework.stages import Stage
from luodi.documents.answers import headline
from luodi.errors import LuodiError
from luodi.scorecard.contributions import State
from luodi.web.accounts.models import Company, Unit
from luodi.web.advisor.determinations import document_of
from luodi.web.cases.models import Claim, Clock, LandingCase
from luodi.web.cases.models.steps import RequestState
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.cases.queries.facts import counted_proofs, required
from luodi.web.core.pages import place
from luodi.web.dealings.models import Promise, Referral
from luodi.web.dealings.queries import agreements
from luodi.web.demo.story import company, names, story
from luodi.web.docking.models import DemonstrationProject, Match
from luodi.web.docking.queries.results import results
from luodi.web.journal.models import Entry
from luodi.web.leads.models import Lead
from luodi.web.obstacles.models import Obstacle
from luodi.web.scorecard.models import Contribution

Record = TypeVar("Record", bound=Model)


class BrokenStory(LuodiError):
    """A link of the story that the database does not have as it should be."""

    code = "broken-thread"


@dataclass(frozen=True)
class Found:
    """A link: the row it rests on, what it is called, where its page is, and what it says in both languages."""

    link: str
    row: Model
    reference: str
    page: tuple[str, tuple[int | str, ...]]
    says: dict[str, str]

    def address(self, lang: str) -> str:
        name, arguments = self.page
        return place(name, lang, *arguments)

    def as_json(self, lang: str) -> dict[str, Any]:
        return {
            "link": self.link,
            "reference": self.reference,
            "address": self.address(lang),
            "says": self.says,
        }


def found(at: datetime) -> Iterator[Found | BrokenStory]:
    """Every link in its order, or what is wrong with it. Nothing if the story was not made here."""
    there, on = company(), timezone.localdate(at)
    for name in names() if there is not None else ():
        try:
            assert there is not None
            one = _FIND[name](there, on)
            _require(
                Entry.objects.filter(kind=one.row._meta.label, subject=str(one.row.pk)).exists(), "no journal entry"
            )
            yield one
        except BrokenStory as broken:
            broken.at = name
            yield broken


def _require(holds: object, why: str) -> None:
    if not holds:
        raise BrokenStory("demo.broken-thread", why=why)


def _first(rows: QuerySet[Record] | Manager[Record], why: str) -> Record:
    found = rows.first()
    if found is None:
        raise BrokenStory("demo.broken-thread", why=why)
    return found


def _lead(firm: Company) -> Lead:
    lead: Lead = _first(Lead.objects.filter(company=firm, signals__kind="fair"), "no lead from a fair")
    return lead


def _case(firm: Company) -> LandingCase:
    lead = _lead(firm)
    _require(lead.case is not None, "the lead was not made a case")
    assert lead.case is not None
    return lead.case


# ---- the links


def _signal(firm: Company, on: date) -> Found:
    lead = _lead(firm)
    signal = _first(lead.signals, "no signal")
    _require(signal.at <= lead.received, "the lead is older than its signal")
    return Found(
        "signal", lead, f"lead {lead.pk}", ("leads:lead", (lead.pk,)), {"zh": signal.source, "en": signal.source}
    )


def _score(firm: Company, on: date) -> Found:
    lead = _lead(firm)
    score = _first(lead.scores, "the lead has no score")
    _require(lead.evidence.exclude(source="").count() >= 3, "fewer than three pieces of evidence with a source")
    _require(score.low <= score.high and score.rows, "the score does not explain itself")
    n = lead.evidence.count()
    return Found(
        "score",
        lead,
        f"{score.low}–{score.high}",
        ("leads:lead", (lead.pk,)),
        {"zh": f"{n}条依据", "en": f"{n} pieces of evidence"},
    )


def _enquiry(firm: Company, on: date) -> Found:
    joined = _first(_lead(firm).duplicates.exclude(enquiry=None), "no enquiry was joined to the lead")
    enquiry = joined.enquiry
    assert enquiry is not None
    _require(enquiry.determination.query, "the enquiry has no answers")
    _require(enquiry.replies.exists(), "the enquiry was not answered")
    plan = document_of(enquiry.determination)
    says = {lang: headline(plan, lang) for lang in ("zh", "en")}
    return Found("enquiry", enquiry, enquiry.reference, ("advisor:received", (enquiry.pk,)), says)


def _opened(firm: Company, on: date) -> Found:
    case = _case(firm)
    _require(case.company_id == firm.pk and case.officer is not None, "the case has another company, or no officer")
    _require(case.opened > _lead(firm).received, "the case is older than its lead")
    return Found("case", case, case.reference, ("cases:case", (case.reference,)), _both(case.officer))


def _plan(firm: Company, on: date) -> Found:
    case, plan = _case(firm), _case(firm).determination
    _require(plan is not None, "the case rests on no plan")
    assert plan is not None
    _require(plan.state == "standing", "the plan of the case no longer holds")
    planned = {row["id"] for row in document_of(plan)["steps"]}
    _require(
        planned and planned == set(case.steps.values_list("step", flat=True)), "the steps are not those of the plan"
    )
    _require(case.date_changes.filter(state="approved").exists(), "no move of the expected day was approved")
    says = {"zh": f"{len(planned)}个步骤", "en": f"{len(planned)} steps"}
    return Found("plan", case, case.reference, ("cases:case", (case.reference,)), says)


def _clocks(firm: Company, on: date) -> Found:
    case, name = _case(firm), story()["clock"]
    clock: Clock = _first(case.clocks.filter(step__step=name), f"no clock of the step {name}")
    pauses = list(clock.pauses.all())
    _require(clock.stopped and pauses and all(one.last and one.cause for one in pauses), "the clock or a pause goes on")
    reading = clock.reading(on, calendar_of(case.unit))
    _require(reading.paused and reading.total == reading.running + reading.paused, "total is not running and paused")
    _require(case.requests.filter(state=RequestState.ANSWERED).exists(), "no question was answered")
    kinds = {one.proves for one in counted_proofs(case, on)}
    _require(kinds >= {one.id for one in required(list(case.steps.all()))}, "a required proof is missing or not passed")
    zh = f"共{reading.total}个工作日，其中暂停{reading.paused}个"
    says = {"zh": zh, "en": f"{reading.total} working days, {reading.paused} paused"}
    return Found("clocks", case, name, ("cases:case", (case.reference,)), says)


def _support(firm: Company, on: date) -> Found:
    case = _case(firm)
    one = _first(Referral.objects.filter(hand_off__case=case, state=ReferralState.DONE), "no hand-off was done")
    _require(one.unit_id != case.unit_id, "the hand-off was done by the unit that asked")
    kept = Promise.objects.filter(case=case, state=PromiseState.KEPT, shown__isnull=False)
    stands = agreements([one for one in kept if one.owner])
    _require(Standing.AGREED in stands.values(), "no promise with an owner was kept and agreed to by the company")
    return Found("help", one, f"hand-off {one.pk}", ("dealings:record", ("referral", one.pk)), _both(one.unit))


def _obstacle(firm: Company, on: date) -> Found:
    one: Obstacle = _first(Obstacle.objects.filter(company=firm, issue__isnull=False), "no obstacle joined a question")
    issue = one.issue
    assert issue is not None
    _require(issue.state == IssueState.CHANGED and issue.answer, "the policy question has no answer")
    _require(one.answer and one.rating, "the obstacle was not answered and rated")
    return Found("obstacle", one, f"obstacle {one.pk}", ("obstacles:obstacle", (one.pk,)), _both(issue.title))


def _docking(firm: Company, on: date) -> Found:
    match: Match = _first(Match.objects.filter(sides__company=firm, state=MatchState.PILOT), "no match with a pilot")
    _require({one.says for one in match.sides.all()} == {Says.YES}, "a side has not agreed")
    _require(match.revealed and match.introduced, "the sides were not introduced")
    pilot = match.pilot
    _require(pilot.state == PilotState.ACCEPTED and pilot.tests.count() > 0, "the pilot was not accepted")
    _require(all(one.is_agreed for one in results(pilot)), "both sides do not agree to a result of the pilot")
    project = _first(DemonstrationProject.objects.filter(pilot=pilot, shown=True), "no demonstration project is shown")
    says = {"zh": project.title_zh, "en": project.title_en}
    return Found("docking", match, match.reference, ("docking:match", (match.reference,)), says)


def _landing(firm: Company, on: date) -> Found:
    case = _case(firm)
    claim: Claim = _first(case.claims.filter(state="verified"), "no landing was verified")
    brought = set(case.proofs.filter(pk__in=claim.proofs).values_list("by_id", flat=True))
    _require(claim.proofs and claim.gate, "the claim keeps no proofs, or no gate")
    _require(claim.verifier_id not in {claim.by_id, case.officer_id, *brought}, "somebody verified their own work")
    _require(case.stage == Stage.AFTERCARE, "the case is not in aftercare")
    return Found("landing", case, case.reference, ("cases:case", (case.reference,)), _both(claim.verifier))


def _counted(firm: Company, on: date) -> Found:
    counts = Contribution.objects.filter(case=_case(firm), state=State.COUNTED)
    one: Contribution = _first(counts, "no indicator counts the landing")
    _require(one.checker_id not in {None, one.claimed_by_id}, "somebody counted what they claimed")
    indicator = one.indicator
    says = {"zh": indicator.title_zh, "en": indicator.title_en}
    return Found("counted", one, one.reference, ("scorecard:contribution", (one.reference,)), says)


def _both(text: object) -> dict[str, str]:
    if isinstance(text, Unit):
        return {"zh": text.name_zh, "en": text.name_en}
    return {"zh": str(text), "en": str(text)}


#: How each link of `story.yaml` is found; a test holds the two to the same names.
_FIND: Final[dict[str, Callable[[Company, date], Found]]] = {
    "signal": _signal,
    "score": _score,
    "enquiry": _enquiry,
    "case": _opened,
    "plan": _plan,
    "clocks": _clocks,
    "help": _support,
    "obstacle": _obstacle,
    "docking": _docking,
    "landing": _landing,
    "counted": _counted,
}
