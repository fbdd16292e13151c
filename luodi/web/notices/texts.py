"""What a notice says in a language, and where its links lead. Addresses with secrets are made here, never stored."""

from dataclasses import dataclass
from typing import Final

from django.apps import apps
from django.core import signing
from django.db.models import Model

from luodi.web.core.pages import place
from luodi.web.core.words import say
from luodi.web.notices.kinds import kinds
from luodi.web.notices.models import Notice

_STOP: Final = "luodi.stop"


@dataclass(frozen=True)
class Said:
    """`stop` is blank for what cannot be stopped."""

    subject: str
    text: str
    place: str
    stop: str


def row_of(notice: Notice) -> Model | None:
    """The row that a notice is about; None once it is gone."""
    return apps.get_model(notice.row)._base_manager.filter(pk=notice.row_key).first()


def said(notice: Notice, row: Model, lang: str) -> Said:
    kind = kinds()[notice.kind]
    values = {key: one_of(value, lang) for key, value in notice.values.items()}
    links = {"stop": "" if kind.legal else stop(notice, [kind.key], lang), **kind.links(row, lang)}
    subject, text = (say(f"{notice.words}_{part}", lang, **(links | values)) for part in ("subject", "text"))
    return Said(" ".join(subject.split()), text, links["place"], links["stop"])


def one_of(value: object, lang: str) -> object:
    return value[lang] if isinstance(value, dict) else value


# ---- one click stops a kind


def stop(notice: Notice, those: list[str], lang: str) -> str:
    """The address that stops some kinds for the reader of a notice."""
    return place("notices:stop_kind", lang, stop_token(notice.user_id or notice.email, *those))


def stop_token(who: int | str, *those: str) -> str:
    return signing.dumps([who, *those], salt=_STOP, compress=False)


def whose_stop(token: str) -> tuple[int | str, list[str]] | None:
    """Whose letters of which kinds a token stops: a person by number, or an address. None for one that is not ours."""
    try:
        who, *those = signing.loads(token, salt=_STOP)
    except signing.BadSignature:
        return None
    known = kinds()
    return (who, those) if those and all(one in known and not known[one].legal for one in those) else None
