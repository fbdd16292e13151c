"""The secret addresses in letters to those who asked without an account: nothing of them is stored."""

from typing import Final

from django.core import signing

from luodi.web.core.pages import place
from luodi.web.notices.changes import subject_of
from luodi.web.notices.models import Subscription

CONFIRM, STOP = "confirm", "stop"
_SALT: Final = "luodi.notices."


def token(one: Subscription, act: str) -> str:
    return signing.Signer(salt=_SALT + act).sign(one.name)


def named(token: str, act: str) -> str | None:
    """The name in a token; None for one that is none of ours, or for another act."""
    try:
        return signing.Signer(salt=_SALT + act).unsign(token)
    except signing.BadSignature:
        return None


def to_subscription(one: Subscription, lang: str) -> dict[str, str]:
    subject = subject_of(one)
    return {
        "title": subject.title(lang),
        "place": subject.page(lang),
        "confirm": place("notices:confirm", lang, token(one, CONFIRM)),
        "stop": place("notices:stop", lang, token(one, STOP)),
    }
