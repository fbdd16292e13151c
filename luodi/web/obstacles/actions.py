"""What changes obstacles and policy questions."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from luodi.casework.agreement import PartySide
from luodi.casework.book import limits
from luodi.casework.obstacles import (
    OF_THE_COMPANY,
    SAYS,
    WITH_WORDS,
    Against,
    IssueAct,
    IssueState,
    ObstacleAct,
    ObstacleKind,
    ObstacleState,
    acts_on,
    after,
    issue_acts_on,
    issue_after,
)
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.library.shelf import shelf
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.queries import officers_of, representatives_of
from luodi.web.advisor.queries import receiving_unit
from luodi.web.cases.actions import agreements
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.core.actions import Changed, Created, action, action_for_each
from luodi.web.core.errors import OwnWork
from luodi.web.core.permissions import may, require
from luodi.web.core.words import both
from luodi.web.notices.making import make_notice
from luodi.web.obstacles import forms, queries
from luodi.web.obstacles.models import Obstacle, PolicyIssue

About = tuple[str, str]  # a kind of the library and an id; both blank where it is about no rule


@action("raise", model=Obstacle, form=forms.Raise, permission="raise", creates=True)
def raise_obstacle(
    company: Company,
    kind: ObstacleKind,
    text: str,
    *,
    actor: User,
    at: datetime,
    case: LandingCase | None = None,
    about: About = ("", ""),
    against: Against | None = None,
) -> Created:
    """By the company or by an officer for it. The unit of the case is responsible, else the one that receives
    enquiries; its officers are notified. A complaint goes to somebody whom it is not about (`against`). Raises
    `MissingKey` without words, `UnknownValue` for what is nobody's."""
    if not text.strip():
        raise MissingKey("obstacles.say-what-stands-way", at="text")
    if case is not None and case.company_id != company.pk:
        raise UnknownValue("obstacles.case-another-company", at="case")
    _require_entry(about)
    person, complained = _against(kind, against, case, about)
    unit = _responsible(case, person, complained, timezone.localdate(at))
    made = Obstacle.objects.create(
        company=company,
        case=case,
        unit=unit,
        kind=kind,
        about_kind=about[0],
        about=about[1],
        text=text.strip(),
        against_person=person,
        against_unit=complained,
        raised_by=actor,
        at=at,
        due=_due(unit, at),
        changed=at,
    )
    return Created(made, notify=lambda row: _notify_unit(row, "raised", at))


def _require_entry(about: About) -> None:
    if about[1] and shelf().get(*about) is None:
        raise UnknownValue("obstacles.library-no-such-entry", at="about")


def _against(
    kind: ObstacleKind, against: Against | None, case: LandingCase | None, about: About
) -> tuple[User | None, Unit | None]:
    """The person or the unit that a complaint is about. Where it does not say so, one that names no rule is about the
    officer of its case; a case without an officer has its unit alone."""
    if kind is not ObstacleKind.COMPLAINT or against is Against.NOBODY or (against is None and about[1]):
        return None, None
    if case is None:
        if against is not None:
            raise MissingKey("obstacles.say-case-complaint-about", at="case")
        return None, None
    if against is Against.UNIT or case.officer is None:
        return None, case.unit
    return case.officer, None


def _responsible(case: LandingCase | None, person: User | None, complained: Unit | None, on: date) -> Unit:
    unit = case.unit if case is not None else receiving_unit()
    if unit is None:
        raise UnknownValue("obstacles.no-unit-receives-obstacles-yet", at="unit")
    if person is None and complained is None:
        return unit
    found = queries.unit_for(unit, person, complained, on=on)
    if found is None:
        raise UnknownValue("obstacles.nobody-else-takes-complaint", at="against")
    return found


def _due(unit: Unit, at: datetime) -> date:
    """By our own limit, in working days of the responsible unit."""
    return calendar_of(unit).add_working_days(timezone.localdate(at), limits()["obstacle"])


