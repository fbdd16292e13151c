"""Letters to companies on a change of law: an officer sends the draft, with other words, or leaves it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.timezone import localdate

from luodi.casework.states import NotNow
from luodi.errors import MissingKey
from luodi.web.accounts.models import User
from luodi.web.cases import forms, notices
from luodi.web.cases.models import CaseChange, LetterState
from luodi.web.cases.queries.facts import must_be_open
from luodi.web.core.actions import Changed, action
from luodi.web.core.bulk import Bulk


@action(
    "reword_letter", model=CaseChange, form=forms.LetterForm, permission="work", fits=lambda row: row.letter == "draft"
)
def reword_letter(row: CaseChange, text_zh: str, text_en: str) -> Changed:
    """Change the draft, without sending it."""
    _must_be_draft(row)
    return Changed({"text_zh": text_zh.strip(), "text_en": text_en.strip()})


@action("send_letter", model=CaseChange, form=forms.Plain, permission="work", fits=lambda row: row.letter == "draft")
def send_letter(row: CaseChange, *, actor: User, at: datetime) -> Changed:
    """To everybody who acts for the company, each in their language, once. Raises `NotNow` where it was sent or left,
    or the case has ended, and `MissingKey` where nobody acts for the company."""
    _must_be_draft(row)
    must_be_open(row.case)
    if not notices.representatives(row.case, localdate(at)):
        raise MissingKey("cases.letter-nobody-acts")

    def tell(done: CaseChange) -> None:
        text = {"zh": done.text_zh, "en": done.text_en}
        notices.company(done.case, "case_law", done.case, f"law {done.change_id}", at=at, text=text)

    return Changed({"letter": LetterState.SENT, "decided_by": actor, "decided": at}, notify=tell)


@action("leave_letter", model=CaseChange, form=forms.Reason, permission="work", fits=lambda row: row.letter == "draft")
def leave_letter(row: CaseChange, reason: str, *, actor: User, at: datetime) -> Changed:
    """Send nothing, and say why."""
    _must_be_draft(row)
    if not reason.strip():
        raise MissingKey("cases.letter-say-why-left", at="reason")
    values = {"letter": LetterState.LEFT, "decided_by": actor, "decided": at, "reason": reason.strip()}
    return Changed(values, reason=reason.strip())


def _must_be_draft(row: CaseChange) -> None:
    if row.letter != LetterState.DRAFT:
        raise NotNow("cases.letter-decided")


# ---- many at once


@dataclass(frozen=True)
class Sending:
    """Each letter as it stands."""

    act: str = "send_letter"


def _objection(user: AbstractBaseUser, row: CaseChange, wanted: Sending, at: datetime) -> str:
    if row.letter != LetterState.DRAFT:
        return "letter_decided"
    return "" if notices.representatives(row.case, localdate(at)) else "letter_nobody"


LETTERS: Final[Bulk[CaseChange, Sending]] = Bulk({"send_letter": send_letter}, lambda wanted: {}, _objection)
