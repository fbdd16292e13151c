"""Notifying somebody. The app `notices` stores and sends what is asked for here, by a signal, so that apps below it can
notify too."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from luodi.web.core.signals import notice_wanted


@dataclass(frozen=True)
class Address:
    """Somebody without an account: an address, and the language of mail to it, `zh` or `en`."""

    email: str
    language: str


def notify(kind: str, to: Any, record: Model, reason: str, *, at: datetime, words: str = "", **values: Any) -> bool:
    """Make a notice on `record` for a user or an `Address`; whether there is a new one. See `notices.tell`."""
    asked = {"kind": kind, "to": to, "record": record, "reason": reason, "at": at, "words": words, "values": values}
    return any(notice_wanted.ask(**asked))


def language_of(user: Any) -> str:
    """The language of mail to a user: `zh` or `en`."""
    return "zh" if user.language.startswith("zh") else "en"