@action_for_each(
    ObstacleAct,
    model=Obstacle,
    form=lambda act: forms.Words if act in WITH_WORDS else forms.Plain,
    permission=lambda act: "judge" if act in OF_THE_COMPANY else "work",
    fits=lambda act, row: act in acts_on(ObstacleState(row.state)),
)
def handle(
    obstacle: Obstacle, words: str = "", *, act: ObstacleAct, actor: User, at: datetime, officer: User | None = None
) -> Changed:
    """Accept, refuse, assign, answer and close it, as the unit; confirm it or open it again, as the company."""
    if act not in OF_THE_COMPANY:
        _require_other(obstacle, actor, at)
    state = after(ObstacleState(obstacle.state), act)
    if act in WITH_WORDS and not words.strip():
        raise MissingKey("obstacles.say-words-since-other-side", at="words")
    if act in SAYS:
        _state(obstacle, act, words, actor, at)
    values = {"state": state, **_fields(obstacle, act, words.strip(), officer or actor, at)}
    return Changed(values, notify=lambda row: _notify_other_side(row, act, at))


def _state(row: Obstacle, act: ObstacleAct, words: str, actor: User, at: datetime) -> None:
    side = PartySide.COMPANY if act in OF_THE_COMPANY else PartySide.AGENCY
    unit, company = row.unit, row.company
    agreements.state(queries.OBSTACLE, row, side, SAYS[act], unit=unit, company=company, by=actor, at=at, words=words)


def _require_other(row: Obstacle, actor: User, at: datetime) -> None:
    if not queries.may_handle(actor, row, on=timezone.localdate(at)):
        raise OwnWork("obstacles.nobody-handles-complaint-about-them")


def _fields(row: Obstacle, act: ObstacleAct, words: str, officer: User, at: datetime) -> dict[str, object]:
    match act:
        case ObstacleAct.ASSIGN:
            if not may(officer, "work", row) or not queries.may_handle(officer, row, on=timezone.localdate(at)):
                raise UnknownValue("obstacles.only-officer-responsible-unit-can", at="officer")
            return {"officer": officer}
        case ObstacleAct.ANSWER:
            return {"answer": words, "answered": at}
        case ObstacleAct.REFUSE:
            return {"reason": words, "answered": at}
        case ObstacleAct.REOPEN:
            return {"reason": words, "due": _due(row.unit, at)}
    return {}


def _is_open(row: Obstacle) -> bool:
    return ObstacleState(row.state).is_open


@action(
    "rate",
    model=Obstacle,
    form=forms.Rate,
    permission="judge",
    fits=lambda row: not _is_open(row) and row.rating is None,
)
def rate(obstacle: Obstacle, rating: int, rating_words: str = "") -> Changed:
    """The company's word on how it was handled, 1 to 5, once it was answered; a later one replaces it."""
    if _is_open(obstacle):
        raise NotNow("obstacles.can-rated-once-answered")
    if not 1 <= rating <= 5:
        raise OutOfRange("obstacles.rating-1-5", at="rating")
    return Changed({"rating": rating, "rating_words": rating_words.strip()})


@action("pass_on", model=Obstacle, form=forms.PassOn, permission="work", fits=_is_open)
def pass_on(obstacle: Obstacle, unit: Unit, reason: str, *, actor: User, at: datetime) -> Changed:
    """Another unit is responsible from now on, by the same day; it finds the obstacle as if it had just come in. A
    complaint goes to no unit where only those handle it whom it is about."""
    _require_other(obstacle, actor, at)
    if not _is_open(obstacle):
        raise NotNow("obstacles.answered-already")
    if not reason.strip():
        raise MissingKey("obstacles.say-why-another-unit-responsible", at="reason")
    if unit.pk == obstacle.unit_id or (unit.closes and unit.closes <= timezone.localdate(at)):
        raise UnknownValue("obstacles.unit-closed-or-responsible-already", at="unit")
    on = timezone.localdate(at)
    about = queries.involved(obstacle.against_person, obstacle.against_unit, on=on)
    if about and not queries.can_take(unit, obstacle.against_unit, about, on=on):
        raise UnknownValue("obstacles.complaint-about-unit", at="unit")
    values = {"unit": unit, "officer": None, "state": ObstacleState.RECEIVED, "reason": reason.strip()}
    return Changed(values, notify=lambda row: _notify_unit(row, f"passed on {row.version}", at))


