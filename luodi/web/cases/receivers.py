"""What this room shows in others."""

from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from luodi.casework.clocks import Clock as Running
from luodi.casework.clocks import Mark, Pause, read
from luodi.casework.stages import End
from luodi.rules.library import load_book
from luodi.web.accounts.models import Company
from luodi.web.advisor.models import Determination
from luodi.web.cases import telling
from luodi.web.cases.calendars import calendar_at
from luodi.web.cases.facts import own_facts
from luodi.web.cases.models import Claim, Clock, InfoRequest, LandingCase, Obligation
from luodi.web.cases.queries_steps import has, pauses_of
from luodi.web.core.agenda import Band, DayRow, Due, Dues, Event
from luodi.web.core.pages import url
from luodi.web.core.permissions import in_scope, scope_of, visible
from luodi.web.core.prepared import Prepared
from luodi.web.core.words import language, say


def case_facts(case: LandingCase, on: date) -> dict[str, Any]:
    return own_facts(case, on)


def case_dues(user: Any, case: LandingCase, by: date) -> list[Dues]:
    """Continuing duties of the company."""
    if not has(case, "obligations"):
        return []
    rows = visible(user, Obligation.objects.filter(case=case, due__lte=by))
    names = ("case__company__name_zh", "case__company__name_en", "case__unit__path")
    return [Dues("duty", rows, "step", *names, lambda row: _due(case, row))]


def _due(case: LandingCase, row: dict[str, Any] | Any) -> Due:
    rule = load_book("landing-steps").by_id.get(row["in_words"])
    title = rule.title[language()] if rule else row["in_words"]
    return Due(
        row["due"],
        title,
        _both("cases.duty_one"),
        {"zh": row["whom_zh"], "en": row["whom_en"]},
        _both("cases.due_look"),
        url("cases:part", case.reference, "permits"),
        row["of_path"],
    )


def _both(key: str) -> dict[str, str]:
    return {lang: say(key, lang) for lang in ("zh", "en")}


# ---- a company's time line


def case_events(user: Any, company: Company, on: date) -> list[Event]:
    """Its cases opened and ended, landings claimed and verified, questions asked and answered."""
    mine = visible(user, LandingCase.objects.filter(company=company))
    found = [event for one in mine[:100] for event in _of_case(one)]
    claims = visible(user, Claim.objects.filter(case__company=company)).select_related("case")
    found += [event for one in claims[:100] for event in _of_claim(one)]
    asked = visible(user, InfoRequest.objects.filter(case__company=company)).select_related("case")
    return found + [event for one in asked[:100] for event in _of_request(one)]


def _of_case(one: LandingCase) -> list[Event]:
    address = url("cases:case", one.reference)
    found = [Event(one.opened, "case", f"立案 {one.reference}", f"Case {one.reference} opened", address)]
    if not one.is_open:
        found.append(
            Event(one.changed, "case", f"案件结束：{one.end_reason}", f"Case ended: {one.end_reason}", address)
        )
    return found


def _of_claim(one: Claim) -> list[Event]:
    address, day = url("cases:case", one.case.reference), one.day.isoformat()
    found = [Event(one.at, "claim", f"申报落地（{day}）", f"Landing claimed ({day})", address)]
    if one.decided:
        zh, en = {"verified": ("核验落地", "Landing verified")}.get(one.state, ("申报未通过", "Claim rejected"))
        found.append(Event(one.decided, "claim", zh, en, address))
    return found


def _of_request(one: InfoRequest) -> list[Event]:
    address = url("cases:case", one.case.reference)
    found = [Event(one.at, "question", f"询问企业：{one.question[:80]}", f"Asked: {one.question[:80]}", address)]
    if one.answered:
        found.append(
            Event(one.answered, "answer", f"企业答复：{one.answer[:80]}", f"Answered: {one.answer[:80]}", address)
        )
    return found


# ---- an officer's day


def day_rows(user: Any, on: date, limit: int) -> list[DayRow]:
    """Running clocks of one's own open cases, the nearest last day first; then those that wait without one."""
    scope = scope_of(user, Clock, on=on)
    found = _TIMED(user.pk, scope=scope, most=limit)
    found += _WAITING(user.pk, scope=scope, most=limit)[: limit - len(found)] if len(found) < limit else []
    pauses = pauses_of([row["pk"] for row in found])
    return [_row(row, pauses.get(row["pk"], ()), on) for row in found]


def _timed(user: int, *, scope: Q | None, most: int) -> QuerySet[Any, Any]:
    """Those with a last day. `next_due` of a case is the nearest of its clocks, so that no more cases than rows matter,
    and an index gives them."""
    near = LandingCase.objects.filter(officer=user, end=End.NONE, next_due__isnull=False).order_by("next_due", "pk")
    rows = Clock.objects.filter(stopped=None, due__isnull=False, case__in=near.values("pk")[:most])
    return in_scope(rows, scope).order_by("due", "id").values(*_OF_A_DAY)[:most]


def _waiting(user: int, *, scope: Q | None, most: int) -> QuerySet[Any, Any]:
    rows = Clock.objects.filter(stopped=None, due=None, case__officer=user, case__end=End.NONE)
    return in_scope(rows, scope).order_by("started", "id").values(*_OF_A_DAY)[:most]


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

_TIMED: Final[Prepared[dict[str, Any]]] = Prepared(_timed, int)
_WAITING: Final[Prepared[dict[str, Any]]] = Prepared(_waiting, int)


def _row(row: dict[str, Any], pauses: tuple[Pause, ...], on: date) -> DayRow:
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


def _what(row: dict[str, Any]) -> dict[str, str]:
    if row["step"] is not None:
        return dict(row["step__title"])
    return (
        {"zh": "企业答复", "en": "The company's answer"} if row["request"] else {"zh": "核验落地", "en": "Verification"}
    )


def _waiting_on(row: dict[str, Any]) -> dict[str, str]:
    if row["step"] is not None and row["step__state"] != "question_open":
        return {key: row["step__authority"][key] for key in ("zh", "en")}
    return {"zh": "核验人", "en": "the verifier"} if row["kind"] == "verification" else _COMPANY


# ---- merges, and answers that no longer hold


def case_moves(old_company: Company, new_company: Company) -> None:
    LandingCase.objects.filter(company=old_company).update(company=new_company)


def relied_on() -> Q:
    """Determinations that an open case rests on."""
    return Q(cases__end=End.NONE)


def open_cases() -> dict[int, int]:
    """How many open cases rest on each determination."""
    rows = LandingCase.objects.filter(end=End.NONE).exclude(determination=None).order_by()
    return dict(rows.values_list("determination").annotate(n=Count("pk")))


def went_stale(determination: Determination, at: datetime) -> None:
    """Tell the officers of the cases that rest on it."""
    for case in LandingCase.objects.filter(determination=determination, end=End.NONE).select_related("officer", "unit"):
        telling.officer(case, "case_stale", case, f"determination {determination.pk}", at=at)
