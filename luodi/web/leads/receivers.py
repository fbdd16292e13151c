"""Leads on the time line of a company; enquiries of the advisor arrive as leads; new books rescore them."""

from datetime import date, datetime
from typing import Any

from django.dispatch import receiver

from luodi.web.accounts.models import Company
from luodi.web.advisor.models import Enquiry
from luodi.web.advisor.signals import enquiry_arrived
from luodi.web.books.signals import books_changed
from luodi.web.companies.signals import company_events, company_records
from luodi.web.core.agenda import Event
from luodi.web.core.notify import NoticeKind
from luodi.web.core.pages import url
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say
from luodi.web.leads import notices
from luodi.web.leads.actions import from_enquiry
from luodi.web.leads.models import Lead

_BOTH = ("zh", "en")


@receiver(enquiry_arrived)
def receive_enquiry(sender: Any, *, enquiry: Enquiry, at: datetime, **_: object) -> None:
    from_enquiry(enquiry, at)


@receiver(books_changed)
def rescore(sender: Any, **_: object) -> None:
    """Leads are scored by books, and ask them."""
    from luodi.web.leads.tasks import rescore_leads

    rescore_leads.enqueue()


@receiver(company_events)
def events(sender: Any, *, user: Any, company: Company, on: date, **_: object) -> list[Event]:
    """When leads to this company came."""
    found = visible(user, Lead.objects.filter(company=company)).order_by("-received")[:30]
    return [
        Event(
            one.received,
            "lead",
            **{lang: say("leads.event", lang, title=one.title) for lang in _BOTH},
            address=url("leads:lead", one.pk),
        )
        for one in found
    ]


@receiver(company_records)
def records_of(sender: object, *, user: AnyUser, company: Company, **_: object) -> list[tuple[str, int]]:
    return [("companies.side_leads", visible(user, Lead.objects.filter(company=company)).count())]


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind("lead_arrived", "leads.letter_arrived", notices.to_lead, still=notices.is_new, roles=[Role.OFFICER]),
        NoticeKind("lead_assigned", "leads.letter_assigned", notices.to_lead, roles=[Role.OFFICER]),
        NoticeKind("lead_woke", "leads.letter_woke", notices.to_lead, roles=[Role.OFFICER]),
        NoticeKind("lead_merged", "leads.letter_merged", notices.to_lead, roles=[Role.OFFICER]),
    ]
