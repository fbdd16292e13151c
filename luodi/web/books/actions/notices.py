"""Notices to colleagues about a draft or a check that waits for them or that they wrote."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils import timezone

from luodi.web.accounts.models import User
from luodi.web.books.models import Check, Draft
from luodi.web.books.queries import policy_officers, writers
from luodi.web.core.notify import notify
from luodi.web.core.pages import place


def people(to: Iterable[User | None], actor: User, kind: str, draft: Draft, at: datetime, **values: str) -> None:
    """Each of them but the actor, once for each version and review of a draft."""
    reason = f"version {draft.version} of {draft.changed.isoformat()}"
    for person in set(to) - {actor, None}:
        notify(kind, person, draft, reason, at=at, title=draft.title, **values)


def review_wanted(draft: Draft, actor: User, at: datetime) -> None:
    """To everybody who may review it."""
    wrote = writers(draft)
    officers = [person for person in policy_officers(timezone.localdate(at)) if person.pk not in wrote]
    people(officers, actor, "draft_review", draft, at, day=str(draft.first_day))


def check_wanted(check: Check, title: Mapping[str, str], at: datetime) -> None:
    """To everybody who may confirm it."""
    for person in policy_officers(timezone.localdate(at)):
        if person.pk != check.by_id:
            notify("check_wanted", person, check, f"check {check.pk}", at=at, title=dict(title), where=check.where)


def to_check(check: Check, lang: str) -> dict[str, str]:
    return {"place": place("books:due_row", lang, *check.key)}


def to_draft(draft: Draft, lang: str) -> dict[str, str]:
    return {"place": place("books:draft", lang, draft.pk)}
