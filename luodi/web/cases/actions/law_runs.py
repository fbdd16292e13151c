"""Working out what a change of law does to each open case: in the background, and some cases at a time."""

from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from luodi.casework.stages import End
from luodi.editions import Books
from luodi.errors import LuodiError
from luodi.message import Message
from luodi.web.books.runs import NotChecked
from luodi.web.cases.models import CaseChange, LandingCase, LawChange, LetterState
from luodi.web.cases.queries.law import Effect, books_after, books_before, effects
from luodi.web.cases.queries.law_words import letter_text
from luodi.web.core.error_words import stored

_AT_ONCE: Final = 50  # cases of one transaction, which takes some milliseconds
_OPEN: Final = ("waiting", "running")


class _Stopped(Exception):
    """Somebody told the run to stop, or another one goes on with it."""


def carry_out(pk: int) -> str:
    """Work out each open case, some in a transaction, so that nobody waits; its state afterwards. Cut off, it goes on
    behind the last case that was stored; once it is done, repeating it does nothing."""
    change = LawChange.objects.select_related("draft").filter(pk=pk).first()
    if change is None:
        return "gone"
    if not LawChange.objects.filter(pk=pk, state__in=_OPEN).update(state="running", whole=_open_cases().count()):
        return change.state
    try:
        _work_out(change)
        return _ended(pk, "done")
    except _Stopped:
        return "stopped"
    except LuodiError as problem:
        return _ended(pk, "failed", stored(problem))
    except Exception:  # a fault of the program: the page must not wait for ever, and the queue's own record says more
        _ended(pk, "failed", stored(Message("books.program-failed")))
        raise


def _ended(pk: int, state: str, problem: str = "") -> str:
    values = {"state": state, "problem": problem, "ended": timezone.now()}
    return state if LawChange.objects.filter(pk=pk, state="running").update(**values) else "stopped"


def _open_cases() -> QuerySet[LandingCase]:
    return LandingCase.objects.filter(end=End.NONE).exclude(determination=None)


def _work_out(change: LawChange) -> None:
    if change.draft is not None and change.draft.version != change.draft_version:
        raise NotChecked("books.draft-changed-before-run-began")
    before = books_before(change)
    with books_after(change) as after:
        while _some_more(change, before, after):
            pass


def _some_more(change: LawChange, before: Books, after: Books) -> bool:
    rows = _open_cases().filter(pk__gt=change.last).select_related("company", "unit", "officer", "determination")
    cases = list(rows.order_by("pk")[:_AT_ONCE])
    if not cases:
        return False
    found = list(effects(cases, change, before, after))
    _store(change, found)
    change.last = cases[-1].pk
    return True


@transaction.atomic
def _store(change: LawChange, found: list[tuple[LandingCase, Effect | None]]) -> None:
    there = LawChange.objects.filter(pk=change.pk, state="running", last=change.last)
    if not there.update(done=F("done") + len(found), last=found[-1][0].pk):
        raise _Stopped
    rows = [_row(change, case, effect) for case, effect in found if effect is not None]
    same = [case.pk for case, effect in found if effect is None]
    change.cases.filter(case__in=same).delete()  # flagged, but not by what these editions changed
    fields = [one.name for one in CaseChange._meta.concrete_fields if one.name not in ("id", "change", "case")]
    CaseChange.objects.bulk_create(rows, update_conflicts=True, unique_fields=["change", "case"], update_fields=fields)
    if not change.is_trial:
        older = CaseChange.objects.filter(case__in=[row.case_id for row in rows], change__lt=change.pk)
        older.filter(letter=LetterState.DRAFT).update(letter=LetterState.REPLACED, version=F("version") + 1)


def _row(change: LawChange, case: LandingCase, effect: Effect) -> CaseChange:
    assert case.determination_id is not None, "a case without a plan has no effect"
    least = effect.after.least - effect.before.least
    made = CaseChange(
        change=change,
        case=case,
        determination_id=case.determination_id,
        changes=effect.changes,
        kinds=effect.kinds,
        least_before=effect.before.least,
        most_before=effect.before.most,
        least_after=effect.after.least,
        most_after=effect.after.most,
        gained=effect.gained,
        gained_least=least,
        is_worked_out=True,
    )
    if not change.is_trial:
        made.letter = LetterState.DRAFT
        made.text_zh, made.text_en = (letter_text(made, lang) for lang in ("zh", "en"))
    return made