@action("join", model=Obstacle, form=forms.Join, permission="join", fits=lambda row: row.issue is None)
def join_issue(obstacle: Obstacle, issue: PolicyIssue, *, actor: User, at: datetime) -> Changed:
    """The obstacle raises that question too. One that joins what is settled gets its answer at once."""
    require(actor, "see", issue)
    is_settled = not IssueState(issue.state).is_open
    return Changed({"issue": issue}, notify=(lambda row: _notify_raisers(row, issue, at)) if is_settled else None)


# ---- policy questions


@action("open_issue", model=PolicyIssue, form=forms.Issue, permission="work", creates=True)
def open_issue(
    title: str,
    text: str,
    unit: Unit,
    due: date,
    *,
    actor: User,
    at: datetime,
    about: About = ("", ""),
    obstacles: Iterable[Obstacle] = (),
) -> Created:
    """Put a question to the unit that keeps a rule, with the obstacles that raise it."""
    for value, at_field in ((title, "title"), (text, "text")):
        if not value.strip():
            raise MissingKey("obstacles.say-what-question", at=at_field)
    if due < timezone.localdate(at):
        raise OutOfRange("obstacles.day-over", at="due")
    _require_entry(about)
    made = PolicyIssue.objects.create(
        title=title.strip(),
        text=text.strip(),
        about_kind=about[0],
        about=about[1],
        unit=unit,
        by=actor,
        at=at,
        due=due,
        changed=at,
    )
    for one in obstacles:
        join_issue(one, made, by=actor, at=at)
    return Created(made)


@action_for_each(
    IssueAct,
    model=PolicyIssue,
    form=lambda act: forms.Plain if act is IssueAct.STUDY else forms.Settle,
    permission=lambda _: "work",
    fits=lambda act, row: act in issue_acts_on(IssueState(row.state)),
)
def settle_issue(issue: PolicyIssue, answer: str = "", *, act: IssueAct, at: datetime) -> Changed:
    """Take it under study, or settle it with words that everybody who raised it is notified of."""
    state = issue_after(IssueState(issue.state), act)
    if act is IssueAct.STUDY:
        return Changed({"state": state})
    if not answer.strip():
        raise MissingKey("obstacles.say-what-changed-or-why", at="answer")
    values = {"state": state, "answer": answer.strip(), "settled": at}
    return Changed(values, notify=lambda row: _notify_all_raisers(row, at))


# ---- notices


def _notify_unit(row: Obstacle, reason: str, at: datetime) -> None:
    kind = "complaint_raised" if row.against_person or row.against_unit else "obstacle_raised"
    for officer in _unit_people(row, at):
        make_notice(kind, officer, row, reason, at=at, number=row.pk, due=row.due.isoformat())


def _unit_people(row: Obstacle, at: datetime) -> list[User]:
    """The officers of the responsible unit; of a complaint only those whom it is not about."""
    on = timezone.localdate(at)
    about = queries.involved(row.against_person, row.against_unit, on=on)
    return queries.handlers(row.unit, about, on=on) if about else officers_of(row.unit, on=on)


def _notify_other_side(row: Obstacle, act: ObstacleAct, at: datetime) -> None:
    if act is ObstacleAct.ASSIGN:
        return
    people, kind = _raisers(row, at), "obstacle_moved"
    if act in OF_THE_COMPANY:
        kind = "obstacle_judged"
        people = [row.officer] if row.officer else _unit_people(row, at)
    state = both(f"obstacles.state_{row.state}")
    for person in people:
        make_notice(kind, person, row, f"{row.state} {row.version}", at=at, number=row.pk, state=state)


def _raisers(row: Obstacle, at: datetime) -> list[User]:
    """Whoever raised it, and everybody who acts for the company now."""
    people = {*representatives_of(row.company, on=timezone.localdate(at)), *filter(None, [row.raised_by])}
    return sorted(people, key=lambda one: one.pk)


def _notify_all_raisers(issue: PolicyIssue, at: datetime) -> None:
    for one in issue.obstacles.select_related("company", "raised_by"):
        _notify_raisers(one, issue, at)


def _notify_raisers(row: Obstacle, issue: PolicyIssue, at: datetime) -> None:
    reason, state = f"issue {issue.pk} {issue.state}", both(f"obstacles.issue_{issue.state}")
    for person in _raisers(row, at):
        make_notice("issue_settled", person, row, reason, at=at, number=row.pk, title=issue.title, state=state)
