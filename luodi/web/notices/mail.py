"""Letters that are due: sending each of them once.

A notice is taken before its letter is sent, so that two who send at once send it once. If the machine stops between
sending and noting so, it goes again an hour later with the same Message-ID.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Model, Q, QuerySet

from luodi.web.core.notify import Address
from luodi.web.core.permissions import may
from luodi.web.core.words import say
from luodi.web.notices.kinds import kinds
from luodi.web.notices.models import Notice
from luodi.web.notices.preferences import after_quiet, has_stopped
from luodi.web.notices.texts import Said, row_of, said
from luodi.web.notices.texts import stop as stop_place

AGAIN: Final = timedelta(minutes=10)  # after a post office that did not take a letter
_TAKEN: Final = timedelta(hours=1)  # whoever took a letter so long ago did not live to send it
_LOG: Final = logging.getLogger(__name__)


def waiting(at: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(Q(taken=None) | Q(taken__lte=at - _TAKEN), sent=None, withheld="", due__lte=at)


def deliver(at: datetime) -> tuple[int, int]:
    """Send all that is due: how many letters went, and how many the post office did not take."""
    sent = failed = 0
    for keys in list(_bundles(at)):
        found = [one for key in keys if (one := _take(key, at)) is not None]
        letters = [(one, text) for one in found if (text := _fit(one, at)) is not None]
        if not letters:
            continue
        went = _post(letters, at)
        sent, failed = sent + went, failed + (not went)
    return sent, failed


def _bundles(at: datetime) -> Iterator[list[int]]:
    """The keys of what goes in one letter: one notice, or all of a person that wait for the day's letter."""
    days: dict[int, list[int]] = {}
    for key, user, daily in waiting(at).order_by("due", "pk").values_list("pk", "user_id", "daily"):
        if not daily:
            yield [key]
        elif user in days:
            days[user].append(key)
        else:
            days[user] = [key]
    yield from days.values()


def _take(key: int, at: datetime) -> Notice | None:
    if not waiting(at).filter(pk=key).update(taken=at):
        return None
    return Notice.objects.select_related("user", "user__quiet").get(pk=key)


def _fit(notice: Notice, at: datetime) -> Said | None:
    """What a notice says, if its letter may go now; else it is put off, or kept for the page alone."""
    row = row_of(notice)
    why = _against(notice, row)
    if row is None or why:
        Notice.objects.filter(pk=notice.pk).update(withheld=why)
        return None
    quiet = getattr(notice.user, "quiet", None)
    if not notice.legal and after_quiet(quiet, at) > at:
        Notice.objects.filter(pk=notice.pk).update(due=after_quiet(quiet, at), taken=None)
        return None
    return said(notice, row, notice.language)


def _against(notice: Notice, row: Model | None) -> str:
    """Why no letter goes: the row is gone or hidden from the reader by now, the kind was stopped, or it is past."""
    kind = kinds().get(notice.kind)
    if row is None or kind is None:
        return "gone"
    if notice.user is not None and not may(notice.user, "see", row):
        return "hidden"
    if not notice.legal and has_stopped(notice.user or Address(notice.email, notice.language), notice.kind):
        return "stopped"
    return "" if kind.still(row) else "over"


# ---- the letter itself


def _post(letters: list[tuple[Notice, Said]], at: datetime) -> bool:
    keys = [notice.pk for notice, _ in letters]
    try:
        (_one(*letters[0]) if len(letters) == 1 else _day(letters)).send()
    except OSError:  # of the post office: SMTP errors are such too
        _LOG.exception("the letter of notice %s was not taken", keys[0])
        Notice.objects.filter(pk__in=keys).update(taken=None, due=at + AGAIN)
        return False
    except ValueError:  # an address that no letter can have; the others do not wait for it
        _LOG.error("notice %s has an address that cannot be written on a letter", keys[0])
        Notice.objects.filter(pk__in=keys).update(withheld="address")
        return False
    Notice.objects.filter(pk__in=keys).update(sent=at)
    return True


def _one(notice: Notice, what: Said) -> EmailMessage:
    text = what.text
    if what.stop and what.stop not in text:
        text += "\n\n" + say("notices.letter_stop", notice.language, stop=what.stop)
    made, file = _letter(notice, what.subject, text, what.stop), kinds()[notice.kind].file
    if file is not None and (row := row_of(notice)) is not None:
        made.attach(*file(row, notice.language, notice.made))
    return made


def _day(letters: list[tuple[Notice, Said]]) -> EmailMessage:
    """All that waited for the day's letter, a line each; its link stops every kind that is in it."""
    first, lang = letters[0][0], letters[0][0].language
    stop = stop_place(first, sorted({notice.kind for notice, _ in letters}), lang)
    lines = "\n\n".join(f"{what.subject}\n{what.place}" for _, what in letters)
    text = say("notices.letter_day_text", lang, lines=lines, stop=stop)
    return _letter(first, say("notices.letter_day_subject", lang, number=len(letters)), text, stop)


def _letter(notice: Notice, subject: str, text: str, stop: str) -> EmailMessage:
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    headers = {
        "Message-ID": f"<notice-{notice.pk}-{notice.made:%Y%m%d%H%M%S%f}@{host}>",
        "Date": format_datetime(notice.made),
        "Auto-Submitted": "auto-generated",
    }
    if stop:
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    signed = f"{text}\n\n{say('accounts.letter_end', notice.language)}\n"
    to = notice.user.email if notice.user else notice.email
    return EmailMessage(subject, signed, None, [to], headers=headers)
