"""A change of law and the cases that rest on it: flagged in its transaction, worked out in the background."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from luodi.casework.stages import End
from luodi.editor.archive import unpack
from luodi.editor.checking import check
from luodi.web.accounts.models import User
from luodi.web.advisor.models import Determination
from luodi.web.books.models import Draft, Publication
from luodi.web.books.queries import settled
from luodi.web.books.runs import NotChecked
from luodi.web.cases import notices
from luodi.web.cases.models import CaseChange, Cause, LandingCase, LawChange
from luodi.web.cases.queries.law import kinds_of
from luodi.web.cases.tasks import work_out
from luodi.web.core.actions import Changed, Created, Unchanged, action
from luodi.web.core.forms import ActionForm
from luodi.web.core.types import Json
from luodi.web.notices.making import NewNotice, make_notices

_OPEN: Final = ("waiting", "running")
_ENDED_EARLY: Final = ("stopped", "failed")


# ---- flagged, in the transaction in which answers become stale


def flag(changed: Iterable[tuple[Determination, list[Json]]], since: object, at: datetime) -> None:
    """The open cases that rest on answers which no longer hold, each with what differs; their officers are told."""
    by_key = {plan.pk: changes for plan, changes in changed}
    rows = LandingCase.objects.filter(determination__in=by_key, end=End.NONE)
    cases = list(rows.select_related("officer", "unit").order_by("pk"))
    if not cases:
        return
    change = _on_a_day(since, at)
    made = []
    for case in cases:
        plan = case.determination_id
        assert plan is not None, "they were found by their plan"
        changes = by_key[plan]
        made.append(
            CaseChange(change=change, case=case, determination_id=plan, changes=changes, kinds=kinds_of(changes))
        )
    CaseChange.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
    people = notices.officers_by_case(cases, localdate(at))
    make_notices(
        "case_stale",
        [
            NewNotice(person, case, f"determination {case.determination_id}", {"reference": case.reference})
            for case in cases
            for person in people[case.pk]
        ],
        at=at,
    )


def _on_a_day(since: object, at: datetime) -> LawChange:
    """By the day alone, until `enter_force` says that other editions came."""
    now, on = _keys(settled()), localdate(at)
    values = {"cause": Cause.DAY, "before": now, "after": now, "day_before": since or on, "on": on}
    found, new = LawChange.objects.exclude(cause=Cause.TRIAL).get_or_create(at=at, defaults=values)
    if new:
        _enqueue(found)
    return found


def enter_force(
    at: datetime, before: Mapping[str, Publication], after: Mapping[str, Publication], by: User | None
) -> None:
    """Editions came into force or were withdrawn: the change of law says which, whether it flagged a case or not."""
    on = localdate(at)
    values = {"cause": Cause.EDITION, "after": _keys(after), "day_before": on, "on": on, "by": by}
    afresh = {"state": "waiting", "done": 0, "last": 0, "ended": None}
    found = LawChange.objects.exclude(cause=Cause.TRIAL).filter(at=at).first()
    if found is None:
        _enqueue(LawChange.objects.create(at=at, before=_keys(before), **values))
        return
    earlier = found.before if found.cause == Cause.EDITION else _keys(before)
    LawChange.objects.filter(pk=found.pk).update(before=earlier, **values, **afresh)
    _enqueue(found)


def _keys(chosen: Mapping[str, Publication]) -> dict[str, int]:
    return {book: publication.pk for book, publication in sorted(chosen.items())}


def _enqueue(change: LawChange) -> None:
    transaction.on_commit(lambda: work_out.enqueue(change.pk))


# ---- worked out in the background: see `law_runs`


@action("try_on_cases", model=LawChange, parent=Draft, form=ActionForm, permission="see", parent_permits=True)
def try_on_cases(draft: Draft, *, actor: User, at: datetime) -> Created | Unchanged:
    """What would the draft do to open cases? Whoever asks again while it is worked out gets the one under way.

    Raises `NotChecked` for a draft with errors.
    """
    draft = Draft.objects.get(pk=draft.pk)
    there = LawChange.objects.filter(draft=draft, draft_version=draft.version, state__in=_OPEN).first()
    if there is not None:
        return Unchanged(there)
    if not check(unpack(draft.files)).book:
        raise NotChecked("books.draft-cannot-read")
    on = max(draft.first_day or localdate(at), localdate(at))
    made = LawChange.objects.create(
        cause=Cause.TRIAL,
        draft=draft,
        draft_version=draft.version,
        before=_keys(settled()),
        day_before=on,
        on=on,
        at=at,
        by=actor,
    )
    LawChange.objects.filter(draft=draft).exclude(pk=made.pk).exclude(state__in=_OPEN).delete()
    _enqueue(made)
    return Created(made)


@action("stop", model=LawChange, form=ActionForm, permission="stop", fits=lambda one: one.is_open)
def stop(change: LawChange, *, at: datetime) -> Changed | Unchanged:
    """What was worked out stays."""
    return Changed({"state": "stopped", "ended": at}) if change.is_open else Unchanged()


@action("go_on", model=LawChange, form=ActionForm, permission="stop", fits=lambda one: one.state in _ENDED_EARLY)
def go_on(change: LawChange) -> Changed | Unchanged:
    """Behind the last case that was worked out."""
    if change.state not in _ENDED_EARLY:
        return Unchanged()
    return Changed({"state": "waiting", "ended": None, "problem": ""}, notify=_enqueue)
