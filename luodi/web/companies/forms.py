"""The forms of companies: one an action. What their fields are called stands in the words: `companies.field_NAME`."""

from typing import Any

from django import forms

from luodi.ownership.stakes import Kind
from luodi.rules.library import company_vocabulary
from luodi.web.companies.models import CompanyName, Consent, Label, Origin
from luodi.web.core.forms import ActionForm, country_code, one_of
from luodi.web.core.roles import RoleLevel
from luodi.web.core.words import language


def _day(required: bool = True) -> forms.DateField:
    return forms.DateField(required=required, widget=forms.DateInput(attrs={"type": "date"}))


def _text(most: int, required: bool = True) -> forms.CharField:
    return forms.CharField(max_length=most, required=required)


class New(ActionForm):
    name_zh = _text(300, required=False)
    name_en = _text(300, required=False)
    country = country_code()
    scheme = _text(20, required=False)
    value = _text(60, required=False)

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        identifiers = {given["scheme"]: given["value"]} if given["scheme"] else {}
        return {**given, "identifiers": identifiers}


class Name(ActionForm):
    text = _text(300)
    kind = one_of("companies", "name", CompanyName.Kind)
    language = _text(12, required=False)
    starts = _day(required=False)
    ends = _day(required=False)
    source = _text(300, required=False)


class Number(ActionForm):
    scheme = _text(20)
    value = _text(60)
    verified = _day(required=False)
    source = _text(300, required=False)


class LabelForm(ActionForm):
    kind = one_of("companies", "label", Label.Kind)
    code = _text(80)


def _attributes() -> list[tuple[str, str]]:
    lang = language()
    rows = company_vocabulary().attributes.values()
    return sorted(((one.name, str(one.label.get(lang) or one.name)) for one in rows), key=lambda row: row[1])


class FactForm(ActionForm):
    """A set is typed as words with commas between them."""

    attribute = forms.ChoiceField(choices=_attributes)
    value = _text(500)
    as_of = _day()
    origin = one_of("companies", "origin", Origin)
    source = _text(300, required=False)

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        if company_vocabulary().attribute(given["attribute"]).kind != "set":
            return given
        return {
            **given,
            "value": [word.strip() for word in given["value"].replace("，", ",").split(",") if word.strip()],
        }


class HoldingForm(ActionForm):
    holder_name = _text(300, required=False)
    holder = forms.IntegerField(required=False, min_value=1)
    holder_kind = one_of("companies", "holder_kind", [kind for kind in Kind if kind is not Kind.COMPANY])
    share = _text(40)
    votes = _text(40, required=False)
    starts = _day(required=False)
    ends = _day(required=False)
    origin = one_of("companies", "origin", Origin)
    source = _text(300, required=False)


class ContactForm(ActionForm):
    name = _text(200)
    post = _text(200, required=False)
    email = forms.EmailField(required=False)
    phone = _text(40, required=False)
    language = forms.ChoiceField(choices=[("zh", "中文"), ("en", "English")])


class ConsentForm(ActionForm):
    contact = forms.ChoiceField(choices=())
    purpose = one_of("companies", "purpose", Consent.Purpose)
    channel = one_of("companies", "channel", Consent.Channel)
    given = _day()
    how = _text(300)

    def __init__(self, data: Any = None, *, people: list[tuple[str, str]] | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        contact = self.fields["contact"]
        assert isinstance(contact, forms.ChoiceField)
        contact.choices = self.people = people or []


class MergeForm(ActionForm):
    """`seen` marks what both sides were on the page, which is refused where it shows no more what they are."""

    other = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    reason = _text(2000)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class RepresentativeForm(ActionForm):
    """Who is to act for the company, how far and how long, and how that is known."""

    email = forms.EmailField()
    scope = one_of("accounts", "scope", RoleLevel)
    language = forms.ChoiceField(choices=[("zh-hans", "中文"), ("en", "English")])
    ends = _day(required=False)
    reason = _text(2000)


class Reason(ActionForm):
    reason = _text(2000)


class OnRow(ActionForm):
    """An action on one row of the company, such as ending a stake on a day."""

    row = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class EndHolding(OnRow):
    ends = _day()


class LookUp(ActionForm):
    """The code to look up, of a company that has none."""

    code = _text(40, required=False)


class _Any(forms.MultipleChoiceField):
    """Some of the differences, which the action knows."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: object) -> bool:
        return True


class Take(OnRow):
    """What to take of an extract of the register."""

    wanted = _Any(required=False)


class Bring(ActionForm):
    """A file of companies: where it is from, and how its source knows what it says."""

    file = forms.FileField()
    source = _text(200)
    origin = one_of("companies", "origin", Origin)

    def arguments(self) -> dict[str, Any]:
        file = self.cleaned_data["file"]
        return {**self.cleaned_data, "raw": file.read(), "name": file.name}


class Confirm(ActionForm):
    """The company that a row is about; none for a new one."""

    company = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
