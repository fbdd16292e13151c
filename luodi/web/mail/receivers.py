"""What this app shows on the pages of cases and companies."""

from datetime import date
from functools import partial
from typing import Final

from django.conf import settings
from django.dispatch import receiver

from luodi.casework.mail import ON_CASE
from luodi.mail.threads import threads_of
from luodi.web.accounts.models import Company
from luodi.web.cases.models import LandingCase
from luodi.web.cases.signals import case_panels
from luodi.web.companies.signals import company_events
from luodi.web.core.agenda import Event, Panel
from luodi.web.core.notify import NoticeKind
from luodi.web.core.pages import place, url
from luodi.web.core.permissions import may, visible
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say
from luodi.web.mail import queries
from luodi.web.mail.models import OPEN, OUTGOING, Message

_MOST: Final = 100  # messages of a company's time line
_SHOWN: Final = 5  # threads on the page of a case


@receiver(case_panels)
def panels(sender: object, *, user: AnyUser, case: LandingCase, on: date, **_: object) -> list[Panel]:
    """The newest threads, for officers and leaders."""
    works, rows = may(user, "work", case), list(threads_of(queries.mail_of(user, case)[:_MOST]))
    more = {"works": works and bool(settings.MAIL_DOMAIN), "case": case, "rows": rows[:_SHOWN]}
    return [Panel("mail", "mail/panel.html.j2", more)] if rows or works else []


@receiver(company_events)
def events(sender: object, *, user: AnyUser, company: Company, on: date, **_: object) -> list[Event]:
    """What was written to the company and what came from it."""
    rows = visible(user, Message.objects.filter(case__company=company, state__in=(*ON_CASE, *OUTGOING)))
    return [_event(one) for one in rows.order_by("-at")[:_MOST]]


def _event(one: Message) -> Event:
    said = partial(say, "mail.event_out" if one.is_outgoing else "mail.event_in", subject=one.subject or "–")
    return Event(one.at, "mail", said("zh"), said("en"), url("mail:message", one.pk))


def _to_message(row: Message, lang: str) -> dict[str, str]:
    return {"place": place("mail:message", lang, row.pk)}


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    """A message that somebody has looked at meanwhile is told of no more."""
    kind = partial(NoticeKind, links=_to_message, roles=[Role.OFFICER])
    arrived = kind("mail_arrived", "mail.letter_arrived", still=lambda row: row.state in OPEN)
    return [arrived, kind("mail_failed", "mail.letter_failed")]
