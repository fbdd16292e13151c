"""What this app shows on the pages of companies and leads, and its kinds of notices."""

from collections.abc import Callable
from datetime import date
from typing import Final

from django.dispatch import receiver

from luodi.casework.events import EventState
from luodi.web.accounts.models import Company
from luodi.web.companies.signals import company_events, company_records
from luodi.web.core import agenda
from luodi.web.core.notify import NoticeKind
from luodi.web.core.pages import url
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say
from luodi.web.events import notices
from luodi.web.events.models import Invitation

_MOST: Final = 30


@receiver(company_events)
def events(sender: object, *, user: AnyUser, company: Company, on: date, **_: object) -> list[agenda.Event]:
    """Events to which people of the company were invited, and where they stand."""
    rows = visible(user, Invitation.objects.filter(company=company).exclude(event__state=EventState.DRAFT))
    return [
        agenda.Event(
            one.event.starts,
            "event",
            **{lang: _says(one, lang) for lang in ("zh", "en")},
            address=url("events:event", one.event.reference),
        )
        for one in rows.select_related("event").order_by("-event__starts")[:_MOST]
    ]


def _says(one: Invitation, lang: str) -> str:
    stands = say(f"events.standing_{one.standing}", lang)
    return say("events.event", lang, title=one.event.title(lang), name=one.name, standing=stands)


@receiver(company_records)
def records_of(sender: object, *, user: AnyUser, company: Company, **_: object) -> list[tuple[str, int]]:
    return [("companies.side_invitations", visible(user, Invitation.objects.filter(company=company)).count())]


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        *(_to_guest(name) for name in ("invited", "reminder", "moved")),
        _to_guest("cancelled", still=lambda _: True),
        NoticeKind("event_replied", "events.letter_accepted", notices.to_host, roles=[Role.OFFICER]),
    ]


def _to_guest(name: str, still: Callable[..., bool] = notices.is_ahead) -> NoticeKind:
    """A letter with the calendar file; a person of a company finds the kind among their settings."""
    whom, file = [Role.REPRESENTATIVE], notices.calendar_file
    return NoticeKind(f"event_{name}", f"events.letter_{name}", notices.to_guest, still=still, roles=whom, file=file)
