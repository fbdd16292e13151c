"""Deciding what a row of a file is about. Nothing becomes a company before a person has said so."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Model, ProtectedError

from luodi.errors import BadInput, LuodiError
from luodi.web.accounts.models import Company, CompanyWord, User
from luodi.web.companies import forms
from luodi.web.companies.actions.merging import NotUndone
from luodi.web.companies.actions.profile import reindex
from luodi.web.companies.imports.adding import MODELS, apply_all, index_words, new_company
from luodi.web.companies.models import InboundRecord, MatchDecision
from luodi.web.companies.queries import where_to
from luodi.web.core.actions import Action, Changed, Created, Unchanged, action
from luodi.web.core.permissions import may
from luodi.web.imports.forms import Reject

Record, Decided = InboundRecord.State, MatchDecision.State
OPEN: Final = (Record.NUMBER, Record.NEW, Record.ALIKE, Record.TWIN)


class DecidedAlready(LuodiError):
    """A record that somebody else has decided on."""

    code = "decided-already"


def _with_company(record: InboundRecord, company: int | None = None, **_: object) -> Iterable[Model]:
    return [record, *(Company.objects.filter(pk=company) if company else ())]


@action(
    "confirm",
    model=MatchDecision,
    form=forms.Confirm,
    permission="change",
    parent=InboundRecord,
    parent_permits=True,
    locks=_with_company,
    fits=lambda record: record.state in (*OPEN, Record.REJECTED),
)
def confirm(
    record: InboundRecord, company: int | None = None, *, actor: User | None, at: datetime
) -> Created | Unchanged:
    """It is about this company, or about a new one. Repeating the same changes nothing. Raises `DecidedAlready`."""
    _must_be_compared(record)
    done = record.decisions.filter(state=Decided.CONFIRMED).first()
    if done is not None:
        if company in (done.company_id, None if done.created else 0):
            return Unchanged(done)
        raise DecidedAlready("companies.decided")
    proposed = record.decisions.filter(company=company, state=Decided.PROPOSED).first() if company else None
    decision = proposed or MatchDecision(record=record, parts={"person": 0})
    about = _existing(company, actor) if company else _created(record)
    [applied] = apply_all([(record, about)], record.run, at=at, by=actor)
    decision.company, decision.created, decision.applied = about, company is None, applied
    decision.state, decision.by, decision.at = Decided.CONFIRMED, actor, at
    decision.save()
    record.decisions.filter(state=Decided.PROPOSED).update(state=Decided.REJECTED, by=actor, at=at)
    InboundRecord.objects.filter(pk=record.pk).update(state=Record.DONE)
    return Created(decision)


@action(
    "reject",
    model=InboundRecord,
    form=Reject,
    permission="change",
    fits=lambda record: record.state in OPEN,
)
def reject(record: InboundRecord, reason: str = "", *, actor: User | None, at: datetime) -> Changed | Unchanged:
    """It becomes nothing: neither a company nor a part of one. Raises `DecidedAlready`."""
    _must_be_compared(record)
    if record.state == Record.DONE:
        raise DecidedAlready("companies.decided")
    if record.state == Record.REJECTED:
        return Unchanged()
    record.decisions.filter(state=Decided.PROPOSED).update(state=Decided.REJECTED, by=actor, at=at)
    return Changed({"state": Record.REJECTED}, reason=reason)


@action(
    "undo",
    model=MatchDecision,
    form=Reject,
    permission="change",
    locks=lambda decision, *_, **__: [decision.record],
    fits=lambda decision: decision.state == Decided.CONFIRMED,
)
def undo(decision: MatchDecision, reason: str = "") -> Changed:
    """Take back what was decided, with what it added; a company that was made goes where nothing else belongs to it."""
    _must_be_compared(decision.record)
    if decision.state != Decided.CONFIRMED or decision.company is None:
        raise NotUndone("companies.undone-decision")
    company = decision.company
    for label, values in decision.applied.items():
        MODELS[label]._base_manager.filter(pk__in=values.values(), company=company).delete()
    if decision.created:
        MatchDecision.objects.filter(pk=decision.pk).update(state=Decided.UNDONE, company=None)
        _no_more_proposed(company)
        _without(company)
    else:
        reindex(company)
    InboundRecord.objects.filter(pk=decision.record_id).update(state=Record.ALIKE)
    return Changed({"state": Decided.UNDONE, "company": None if decision.created else company}, reason=reason)


ON_RECORD: Final[Mapping[str, Action]] = {"confirm": confirm, "reject": reject, "undo": undo}


def possible_on(record: InboundRecord) -> list[str]:
    """The actions that fit a row as it stands."""
    return ["undo"] if record.state == Record.DONE else [one.name for one in (confirm, reject) if one.fits(record)]


def target_of(act: str, record: InboundRecord) -> InboundRecord | MatchDecision | None:
    """What an action on a row is done with: the row, or the decision that is undone; None where nothing was decided."""
    return record.decisions.filter(state=Decided.CONFIRMED).first() if act == "undo" else record


def _must_be_compared(record: InboundRecord) -> None:
    """Raises `BadInput`."""
    if record.state in (Record.SKIPPED, Record.WAITING):
        raise BadInput("companies.not-yet")


def _existing(company: int, actor: User | None) -> Company:
    """Raises `BadInput` for one that is not there for who decides."""
    found = Company.objects.filter(pk=company).first()
    if found is None or (actor is not None and not may(actor, "see", found)):
        raise BadInput("companies.nobody")
    return where_to(found)


def _created(record: InboundRecord) -> Company:
    company = new_company(record)
    company.save()
    index_words([company], {}, fresh=True)
    return company


def _no_more_proposed(company: Company) -> None:
    """Rows that are like a company that goes are looked at by a person; nothing was decided of them."""
    proposed = MatchDecision.objects.filter(company=company, state=Decided.PROPOSED)
    InboundRecord.objects.filter(decisions__in=proposed, state=Record.NUMBER).update(state=Record.ALIKE)
    proposed.delete()


def _without(company: Company) -> None:
    try:
        with transaction.atomic():
            CompanyWord.objects.filter(company=company).delete()
            company.delete()
    except ProtectedError:
        raise NotUndone("companies.in-use") from None
