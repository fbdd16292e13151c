"""Letters of the advisor: where their links lead, who wants no more of a kind, and that nobody is told twice."""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from luodi.web.accounts.adapters import send_letter
from luodi.web.advisor.models import Enquiry, Notice, Stopped
from luodi.web.site.language import CODES

CHANGED: Final = "changed"  # the kind of letter that says that an answer has changed
ARRIVED: Final = "arrived"  # that an enquiry has come, to the officers of its unit
KINDS: Final = frozenset({CHANGED, ARRIVED})
_ENQUIRY, _STOP = "luodi.enquiry", "luodi.stop"


def place(name: str, lang: str, *args: Any, query: str = "") -> str:
    """A whole address, in the language of the letter."""
    with translation.override(CODES[lang]):
        return f"{settings.LINKS_TO}{reverse(name, args=args)}{'?' if query else ''}{query}"


# ---- secret addresses: nothing of them is stored


def secret_of(enquiry: Enquiry) -> str:
    """The part of an address that opens an enquiry to whoever has it."""
    return signing.Signer(salt=_ENQUIRY).sign(enquiry.reference)


def reference_of(secret: str) -> str | None:
    try:
        return signing.Signer(salt=_ENQUIRY).unsign(secret)
    except signing.BadSignature:
        return None


def stop_token(email: str, kind: str) -> str:
    return signing.dumps([email, kind], salt=_STOP, compress=False)


def whose_stop(token: str) -> tuple[str, str] | None:
    """Whose letters of which kind a token stops."""
    try:
        email, kind = signing.loads(token, salt=_STOP)
    except signing.BadSignature:
        return None
    return (email, kind) if kind in KINDS else None


def link_of(enquiry: Enquiry) -> str:
    """The whole secret address, in the language of the sender."""
    return place("advisor:enquiry", enquiry.language, secret_of(enquiry))


# ---- telling


def of_enquiry(enquiry: Enquiry, key: str, **values: Any) -> None:
    """To the sender, about what they sent: it cannot be stopped, since they asked for it."""
    send_letter(enquiry.email, key, enquiry.language, reference=enquiry.reference, place=link_of(enquiry), **values)


def tell_once(
    email: str, lang: str, *, kind: str, subject: str, reason: str, at: datetime, key: str, **values: Any
) -> bool:
    """Write unless this person was told of this already, or has stopped the kind; whether a letter goes."""
    new = note(email, kind=kind, subject=subject, reason=reason, at=at)
    if new:
        send_stoppable(email, lang, kind, key, **values)
    return new


def note(email: str, *, kind: str, subject: str, reason: str, at: datetime) -> bool:
    """Remember that somebody is told; whether they had not been, and want such letters."""
    if Stopped.objects.filter(email=email, kind=kind).exists():
        return False
    _, new = Notice.objects.get_or_create(email=email, kind=kind, subject=subject, reason=reason, defaults={"sent": at})
    return new


def send_stoppable(email: str, lang: str, kind: str, key: str, **values: Any) -> None:
    """A letter with a link that stops its kind with one click (RFC 8058)."""
    stop = place("advisor:stop", lang, stop_token(email, kind))
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    send_letter(email, key, lang, headers=headers, stop=stop, **values)
