"""The forms of this room. What their fields are called stands in the words: `dealings.field_NAME`."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from luodi.casework.book import limits
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.calendars import calendar_of
from luodi.web.cases.models import LandingCase
from luodi.web.core import forms as fields
from luodi.web.core.actions import Action
from luodi.web.core.words import language
from luodi.web.dealings.models import TalkKind
from luodi.web.dealings.queries import colleagues


class OfCase(fields.ActionForm):
    """A form on a case, on a day."""

    def __init__(self, *given: Any, case: LandingCase, on: date, **more: Any) -> None:
        super().__init__(*given, **more)
        self.case, self.on = case, on
        if "owner" in self.fields:
            self.fields["owner"].choices = [("", "–"), *((str(one.pk), str(one)) for one in self.team)]

    @property
    def team(self) -> list[User]:
        if not hasattr(self, "_team"):
            self._team = colleagues(self.case, on=self.on)
        return self._team

    def clean_owner(self) -> User | None:
        return next((one for one in self.team if str(one.pk) == self.cleaned_data["owner"]), None)


class HandOff(OfCase):
    question = fields.text()
    units = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    due = fields.day()

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.initial["due"] = calendar_of(self.case.unit).add_working_days(self.on, limits()["hand-off"])
        there = Unit.objects.filter(Q(closes=None) | Q(closes__gt=self.on)).exclude(pk=self.case.unit_id)
        self.there = {str(one.pk): one for one in there}
        lang = language()
        self.fields["units"].choices = [
            (key, one.name_zh if lang == "zh" else one.name_en) for key, one in self.there.items()
        ]

    def clean_units(self) -> list[Unit]:
        return [self.there[key] for key in self.cleaned_data["units"]]


class Promise(OfCase):
    what = fields.text(most=2000)
    owner = forms.ChoiceField(required=False)
    due = fields.day(required=False)


class PutRight(OfCase):
    owner = forms.ChoiceField(required=False)
    due = fields.day(required=False)


class Proposition(OfCase):
    title = forms.CharField(max_length=200)
    text = fields.text()
    last_day = fields.day(required=False)


class Talk(OfCase):
    kind = fields.one_of("dealings", "talk", TalkKind)
    note = fields.text()
    people = forms.CharField(max_length=300, required=False)
    day = fields.day(required=False)
    then = forms.CharField(max_length=300, required=False)
    then_due = fields.day(required=False)

    def clean_kind(self) -> TalkKind:
        return TalkKind(self.cleaned_data["kind"])


class Task(OfCase):
    what = forms.CharField(max_length=300)
    owner = forms.ChoiceField()
    due = fields.day()


class Plain(fields.ActionForm):
    """An action without words."""


class Words(fields.ActionForm):
    """An action that says what came out."""

    words = fields.text()


class Reason(fields.ActionForm):
    reason = fields.text(most=2000)


def form_of(action: Action, row: Any, data: Any) -> Any:
    """The form of an action on a row, empty or with what was sent."""
    more: dict[str, Any] = {"row": row, "auto_id": f"{action.name}_%s"}
    if issubclass(action.form, OfCase):
        initial = {"owner": row.owner_id or "", "due": row.due}
        more |= {"case": row.case, "on": timezone.localdate(), "initial": initial}
    return action.form(data, **more)
