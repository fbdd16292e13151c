"""The forms of this app. What their fields are called stands in the words: `dealings.field_NAME`."""

from datetime import date
from typing import Unpack

from django import forms
from django.utils import timezone

from luodi.casework.book import limits
from luodi.web.accounts.models import Unit
from luodi.web.accounts.queries import open_units
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.core import forms as fields
from luodi.web.core.actions import Action
from luodi.web.core.words import name_of
from luodi.web.dealings import models
from luodi.web.dealings.models import TalkKind
from luodi.web.dealings.queries import colleagues


class OfCase(fields.ActionForm):
    """A form on a case, on a day."""

    def __init__(
        self, data: fields.Data = None, *, case: LandingCase, on: date, **more: Unpack[fields.Options]
    ) -> None:
        super().__init__(data, **more)
        self.case, self.on = case, on
        if "owner" in self.fields:
            fields.offer(self, "owner", colleagues(case, on=on), str, blank=True)


class HandOff(OfCase):
    question = fields.text()
    units = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    due = fields.day()

    def __init__(
        self, data: fields.Data = None, *, case: LandingCase, on: date, **more: Unpack[fields.Options]
    ) -> None:
        super().__init__(data, case=case, on=on, **more)
        self.initial["due"] = calendar_of(case.unit).add_working_days(on, limits()["hand-off"])
        others = open_units(on).exclude(pk=case.unit_id)
        self.others = {str(one.pk): one for one in others}
        fields.set_choices(self, "units", [(key, name_of(one)) for key, one in self.others.items()])

    def clean_units(self) -> list[Unit]:
        return [self.others[key] for key in self.cleaned_data["units"]]


class Promise(OfCase):
    what = fields.text(most=2000)
    owner = fields.RecordField(required=False)
    due = fields.day(required=False)


class CorrectPromise(OfCase):
    owner = fields.RecordField(required=False)
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


class Task(OfCase):
    what = forms.CharField(max_length=300)
    owner = fields.RecordField()
    due = fields.day()


class Decision(Task):
    """What was decided at a meeting."""


class Plain(fields.ActionForm):
    """An action without words."""


class Words(fields.ActionForm):
    """An action that says what came out."""

    words = fields.text()


class Reason(fields.ActionForm):
    reason = fields.text(most=2000)


def form_of(
    action: Action, row: models.Referral | models.Promise | models.Proposition | models.Task, data: fields.Data
) -> fields.ActionForm:
    """The form of an action on a record, empty or with what was sent."""
    more = fields.Options(row=row, auto_id=f"{action.name}_%s")
    if issubclass(action.form, OfCase):
        assert isinstance(row, models.Promise)
        initial = {"owner": row.owner_id or "", "due": row.due}
        return action.form(data, case=row.case, on=timezone.localdate(), initial=initial, **more)
    return action.form(data, **more)
