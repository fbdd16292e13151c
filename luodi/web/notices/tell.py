"""Telling somebody something: call it inside the transaction of the act that it tells of.

    tell("enquiry_arrived", officer, enquiry, "arrived", at=at, unit=both_names)

The notice is a row of that transaction, so it is there if and only if the act is; the queue writes the letter.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from luodi.web.accounts.access import may
from luodi.web.accounts.models import User
from luodi.web.notices.kinds import kinds
from luodi.web.notices.models import Notice
from luodi.web.notices.reader import has_stopped, when


@dataclass(frozen=True)
class Address:
    """Somebody without an account: an address, and the language of letters to it, `zh` or `en`."""

    email: str
    language: str


def tell(
    kind: str, to: User | Address, row: Model, reason: str, *, at: datetime, words: str = "", **values: Any
) -> bool:  # fmt: skip
    """Make a notice on `row` for somebody; whether there is a new one.

    Nothing is made where they were told already of this row for this reason, where a person may not see the row, or
    where an address has stopped the kind. `values` go into the words; one that differs by language is
    `{"zh": .., "en": ..}`. `words` in place of those of the kind. Raises `KeyError` for a kind that no file has.
    """
    known = kinds()[kind]
    stopped = not known.legal and has_stopped(to, kind)
    if isinstance(to, User):
        person = User.objects.select_related("quiet").filter(pk=to.pk).first()  # as they are now, not as they were read
        if person is None or not may(person, "see", row):
            return False
        due, daily = when(person, at, legal=known.legal)
        who: dict[str, Any] = {"user": person}
        more = {"language": language_of(person), "due": due, "daily": daily, "withheld": "stopped" if stopped else ""}
    elif stopped:
        return False
    else:
        who, more = {"user": None, "email": to.email}, {"language": to.language, "due": at}
    said = {"words": words or known.words, "values": values, "legal": known.legal, "made": at}
    _, new = Notice.objects.get_or_create(
        **who, kind=kind, row=row._meta.label, row_key=str(row.pk), reason=reason, defaults={**said, **more}
    )
    return new


def forget(row: Model) -> None:
    """Take away every notice on a row, with the addresses in them."""
    Notice.objects.filter(row=row._meta.label, row_key=str(row.pk)).delete()


def language_of(user: User) -> str:
    return "zh" if user.language.startswith("zh") else "en"
