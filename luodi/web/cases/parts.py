"""What this room shows in others."""

from datetime import date
from typing import Any

from luodi.web.accounts.access import visible
from luodi.web.accounts.models import Company
from luodi.web.cases.models import Cases, LandingCase
from luodi.web.pages import url
from luodi.web.parts import Event


def case_events(user: Any, company: Company, on: date) -> list[Event]:
    """When its cases were opened."""
    found: Cases = visible(user, LandingCase.objects.filter(company=company))
    return [
        Event(
            one.opened,
            "case",
            f"立案 {one.reference}",
            f"Case {one.reference} opened",
            url("cases:case", one.reference),
        )
        for one in found[:100]
    ]


def case_moves(old_company: Company, new_company: Company) -> None:
    LandingCase.objects.filter(company=old_company).update(company=new_company)
