"""Opening a case by hand, as its page and programs send it: the form, the units it may be opened at, and the act."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.db import transaction
from django.utils import timezone

from luodi.web.accounts.access import memberships
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.roles import Role
from luodi.web.cases.acting_forms import ActForm
from luodi.web.cases.actions import open_case
from luodi.web.cases.actions_plan import ask_plan
from luodi.web.cases.models import LandingCase
from luodi.web.words import language


class OpenForm(ActForm):
    """`address` is that of a plan of the advisor, or what stands behind it; the case rests on it from the start."""

    company = forms.IntegerField(widget=forms.HiddenInput)
    unit = forms.ChoiceField()
    technology = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea)
    address = forms.CharField(max_length=8_000, required=False)

    def __init__(self, *given: Any, units: dict[str, Unit], **more: Any) -> None:
        super().__init__(*given, **more)
        self.units, lang = units, language()
        self.fields["unit"].choices = [
            (key, one.name_zh if lang == "zh" else one.name_en) for key, one in units.items()
        ]


def units_of(user: Any) -> dict[str, Unit]:
    """The open units that somebody is an officer of, and those below them, by their keys."""
    today = timezone.localdate()
    found: dict[str, Unit] = {}
    for held in memberships(user, today):
        if held.role == Role.OFFICER and held.unit:
            rows = Unit.objects.filter(path__startswith=held.unit.path)
            found |= {str(one.pk): one for one in rows.order_by("path") if not one.closes or one.closes > today}
    return found


@transaction.atomic
def open_with_plan(
    company: Company, unit: Unit, address: str, *, technology: str, by: User, at: datetime, key: str = ""
) -> LandingCase:
    """A case, and the plan it rests on where there is an `address`: both or none, since a case whose plan is refused
    is not opened. The same key again gives the same case."""
    case = open_case(company, unit, by=by, at=at, key=key, technology=technology.strip())
    address = address.strip()
    if not address or case.determination_id:
        return case
    return ask_plan(case, urlsplit(address).query or address, by=by, at=at)
