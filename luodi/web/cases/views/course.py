"""How a case went against its first plan: its needed steps with the days foreseen, taken and expected."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from luodi.casework.step_states import StepState
from luodi.documents import course as drawing
from luodi.documents.charts import Picture, standing
from luodi.documents.course import Line
from luodi.documents.report_csv import as_csv
from luodi.documents.wording import working_days
from luodi.terms.figures import day_shown
from luodi.web.cases.models import CaseStep, LandingCase
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.cases.queries.steps import StepShown, Work
from luodi.web.core.words import say


@dataclass(frozen=True)
class Leg:
    """A step: `first` and `now` are its first and last days; `late` in working days, negative when early."""

    row: CaseStep
    first: tuple[date, date]
    now: tuple[date, date]
    tone: str
    late: int
    is_open: bool = False  # nobody can tell its end, so `now` and `late` leave out the time of open steps


@dataclass(frozen=True)
class Course:
    """`late` working days lie between the end that the first plan foresaw and the end that is, or is expected."""

    legs: tuple[Leg, ...]
    done: int
    late: int
    picture: Picture
    finding: str


def course_of(case: LandingCase, work: Work, on: date, lang: str) -> Course | None:
    """None for a case without steps that its landing waits for."""
    legs = [_leg(case, one, work, on) for one in work.rows if _counts(one.row)]
    if not legs:
        return None
    calendar = calendar_of(case.unit)
    late = calendar.working_days_between(max(leg.first[1] for leg in legs), max(leg.now[1] for leg in legs))
    done = sum(leg.tone == "done" for leg in legs)
    finding = _finding(done, len(legs), late, lang)
    if open_ends := sum(leg.is_open for leg in legs):
        finding += ("" if lang == "zh" else " ") + say("cases.course_open", lang, n=open_ends)
    lines = [Line(leg.row.title[lang], leg.first, leg.now, leg.tone, _said_late(leg, lang)) for leg in legs]
    told = " ".join(f"{line.title}: {line.first[1]} → {line.now[1]}." for line in lines)
    picture = drawing.course(lines, on, lang, say("cases.course_title", lang), f"{finding} {told}")
    return Course(tuple(legs), done, late, picture, finding)


def _counts(row: CaseStep) -> bool:
    """Those that a landing waits for; what is optional counts once it was begun."""
    if row.state in (StepState.NOT_NEEDED, StepState.WITHDRAWN) or row.recurs:
        return False
    return not row.optional or row.state != StepState.OPEN


def _leg(case: LandingCase, one: StepShown, work: Work, on: date) -> Leg:
    row, calendar = one.row, calendar_of(case.unit)
    first, slot = (row.first_start, row.first_finish), work.left.slots.get(row.step)
    if row.decided is not None:
        now, tone = (row.submitted or row.decided, row.decided), "done"
    else:
        start = calendar.add_working_days(on, slot.start) if slot else on
        finish = calendar.add_working_days(on, slot.finish) if slot else on
        now, tone = (row.submitted or start, max(finish, start)), "run" if row.submitted else "ahead"
        if row.step in work.left.path:
            tone = "path"
    late = calendar.working_days_between(first[1], now[1])
    return Leg(row, first, now, tone, late, row.step in work.left.open_ends)


def _said_late(leg: Leg, lang: str) -> str:
    return say("cases.time_open", lang) if leg.is_open else _note(leg.late, lang)


def _note(late: int, lang: str) -> str:
    """Such as "3 working days later"; nothing where it is as it was foreseen."""
    if not late:
        return ""
    return say("cases.course_later" if late > 0 else "cases.course_earlier", lang, days=working_days(abs(late), lang))


def _finding(done: int, total: int, late: int, lang: str) -> str:
    end = _note(late, lang) or say("cases.course_as_planned", lang)
    return say("cases.course_finding", lang, done=done, total=total, end=end)


# ---- as files

_COLUMNS: Final = (
    "step_id",
    "step",
    "first_start",
    "first_finish",
    "start",
    "finish",
    "state",
    "late",
    "means",
    "on",
    "terms",
)


def as_svg(found: Course, on: date, lang: str) -> str:
    colon = "：" if lang == "zh" else ": "
    as_of = f"{say('cases.course_csv_on', lang)}{colon}{day_shown(on, lang)}"
    drawn = replace(found.picture, describe=found.finding)  # the table has the days; above a picture they are too long
    return standing(drawn, [say("cases.course_means", lang), as_of, say("cases.schedule_terms", lang)], lang)


def as_table(found: Course, on: date, lang: str) -> str:
    """A line a step; each says what the days are, as of when, and who may use them."""
    same = [say("cases.course_means", lang), on.isoformat(), say("cases.schedule_terms", lang)]
    rows = (
        [leg.row.step, leg.row.title[lang], *leg.first, *leg.now, _said(leg, lang), leg.late, *same]
        for leg in found.legs
    )
    return "".join(as_csv([say(f"cases.course_csv_{name}", lang) for name in _COLUMNS], rows))


def _said(leg: Leg, lang: str) -> str:
    return say(f"cases.course_{leg.tone}", lang)
