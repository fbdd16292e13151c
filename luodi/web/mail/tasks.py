"""Background work on mail. The rows are the queue of what goes out, as with notices: a row is taken before it is sent,
and goes again under the same Message-ID an hour later if it was not. A folder is the queue of what comes in."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from luodi.casework.mail import MailState
from luodi.mail import spool
from luodi.mail.outgoing import headers_of, in_the_name_of
from luodi.uploads.sealing import DamagedFile
from luodi.web.files.models import Scan
from luodi.web.files.queries import content, may_be_read
from luodi.web.mail.actions import mail_failed, mail_sent, take_in
from luodi.web.mail.models import Message
from luodi.web.mail.queries import address_of

AGAIN: Final = timedelta(minutes=10)  # after a mail server that did not take it
MOST: Final = 12  # attempts, which is two hours
_NOTHING_LOST: Final = {"html", "charset", "large"}  # notes; of a large message there is no more
_LOG: Final = logging.getLogger(__name__)


@task()
def send_mail() -> int:
    """Send what is due; how many messages went. What could not be sent is tried again later."""
    return deliver(timezone.now())


def waiting(at: datetime) -> QuerySet[Message]:
    return Message.objects.filter(
        Q(taken=None) | Q(taken__lte=at - timedelta(hours=1)), state=MailState.QUEUED, due__lte=at
    )


def deliver(at: datetime) -> int:
    return sum(_send(key, at) for key in list(waiting(at).order_by("due", "pk").values_list("pk", flat=True)))


def _send(key: int, at: datetime) -> bool:
    if not waiting(at).filter(pk=key).update(taken=at):
        return False
    row = Message.objects.select_related("case__unit", "by").get(pk=key)
    rows = Message.objects.filter(pk=key)
    try:
        is_sent = _letter(row)
    except (OSError, ValueError, DamagedFile) as problem:  # errors of SMTP are OSErrors too; the others do not pass
        _LOG.warning("e-mail %s was not sent: %s", key, type(problem).__name__)
        if isinstance(problem, OSError) and row.attempts + 1 < MOST:
            rows.update(taken=None, due=at + AGAIN, attempts=row.attempts + 1)
        else:
            mail_failed(row, str(problem), by=None, at=at)
        return False
    if is_sent:
        mail_sent(row, by=None, at=at)
    else:  # it waits for the scanner
        rows.update(taken=None, due=at + AGAIN)
    return is_sent


def _letter(row: Message) -> bool:
    """Send it in the name of the officer, from the address of the site, to be answered to that of the case; whether
    its files may go yet. Raises `ValueError` for one that did not pass the scanner."""
    files = [one.file for one in row.attachments.select_related("file")]
    if any(one.scan in (Scan.INFECTED, Scan.FAILED) for one in files):
        raise ValueError("a file did not pass the scanner")
    if not all(map(may_be_read, files)):
        return False
    assert row.case is not None
    sender = in_the_name_of(row.by.name if row.by else "", settings.DEFAULT_FROM_EMAIL)
    headers, answers = headers_of(row.message_id, row.at, row.follows), [address_of(row.case)]
    made = EmailMessage(row.subject, row.text, sender, row.recipients, headers=headers, reply_to=answers)
    for file in files:
        made.attach(file.name, b"".join(content(file)), file.media_type.partition(";")[0])
    made.send()
    return True


@task()
def take_in_mail() -> int:
    """Take in what waits in the folder; how many messages."""
    return spool.take(settings.MAIL_SPOOL, _take_in)


def _take_in(raw: bytes, whole: bool) -> bool:
    rows = take_in(raw, whole=whole, at=timezone.now())
    return not any(set(row.notes) - _NOTHING_LOST or row.left_out for row in rows)


@task()
def forget_kept_mail() -> int:
    """Once a day: messages that were not taken in as a whole, after 30 days; how many."""
    return spool.forget(settings.MAIL_SPOOL, (timezone.now() - timedelta(days=30)).timestamp())


def look_after_mail(at: datetime) -> None:
    """Give the queue its tasks where there is something for them, unless it has them already."""
    wanted = ((send_mail, waiting(at).exists()), (take_in_mail, bool(spool.waiting(settings.MAIL_SPOOL))))
    for one, is_wanted in wanted:
        under_way = DBTaskResult.objects.filter(task_path=one.module_path, status__in=("READY", "RUNNING"))
        if is_wanted and not under_way.exists():
            one.enqueue()
