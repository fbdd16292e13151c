"""Changes of law as pages, files and programs show them: the changes, their cases, and the figures of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Count, F, Q, QuerySet

from luodi.advice.plan_difference import KINDS
from luodi.web.cases.models import CaseChange, Cause, LawChange, LetterState
from luodi.web.cases.queries.law_words import gained_shown, lines, time_shown
from luodi.web.core.lists import Asked, Column, RecordList, choice, of_unit, text, words
from luodi.web.core.permissions import has_role, may, visible
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say

#: How the time that is left moves. Where an upper end is open, the lower one decides.
MOVES: Final = ("longer", "shorter", "same", "open")
_MOVES: Final = {
    "longer": Q(gained__gt=0) | Q(gained=None, gained_least__gt=0),
    "shorter": Q(gained__lt=0) | Q(gained=None, gained_least__lt=0),
    "same": Q(gained=0) | Q(gained=None, gained_least=0),
    "open": Q(is_worked_out=True, most_after=None),
}
_ORDERS: Final = {
    "days": (F("gained").desc(nulls_last=True), F("gained_least").desc(nulls_last=True), "case__reference"),
    "fewest": (F("gained").asc(nulls_last=True), F("gained_least").asc(nulls_last=True), "case__reference"),
    "case": ("case__reference",),
    "officer": ("case__officer__name", "case__reference"),
}
ORDERS: Final = tuple(_ORDERS)
LAW_CHANGES: Final = RecordList(
    LawChange, "cases", "cases:law_changes", order=("-at", "-pk"), related=("draft",), page_size=30
)


def law_changes(user: AnyUser) -> QuerySet[LawChange]:
    """Those that somebody may see; what a draft would do is for those who keep the books."""
    rows = LAW_CHANGES.found(user, {})
    return rows if has_role(user, {Role.POLICY_OFFICER}) else rows.exclude(cause=Cause.TRIAL)


def _by_kind(rows: QuerySet[CaseChange], kind: str, asked: Asked) -> QuerySet[CaseChange]:
    return rows.filter(kinds__contains=f" {kind} ")


def _company(row: CaseChange, lang: str) -> str:
    company = row.case.company
    return (company.name_zh or company.name_en) if lang == "zh" else (company.name_en or company.name_zh)


CASE_CHANGES: Final = RecordList(
    CaseChange,
    "cases",
    "cases:law_changes",
    filters=(
        text("change", "change_id"),
        choice("kind", KINDS, _by_kind),
        choice("move", MOVES, lambda rows, move, asked: rows.filter(_MOVES[move])),
        choice("letter", [one.value for one in LetterState], lambda rows, state, asked: rows.filter(letter=state)),
        words("case__reference", "case__company__name_zh", "case__company__name_en"),
        of_unit("case__unit__path"),
        choice("sort", ORDERS, lambda rows, sort, asked: rows),
    ),
    order=_ORDERS["days"],
    related=("case__company", "case__officer", "case__unit", "decided_by"),
    columns=(
        Column("case", lambda row, lang: row.case.reference),
        Column("company", _company),
        Column("officer", lambda row, lang: str(row.case.officer or "")),
        Column("law_what", lambda row, lang: "\n".join(lines(row.changes, lang))),
        Column("law_before", lambda row, lang: time_shown(row.least_before, row.most_before, lang)),
        Column("law_after", lambda row, lang: time_shown(row.least_after, row.most_after, lang)),
        Column("law_gained", gained_shown),
        Column("law_letter", lambda row, lang: say(f"cases.letter_{row.letter}", lang)),
    ),
)


def sorted_by(sort: str) -> RecordList[CaseChange]:
    """The list in another order."""
    return replace(CASE_CHANGES, order=_ORDERS.get(sort, _ORDERS["days"]))


@dataclass(frozen=True)
class Figures:
    """How many cases a change of law meets; of all cases for whoever may count them, else of those that one may see."""

    of_all: bool
    changed: int
    moves: dict[str, int]
    kinds: dict[str, int]
    days: Sequence[tuple[int, int]]  # days gained, cases
    letters: Sequence[Mapping[str, object]]


def figures(user: AnyUser, change: LawChange) -> Figures:
    """Nobody is named in those of all cases."""
    of_all = may(user, "count", change)
    rows = CaseChange.objects.filter(change=change).order_by()
    rows = rows if of_all else visible(user, rows)
    counts = {**{f"move_{name}": Count("pk", filter=q) for name, q in _MOVES.items()}}
    counts |= {f"kind_{kind}": Count("pk", filter=Q(kinds__contains=f" {kind} ")) for kind in KINDS}
    found = rows.aggregate(changed=Count("pk"), **counts)
    days = rows.exclude(gained=None).values_list("gained").annotate(n=Count("pk")).order_by("gained")
    return Figures(
        of_all,
        found["changed"],
        {name: found[f"move_{name}"] for name in _MOVES},
        {kind: n for kind in KINDS if (n := found[f"kind_{kind}"])},
        [(int(gained), int(n)) for gained, n in days],
        _letters(user, change),
    )


def _letters(user: AnyUser, change: LawChange) -> list[Mapping[str, object]]:
    """By officer, of the cases that one may see."""
    rows = visible(user, CaseChange.objects.filter(change=change).exclude(letter=LetterState.NONE)).order_by()
    states = {state.value: Count("pk", filter=Q(letter=state)) for state in LetterState if state != LetterState.NONE}
    return list(rows.values(officer=F("case__officer__name")).annotate(**states).order_by("officer"))


def open_letters(user: AnyUser, case_pk: int) -> list[CaseChange]:
    """Letters of a case that wait to be sent or left."""
    rows = CaseChange.objects.filter(case=case_pk, letter=LetterState.DRAFT).select_related("change__draft")
    return list(visible(user, rows))
