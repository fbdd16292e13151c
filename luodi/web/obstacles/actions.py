"""What changes obstacles and policy questions: one function an act."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from luodi.casework.book import limits
from luodi.casework.obstacles import (
    OF_THE_COMPANY,
    WITH_WORDS,
    IssueAct,
    IssueState,
    ObstacleAct,
    ObstacleKind,
    ObstacleState,
    after,
    issue_after,
)
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.web.accounts.access import may, require
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.queries import officers_of, representatives_of
from luodi.web.advisor.queries import receiving_unit
from luodi.web.cases.acting import add, perform
from luodi.web.cases.calendars import calendar_of
from luodi.web.cases.models import LandingCase
from luodi.web.library.shelf import shelf
from luodi.web.notices.tell import tell
from luodi.web.obstacles.models import Obstacle, PolicyIssue
from luodi.web.words import say

About = tuple[str, str]  # a kind of the library and an id; both blank where it is about no rule


def raise_obstacle(
    company: Company,
    kind: ObstacleKind,
    text: str,
    *,
    by: User,
    at: datetime,
    case: LandingCase | None = None,
    about: About = ("", ""),
    key: str = "",
) -> Obstacle:
    """By the company or by an officer for it. The unit of the case is responsible, else the one that receives
    enquiries; its officers are told. Raises `MissingKey` without words, `UnknownValue` for what is nobody's."""

    def make() -> Obstacle:
        if not text.strip():
            raise MissingKey("obstacles.say-what-stands-way", at="text")
        _must_be_theirs(company, case)
        _must_be_there(about)
        unit = _responsible(case)
        return Obstacle.objects.create(
            company=company,
            case=case,
            unit=unit,
            kind=kind,
            about_kind=about[0],
            about=about[1],
            text=text.strip(),
            raised_by=by,
            at=at,
            due=_due(unit, at),
            changed=at,
        )

    with transaction.atomic():
        made = add(Obstacle, make, "raise", by=by, at=at, key=key)
        _tell_unit(made, "raised", at)
    return made


def _must_be_theirs(company: Company, case: LandingCase | None) -> None:
    if case is not None and case.company_id != company.pk:
        raise UnknownValue("obstacles.case-another-company", at="case")


def _must_be_there(about: About) -> None:
    if about[1] and shelf().get(*about) is None:
        raise UnknownValue("obstacles.library-no-such-entry", at="about")


def _responsible(case: LandingCase | None) -> Unit:
    unit = case.unit if case is not None else receiving_unit()
    if unit is None:
        raise UnknownValue("obstacles.no-unit-receives-obstacles-yet", at="unit")
    return unit


def _due(unit: Unit, at: datetime) -> date:
    """By our own limit, in working days of the responsible unit."""
    return calendar_of(unit).add_working_days(timezone.localdate(at), limits()["obstacle"])


def handle(
    obstacle: Obstacle,
    act: ObstacleAct,
    words: str = "",
    *,
    by: User,
    at: datetime,
    officer: User | None = None,
    key: str = "",
    version: int | None = None,
) -> Obstacle:
    """Accept, refuse, assign, answer and close it, as the unit; confirm it or open it again, as the company."""

    def change(row: Obstacle) -> dict[str, Any]:
        state = after(ObstacleState(row.state), act)
        if act in WITH_WORDS and not words.strip():
            raise MissingKey("obstacles.say-words-since-other-side", at="words")
        return {"state": state, **_fields(row, act, words.strip(), officer or by, at)}

    with transaction.atomic():
        permit = "judge" if act in OF_THE_COMPANY else "work"
        done = perform(obstacle, act.value, change, by=by, at=at, key=key, version=version, permit=permit)
        _tell_about(done, act, at)
    return done


def _fields(row: Obstacle, act: ObstacleAct, words: str, officer: User, at: datetime) -> dict[str, Any]:
    match act:
        case ObstacleAct.ASSIGN:
            if not may(officer, "work", row):
                raise UnknownValue("obstacles.only-officer-responsible-unit-can", at="officer")
            return {"officer": officer}
        case ObstacleAct.ANSWER:
            return {"answer": words, "answered": at}
        case ObstacleAct.REFUSE:
            return {"reason": words, "answered": at}
        case ObstacleAct.REOPEN:
            return {"reason": words, "due": _due(row.unit, at)}
    return {}


