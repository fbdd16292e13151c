"""The forms of leads: one an action. What their fields are called stands in the words: `leads.field_NAME`."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone

from luodi.casework.plans import check_part
from luodi.radar.lead_score import weights
from luodi.web.accounts.models import Company, User
from luodi.web.core.actions import Action
from luodi.web.core.forms import MOST, ActionForm, CheckedField, Choices, NamedField, country_code, day, set_choices
from luodi.web.core.types import Json
from luodi.web.core.words import language, say
from luodi.web.leads.models import Lead, Signal


def _text(most: int = MOST, required: bool = True, long: bool = False) -> forms.CharField:
    return forms.CharField(max_length=most, required=required, widget=forms.Textarea if long else forms.TextInput)


class Reason(ActionForm):
    reason = _text(2000)


class Park(Reason):
    until = day()
    field_order = ("key", "version", "until", "reason")


class Assign(ActionForm):
    """To oneself, where nobody is named."""

    officer = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def clean_officer(self) -> User | None:
        """Whoever there is no more may not work on it, which the action says."""
        number = self.cleaned_data["officer"]
        return (User.objects.filter(pk=number).first() or User()) if number else None


class Duplicate(ActionForm):
    of = forms.IntegerField(min_value=1)


class Convert(ActionForm):
    company = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, companies: list[tuple[str, str]] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        set_choices(self, "company", companies or [])
        self.fields["company"].required = any(key == "new" for key, _ in companies or [])

    def clean_company(self) -> Company | None:
        """One of those that the officer may choose from; None for the lead's own, or a new one."""
        chosen = self.cleaned_data["company"]
        return Company.objects.filter(merged_into=None, pk=chosen).first() if chosen not in ("", "new") else None


def _evidence() -> Choices:
    lang = language()
    return [
        (f"{part.id} {value}", f"{part.title[lang]}{'：' if lang == 'zh' else ': '}{part.words[value][lang]}")
        for part in weights().parts
        if not part.from_books
        for value in part.points
    ]


class SayEvidence(ActionForm):
    said = forms.ChoiceField(choices=_evidence)
    day = day()
    source = _text(300)

    def arguments(self) -> Json:
        part, value = self.cleaned_data["said"].split(" ")
        return {**self.cleaned_data, "part": part, "value": value}


class Adjust(ActionForm):
    points = forms.IntegerField(min_value=-20, max_value=20)
    reason = _text(2000)


class Describe(ActionForm):
    title = _text(300)
    company_name = _text(300, required=False)
    country = country_code()
    service = NamedField("service", partial(check_part, "service"))
    place = NamedField("place", partial(check_part, "place"))
    share = CheckedField(partial(check_part, "share"))
    technology = _text(300, required=False)
    summary = _text(required=False, long=True)

    def __init__(self, *args: Any, row: Any = None, **more: Any) -> None:
        super().__init__(*args, row=row, **more)
        self.plans = row.plans if row is not None else None

    def arguments(self) -> Json:
        return {"fields": described(self.cleaned_data, self.plans)}


def plans_of(given: dict[str, object], before: list[Json] | None = None) -> list[Json]:
    """The form shows the first plan; the others stay as they are."""
    first = {name: given[name] or None for name in ("service", "place", "share")}
    rest = (before or [])[1:]
    return [{**(before or [{}])[0], **first}, *rest] if first["service"] else rest


def described(given: Json, before: list[Json] | None = None) -> Json:
    names = ("title", "company_name", "country", "technology", "summary", "place")
    found = {name: given[name] for name in names}
    return {**found, "plans": plans_of(given, before)}


_HEARD = (Signal.Kind.FAIR, Signal.Kind.NEWS, Signal.Kind.REFERRAL, Signal.Kind.REGISTER)


class New(Describe):
    """A lead that an officer heard of."""

    kind = forms.ChoiceField(choices=lambda: [(str(kind), say(f"leads.kind_{kind}")) for kind in _HEARD])
    source = _text(200)
    contact = _text(200, required=False)
    email = forms.EmailField(required=False)


class File(ActionForm):
    """A file of leads, and where it is from."""

    file = forms.FileField()
    source = _text(200)

    def arguments(self) -> Json:
        file = self.cleaned_data["file"]
        return {**self.cleaned_data, "raw": file.read(), "name": file.name}


class ConfirmRow(ActionForm):
    """The lead that a row is about; none for a new one."""

    lead = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class Interest(ActionForm):
    """What somebody without an account tells: who they are and what they plan."""

    company_name = _text(300)
    country = country_code()
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    technology = _text(300, required=False)
    message = _text(long=True)
    consent = forms.BooleanField()


def form_of(action: Action, lead: Lead, companies: Sequence[Company], data: Any = None) -> ActionForm:
    """The form of an action, empty or with what was sent; `companies` are those that it may be converted to."""
    name = action.name
    more: dict[str, object] = {"auto_id": f"{name}_%s", "row": lead}
    if name == "convert":
        own = [(str(lead.company_id), str(lead.company))] if lead.company_id else []
        # where a company has that name, a new one is made for whoever says so, and not because nothing was said
        called, key = lead.company_name, "new" if companies else ""
        new = [] if own or not called else [(key, say("leads.new_company", name=called))]
        more["companies"] = [*own, *((str(one.pk), str(one)) for one in companies if one.pk != lead.company_id), *new]
    if name == "describe":
        plan = lead.plans[0] if lead.plans else {}
        fields = ("title", "company_name", "country", "technology", "summary", "place")
        more["initial"] = {
            **{field: getattr(lead, field) for field in fields},
            "service": plan.get("service"),
            "share": plan.get("share"),
            "place": lead.place or plan.get("place"),
        }
    if name == "evidence":
        more["initial"] = {"day": timezone.localdate()}
    made: ActionForm = action.form(data, **more)
    return made
