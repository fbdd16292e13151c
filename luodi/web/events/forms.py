"""The forms of events. What their fields are called stands in the words: `events.field_NAME`."""

from collections.abc import Iterable
from datetime import date
from typing import Final, Unpack

from django import forms
from django.utils import timezone

from luodi.casework.events import EventKind
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.models import LandingCase
from luodi.web.core import forms as fields
from luodi.web.core.actions import Action
from luodi.web.core.types import Json
from luodi.web.core.words import name_of
from luodi.web.dealings.queries import colleagues
from luodi.web.events.guests import Guest
from luodi.web.events.models import Event, Invitation

_MOMENT: Final = "%Y-%m-%dT%H:%M"


def _moment() -> forms.DateTimeField:
    """A day and an hour in China, whose authorities invite."""
    widget = forms.DateTimeInput(format=_MOMENT)
    widget.input_type = "datetime-local"
    return forms.DateTimeField(widget=widget, input_formats=[_MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%z"])


class EventForm(fields.ActionForm):
    """`units` are those that one may arrange an event of; the form of an event that is there asks for none."""

    unit = fields.RecordField()
    kind = fields.one_of("events", "kind", EventKind)
    title_zh = forms.CharField(max_length=200)
    title_en = forms.CharField(max_length=200)
    starts = _moment()
    ends = _moment()
    place = forms.CharField(max_length=200)
    host = fields.RecordField()
    capacity = forms.IntegerField(required=False, min_value=1, max_value=100_000)
    text = fields.text(required=False)

    def __init__(
        self,
        data: fields.Data = None,
        *,
        hosts: Iterable[User],
        units: Iterable[Unit] = (),
        **more: Unpack[fields.Options],
    ) -> None:
        row = more.get("row")
        super().__init__(data, **({**more, "initial": _as_it_is(row)} if isinstance(row, Event) else more))
        fields.offer(self, "host", hosts, str, blank=False)
        if isinstance(row, Event):
            del self.fields["unit"]
        else:
            fields.offer(self, "unit", units, blank=False)

    def arguments(self) -> Json:
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "version", "unit")}
        return {"fields": given, "unit": self.cleaned_data.get("unit")}


def _as_it_is(row: Event) -> Json:
    names = ("kind", "title_zh", "title_en", "place", "capacity", "text")
    hours = {name: timezone.localtime(getattr(row, name)).strftime(_MOMENT) for name in ("starts", "ends")}
    return {**{name: getattr(row, name) for name in names}, **hours, "host": str(row.host_id)}


class Plain(fields.ActionForm):
    """An action without words."""


class Reason(fields.ActionForm):
    reason = fields.text(most=2000)


class InvitationForm(fields.ActionForm):
    """Somebody who is no contact here."""

    name = forms.CharField(max_length=200)
    company_name = forms.CharField(max_length=300, required=False)
    email = forms.EmailField(required=False)
    language = forms.ChoiceField(choices=[("zh", "中文"), ("en", "English")])

    def __init__(self, data: fields.Data = None, **more: Unpack[fields.Options]) -> None:
        row = more.get("row")
        if isinstance(row, Invitation):
            more["initial"] = {name: getattr(row, name) for name in ("name", "company_name", "email", "language")}
        super().__init__(data, **more)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).casefold()

    @property
    def guest(self) -> Guest:
        """Of a valid form."""
        given = self.cleaned_data
        names = given["name"].strip(), given["company_name"].strip()
        return Guest(names[0], given["email"], given["language"], company_name=names[1])

    def arguments(self) -> Json:
        return {**self.cleaned_data, "guest": self.guest}


class FollowUp(fields.ActionForm):
    """What is done after an event, in a case of the guest's company."""

    case = fields.RecordField()
    what = forms.CharField(max_length=300)
    owner = fields.RecordField()
    due = fields.day()

    def __init__(
        self, data: fields.Data = None, *, cases: Iterable[LandingCase], on: date, **more: Unpack[fields.Options]
    ) -> None:
        super().__init__(data, **more)
        found = list(cases)
        owners = {one for case in found for one in colleagues(case, on=on)}
        fields.offer(self, "case", found, lambda case: f"{case.reference} {name_of(case.company)}", blank=False)
        fields.offer(self, "owner", sorted(owners, key=str), str, blank=True)


def form_of(
    action: Action,
    row: Event | Invitation,
    data: fields.Data,
    hosts: Iterable[User] = (),
    cases: Iterable[LandingCase] = (),
) -> fields.ActionForm:
    """The form of an action on a record, empty or with what was sent."""
    more = fields.Options(row=row, auto_id=f"{action.name}_%s")
    if issubclass(action.form, EventForm):
        return action.form(data, hosts=hosts, **more)
    if issubclass(action.form, FollowUp):
        return action.form(data, cases=cases, on=timezone.localdate(), **more)
    return action.form(data, **more)
