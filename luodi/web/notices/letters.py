"""Letters that are due: their secret addresses, and sending each of them once."""

import logging
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db.models import Q

from luodi.web.advisor.letters import place
from luodi.web.notices.due import subject_of
from luodi.web.notices.models import Letter, Subscription
from luodi.web.words import say

CONFIRM, STOP = "confirm", "stop"
_SALT: Final = "luodi.notices."
_TAKEN: Final = timedelta(hours=1)  # whoever took a letter so long ago did not live to send it
_LOG: Final = logging.getLogger(__name__)


# ---- secret addresses: nothing of them is stored


def token(one: Subscription, act: str) -> str:
    return signing.Signer(salt=_SALT + act).sign(one.name)


def named(token: str, act: str) -> str | None:
    """The name in a token; None for one that is none of ours, or for another act."""
    try:
        return signing.Signer(salt=_SALT + act).unsign(token)
    except signing.BadSignature:
        return None


# ---- sending


def deliver(at: datetime) -> tuple[int, int]:
    """Send all that is due: how many went, and how many the post office did not take.

    A letter is taken before it is sent, so that two who send at once send it once. If the machine stops between sending
    and noting so, it goes again an hour later, with the same Message-ID.
    """
    waiting = Letter.objects.filter(Q(taken=None) | Q(taken__lte=at - _TAKEN), sent=None)
    sent = failed = 0
    for key in list(waiting.order_by("due", "pk").values_list("pk", flat=True)):
        if not waiting.filter(pk=key).update(taken=at):
            continue
        try:
            _send(Letter.objects.select_related("subscription").get(pk=key))
        except OSError:  # of the post office: SMTP errors are such too
            _LOG.exception("letter %s was not taken", key)
            Letter.objects.filter(pk=key).update(taken=None)
            failed += 1
        else:
            Letter.objects.filter(pk=key).update(sent=at)
            sent += 1
    return sent, failed


def _send(letter: Letter) -> None:
    one = letter.subscription
    lang, subject = one.language, subject_of(one)
    stop = place("notices:stop", lang, token(one, STOP))
    values = {
        **letter.values, "title": subject.title(lang), "place": subject.page(lang), "stop": stop,
        "confirm": place("notices:confirm", lang, token(one, CONFIRM)),
    }  # fmt: skip
    about, text = (say(f"notices.letter_{letter.words}_{part}", lang, **values) for part in ("subject", "text"))
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Message-ID": f"<notice-{one.name}-{letter.pk}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('> ')}>",
        "Date": format_datetime(letter.due),
        "Auto-Submitted": "auto-generated",
    }
    signed = f"{text}\n\n{say('accounts.letter_end', lang)}\n"
    EmailMessage(about, signed, None, [one.email], headers=headers).send()
