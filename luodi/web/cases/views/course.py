"""How a case went beside its first plan: its needed steps with the days foreseen, taken and expected; and how its end
stands to the day that was promised."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from luodi.casework.step_states import StepState
from luodi.documents import course as drawing
from luodi.documents.charts import Picture, standing
from luodi.documents.course import Line
from luodi.documents.report_csv import as_csv
from luodi.terms.figures import day_shown
from luodi.web.cases.models import CaseStep, LandingCase
from luodi.web.cases.queries.promises import promise_of
from luodi.web.cases.queries.steps import Ends, StepShown, Work
from luodi.web.cases.views.wording import promise_words
from luodi.web.core.words import say


@dataclass(frozen=True)
class Leg:
    """A step. `first` are the first and the last day of the first plan, each step at its most; the last is None where
    nobody told it. `start` is the first day of what is; it is or can be done within `ends`."""

    row: CaseStep
    first: tuple[date, date | None]
    start: date
    ends: Ends
    tone: str


@dataclass(frozen=True)
class Course:
    legs: tuple[Leg, ...]
    done: int
    picture: Picture
    finding: str


def course_of(case: LandingCase, work: Work, on: date, lang: str) -> Course | None:
    """None for a case without steps that its landing waits for."""
    legs = [_leg(one, work, on) for one in work.rows if _counts(one.row)]
    if not legs:
        return None
    done = sum(leg.tone == "done" for leg in legs)
    finding = say("cases.course_finding", lang, done=done, total=len(legs))
    finding += ("" if lang == "zh" else " ") + promise_words(promise_of(case, work), lang)
    lines = [_line(leg, lang) for leg in legs]
    told = " ".join(f"{line.title}: {line.first[1] or line.note} → {line.latest or line.note}." for line in lines)
    picture = drawing.course(lines, on, lang, say("cases.course_title", lang), f"{finding} {told}")
    return Course(tuple(legs), done, picture, finding)


def _counts(row: CaseStep) -> bool:
    """Those that a landing waits for; what is optional counts once it was begun."""
    if row.state in (StepState.NOT_NEEDED, StepState.WITHDRAWN) or row.recurs:
        return False
    return not row.optional or row.state != StepState.OPEN


def _leg(one: StepShown, work: Work, on: date) -> Leg:
    row = one.row
    first = (row.first_start, None if row.step in work.unplanned else row.first_finish)
    if row.decided is not None:
        return Leg(row, first, row.submitted or row.decided, Ends(row.decided, row.decided), "done")
    starts, ends = work.starts_of(row.step), work.ends_of(row.step)
    tone = "path" if row.step in work.left.path else "run" if row.submitted else "ahead"
    return Leg(row, first, row.submitted or (starts.earliest if starts else on), ends or Ends(on, on), tone)


def _line(leg: Leg, lang: str) -> Line:
    is_open = leg.ends.latest is None
    now = (leg.start, max(leg.start, leg.ends.earliest))
    return Line(
        leg.row.title[lang], leg.first, now, leg.ends.latest, leg.tone, say("cases.time_open", lang) if is_open else ""
    )


# ---- as files

_COLUMNS: Final = (
    "step_id",
    "step",
    "first_start",
    "first_finish",
    "start",
    "finish_earliest",
    "finish_latest",
    "state",
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
        [leg.row.step, leg.row.title[lang], *_days(leg), say(f"cases.course_{leg.tone}", lang), *same]
        for leg in found.legs
    )
    return "".join(as_csv([say(f"cases.course_csv_{name}", lang) for name in _COLUMNS], rows))


def _days(leg: Leg) -> list[object]:
    """Empty where nobody can tell a day."""
    return [leg.first[0], leg.first[1] or "", leg.start, leg.ends.earliest, leg.ends.latest or ""]
