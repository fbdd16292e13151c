"""Letters of the desk: to colleagues, about a draft that waits for them or that they wrote."""

from datetime import date
from typing import Any

from luodi.web.accounts.adapters import send_letter
from luodi.web.accounts.models import User
from luodi.web.advisor.letters import place
from luodi.web.books.models import Draft
from luodi.web.books.queries import policy_officers


def to(person: User, key: str, draft: Draft, **values: Any) -> None:
    lang = "zh" if person.language.startswith("zh") else "en"
    send_letter(person.email, key, lang, title=draft.title, place=place("books:draft", lang, draft.pk), **values)


def review_wanted(draft: Draft, writers: set[int], on: date) -> None:
    """To everybody who may review it."""
    for person in policy_officers(on):
        if person.pk not in writers:
            to(person, "books.letter_review", draft, day=draft.first_day)
