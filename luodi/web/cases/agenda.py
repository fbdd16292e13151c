"""What of cases is in somebody's day, read by `workbench.day`; what of one case is due, from all apps."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeAlias

from django.db.models import F

from luodi.casework.clocks import Clock as Running
from luodi.casework.clocks import Mark, Pause, read
from luodi.web.cases.models import Clock, LandingCase
from luodi.web.cases.queries.calendars import calendar_at
from luodi.web.cases.queries.steps import pauses_of
from luodi.web.cases.signals import case_dues
from luodi.web.core.agenda import DUE_COLUMNS, Band, DayRow, Due, Dues
from luodi.web.core.pages import url
from luodi.web.core.types import AnyUser

#: The values of a clock, by the names of `_OF_A_DAY`.
Row: TypeAlias = dict[str, Any]


def day_rows(cases: Iterable[int], on: date) -> list[DayRow]:
    """Running clocks of these cases, the nearest last day first, those without one behind."""
    rows = Clock.objects.filter(stopped=None, case__in=list(cases))
    found = list(rows.order_by(F("due").asc(nulls_last=True), "started", "pk").values(*_OF_A_DAY))
    pauses = pauses_of([row["pk"] for row in found])
    return [_row(row, pauses.get(row["pk"], ()), on) for row in found]


_OF_A_DAY = (
    "pk",
    "kind",
    "started",
    "limit",
    "stopped",
    "due",
    "request",
    "case__reference",
    "case__company__name_zh",
    "case__company__name_en",
    "case__unit__path",
    "step",
    "step__title",
    "step__authority",
    "step__state",
)


def _row(row: Row, pauses: tuple[Pause, ...], on: date) -> DayRow:
    clock = Running(row["started"], row["limit"], row["stopped"], pauses)
    reading = read(clock, on, calendar_at(row["case__unit__path"]))
    band: Band = "due" if row["due"] is not None else "waiting"
    if reading.mark is Mark.OVER:
        band = "overdue"
    names = {"zh": row["case__company__name_zh"], "en": row["case__company__name_en"]}
    return DayRow(
        band=band,
        company=names["zh"] or names["en"],
        case=row["case__reference"],
        what=_what(row),
        waiting_on=_waiting_on(row),
        act=_NEXT.get(row["kind"], _NEXT["step"]),
        due=row["due"],
        clock=reading,
        address=url("cases:case", row["case__reference"]),
        names=names,
    )


_NEXT = {
    "step": {"zh": "看进展", "en": "See where it stands"},
    "request": {"zh": "提醒企业", "en": "Remind the company"},
    "verification": {"zh": "问核验人", "en": "Ask the verifier"},
}
_COMPANY = {"zh": "企业", "en": "the company"}


def _what(row: Row) -> dict[str, str]:
    if row["step"] is not None:
        return dict(row["step__title"])
    return (
        {"zh": "企业答复", "en": "The company's answer"} if row["request"] else {"zh": "核验落地", "en": "Verification"}
    )


def _waiting_on(row: Row) -> dict[str, str]:
    if row["step"] is not None and row["step__state"] != "question_open":
        return {key: row["step__authority"][key] for key in ("zh", "en")}
    return {"zh": "核验人", "en": "the verifier"} if row["kind"] == "verification" else _COMPANY


# ---- what is due of one case


def dues_of_case(user: AnyUser, case: LandingCase, by: date, most: int = 20) -> list[Due]:
    """What all apps have due by a day, the nearest first, in one query; none where no app has anything."""
    asked: list[Dues] = list(case_dues.ask(user=user, case=case, by=by))
    if not asked:
        return []
    first, *others = (dues.read() for dues in asked)
    joint = (first.union(*others, all=True) if others else first).order_by("due", "row")
    as_due = {dues.kind: dues.shown for dues in asked}
    rows = (dict(zip(DUE_COLUMNS, row, strict=True)) for row in joint[:most])
    return [as_due[row["of_kind"]](row) for row in rows]
