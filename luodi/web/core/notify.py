"""Notifying somebody. The app `notices` stores and sends what is asked for here, by a signal, so that apps below it can
notify too."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import Model

from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_wanted
from luodi.web.core.types import AnyUser


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notices; each app answers with its own to the signal `notice_kinds`.

    `words` begins the keys of its words (`.._subject`, `.._text`). `links(record, language)` gives the addresses in
    them, `place` among them, each time they are shown, so that none is stored. `legal` can neither be stopped nor held
    back by quiet hours or a daily letter. `still(record)` says whether a letter that waited is still worth sending.
    `roles` are those who find the kind among their settings; everybody where there are none. `file(record, language,
    at)` gives name, content and MIME type of what a letter brings along.
    """

    key: str
    words: str
    links: Callable[..., dict[str, str]]
    legal: bool = False
    still: Callable[..., bool] = lambda _: True
    roles: Collection[Role] = ()
    file: Callable[..., tuple[str, bytes, str]] | None = None

    @property
    def title(self) -> str:
        """The key of its name."""
        return f"notices.kind_{self.key}"


class HasLanguage(Protocol):
    """A user, as mail needs it."""

    @property
    def language(self) -> str: ...


@dataclass(frozen=True)
class Address:
    """Somebody without an account: an address, and the language of mail to it, `zh` or `en`."""

    email: str
    language: str


def notify(
    kind: str, to: AnyUser | Address, record: Model, reason: str, *, at: datetime, words: str = "", **values: object
) -> bool:
    """Make a notice on `record` for a user or an `Address`; whether there is a new one. See `notices.making`."""
    asked = {"kind": kind, "to": to, "record": record, "reason": reason, "at": at, "words": words, "values": values}
    return any(notice_wanted.ask(**asked))


def language_of(user: HasLanguage) -> str:
    """The language of mail to a user: `zh` or `en`."""
    return "zh" if user.language.startswith("zh") else "en"