def pass_on(
    obstacle: Obstacle, unit: Unit, reason: str, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> Obstacle:
    """Another unit is responsible from now on, by the same day; it finds the obstacle as if it had just come in."""

    def change(row: Obstacle) -> dict[str, Any]:
        if not ObstacleState(row.state).is_open:
            raise NotNow("obstacles.answered-already")
        if not reason.strip():
            raise MissingKey("obstacles.say-why-another-unit-responsible", at="reason")
        if unit.pk == row.unit_id or (unit.closes and unit.closes <= timezone.localdate(at)):
            raise UnknownValue("obstacles.unit-closed-or-responsible-already", at="unit")
        return {"unit": unit, "officer": None, "state": ObstacleState.RECEIVED, "reason": reason.strip()}

    with transaction.atomic():
        done = perform(obstacle, "pass_on", change, by=by, at=at, key=key, version=version, permit="work")
        _tell_unit(done, f"passed on {done.version}", at)
    return done


def rate(
    obstacle: Obstacle,
    rating: int,
    words: str = "",
    *,
    by: User,
    at: datetime,
    key: str = "",
    version: int | None = None,
) -> Obstacle:
    """The company's word on how it was handled, 1 to 5, once it was answered; a later one replaces it."""

    def change(row: Obstacle) -> dict[str, Any]:
        if ObstacleState(row.state).is_open:
            raise NotNow("obstacles.can-rated-once-answered")
        if not 1 <= rating <= 5:
            raise OutOfRange("obstacles.rating-1-5", at="rating")
        return {"rating": rating, "rating_words": words.strip()}

    return perform(obstacle, "rate", change, by=by, at=at, key=key, version=version, permit="judge")


# ---- policy questions


def open_issue(
    title: str,
    text: str,
    unit: Unit,
    due: date,
    *,
    by: User,
    at: datetime,
    about: About = ("", ""),
    obstacles: Iterable[Obstacle] = (),
    key: str = "",
) -> PolicyIssue:
    """Put a question to the unit that keeps a rule, with the obstacles that raise it."""

    def make() -> PolicyIssue:
        for value, at_field in ((title, "title"), (text, "text")):
            if not value.strip():
                raise MissingKey("obstacles.say-what-question", at=at_field)
        if due < timezone.localdate(at):
            raise OutOfRange("obstacles.day-over", at="due")
        _must_be_there(about)
        made = PolicyIssue.objects.create(
            title=title.strip(),
            text=text.strip(),
            about_kind=about[0],
            about=about[1],
            unit=unit,
            by=by,
            at=at,
            due=due,
            changed=at,
        )
        for one in obstacles:
            perform(one, "join", lambda _: {"issue": made}, by=by, at=at)
        return made

    return add(PolicyIssue, make, "open_issue", by=by, at=at, key=key, permit="work")


def join_issue(
    obstacle: Obstacle, issue: PolicyIssue, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> Obstacle:
    """The obstacle raises that question too. One that joins what is settled hears its answer at once."""
    require(by, "see", issue)
    with transaction.atomic():
        done = perform(obstacle, "join", lambda _: {"issue": issue}, by=by, at=at, key=key, version=version)
        if not IssueState(issue.state).is_open:
            _tell_raisers(done, issue, at)
    return done


def settle_issue(
    issue: PolicyIssue,
    act: IssueAct,
    answer: str = "",
    *,
    by: User,
    at: datetime,
    key: str = "",
    version: int | None = None,
) -> PolicyIssue:
    """Take it under study, or settle it with words that everybody who raised it is told."""

    def change(row: PolicyIssue) -> dict[str, Any]:
        state = issue_after(IssueState(row.state), act)
        if act is IssueAct.STUDY:
            return {"state": state}
        if not answer.strip():
            raise MissingKey("obstacles.say-what-changed-or-why", at="answer")
        return {"state": state, "answer": answer.strip(), "settled": at}

    with transaction.atomic():
        done = perform(issue, act.value, change, by=by, at=at, key=key, version=version, permit="work")
        if not IssueState(done.state).is_open:
            for one in done.obstacles.select_related("company", "raised_by"):
                _tell_raisers(one, done, at)
    return done


# ---- telling


def _tell_unit(row: Obstacle, reason: str, at: datetime) -> None:
    for officer in officers_of(row.unit, on=timezone.localdate(at)):
        tell("obstacle_raised", officer, row, reason, at=at, number=row.pk, due=row.due.isoformat())


def _tell_about(row: Obstacle, act: ObstacleAct, at: datetime) -> None:
    state = {lang: say(f"obstacles.state_{row.state}", lang) for lang in ("zh", "en")}
    if act in OF_THE_COMPANY:
        readers = [row.officer] if row.officer else officers_of(row.unit, on=timezone.localdate(at))
        kind = "obstacle_judged"
    elif act is ObstacleAct.ASSIGN:
        return
    else:
        readers, kind = _raisers(row, at), "obstacle_moved"
    for person in readers:
        tell(kind, person, row, f"{row.state} {row.version}", at=at, number=row.pk, state=state)


def _raisers(row: Obstacle, at: datetime) -> list[User]:
    """Whoever raised it, and everybody who acts for the company now."""
    people = {*representatives_of(row.company, on=timezone.localdate(at)), *filter(None, [row.raised_by])}
    return sorted(people, key=lambda one: one.pk)


def _tell_raisers(row: Obstacle, issue: PolicyIssue, at: datetime) -> None:
    state = {lang: say(f"obstacles.issue_{issue.state}", lang) for lang in ("zh", "en")}
    for person in _raisers(row, at):
        tell(
            "issue_settled",
            person,
            row,
            f"issue {issue.pk} {issue.state}",
            at=at,
            number=row.pk,
            title=issue.title,
            state=state,
        )
