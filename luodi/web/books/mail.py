"""Telling colleagues about a draft that waits for them or that they wrote."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from luodi.web.accounts.models import User
from luodi.web.books.models import Check, Draft
from luodi.web.books.queries import policy_officers
from luodi.web.core.pages import place
from luodi.web.notices.tell import tell


def to(person: User, kind: str, draft: Draft, at: datetime, **values: Any) -> None:
    """Once for each version and review of a draft."""
    reason = f"version {draft.version} of {draft.changed.isoformat()}"
    tell(kind, person, draft, reason, at=at, title=draft.title, **values)


def review_wanted(draft: Draft, writers: set[int], on: date, at: datetime) -> None:
    """To everybody who may review it."""
    for person in policy_officers(on):
        if person.pk not in writers:
            to(person, "draft_review", draft, at, day=str(draft.first_day))


def check_wanted(check: Check, title: Mapping[str, str], on: date, at: datetime) -> None:
    """To everybody who may confirm it."""
    for person in policy_officers(on):
        if person.pk != check.by_id:
            tell("check_wanted", person, check, f"check {check.pk}", at=at, title=dict(title), where=check.where)


def to_check(check: Check, lang: str) -> dict[str, str]:
    return {"place": place("books:due_row", lang, *check.key)}


def to_draft(draft: Draft, lang: str) -> dict[str, str]:
    return {"place": place("books:draft", lang, draft.pk)}
