"""The forms of companies: one an act. What their fields are called stands in the words: `companies.field_NAME`."""

from typing import Any

from django import forms

from luodi.ownership.stakes import Kind
from luodi.rules.library import company_vocabulary
from luodi.web.companies.models import CompanyName, Consent, Label, Origin
from luodi.web.core.keys import key_of, new_key
from luodi.web.core.words import language, say

_KEY = r"^[0-9A-Za-z_-]{16,64}$"


class Act(forms.Form):
    """A form that has one effect, however often it is sent, and none on what has changed since it was shown."""

    key = forms.RegexField(_KEY, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    data: Any

    def __init__(self, data: Any = None, *, version: int | None = None, **more: Any) -> None:
        initial = {"key": new_key(), "version": version, **more.pop("initial", {})}
        super().__init__(data, initial=initial, **more)
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
                field.choices = self.choices_of(name, [value for value, _ in field.choices])

    def choices_of(self, name: str, values: list[Any]) -> list[tuple[str, str]]:
        return [(value, say(f"companies.{name}_{value}")) for value in values]

    def clean_key(self) -> str:
        return key_of(self.cleaned_data["key"], self.data, self.files)

    def again(self, version: int) -> None:
        """Show what was typed once more, for the record as it is now."""
        data = self.data.copy()
        data["version"] = str(version)
        self.data = data


def _day(required: bool = True) -> forms.DateField:
    return forms.DateField(required=required, widget=forms.DateInput(attrs={"type": "date"}))


def _text(most: int, required: bool = True) -> forms.CharField:
    return forms.CharField(max_length=most, required=required)


def _one_of(values: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[(value, value) for value in values])


class New(Act):
    name_zh = _text(300, required=False)
    name_en = _text(300, required=False)
    country = _text(2, required=False)
    scheme = _text(20, required=False)
    value = _text(60, required=False)


class Name(Act):
    text = _text(300)
    kind = _one_of(CompanyName.Kind.values)
    language = _text(12, required=False)
    starts = _day(required=False)
    ends = _day(required=False)
    source = _text(300, required=False)

    def choices_of(self, name: str, values: list[Any]) -> list[tuple[str, str]]:
        return [(value, say(f"companies.name_{value}")) for value in values]


class Number(Act):
    scheme = _text(20)
    value = _text(60)
    verified = _day(required=False)
    source = _text(300, required=False)


class LabelForm(Act):
    kind = _one_of(Label.Kind.values)
    code = _text(80)

    def choices_of(self, name: str, values: list[Any]) -> list[tuple[str, str]]:
        return [(value, say(f"companies.label_{value}")) for value in values]


class FactForm(Act):
    attribute = _one_of(())
    value = _text(500)
    as_of = _day()
    origin = _one_of(Origin.values)
    source = _text(300, required=False)

    def choices_of(self, name: str, values: list[Any]) -> list[tuple[str, str]]:
        if name == "attribute":
            lang = language()
            rows = company_vocabulary().attributes.values()
            return sorted(((one.name, str(one.label.get(lang) or one.name)) for one in rows), key=lambda row: row[1])
        return super().choices_of(name, values)


class HoldingForm(Act):
    holder_name = _text(300, required=False)
    holder = forms.IntegerField(required=False, min_value=1)
    holder_kind = _one_of(kind.value for kind in Kind if kind is not Kind.COMPANY)
    share = _text(40)
    votes = _text(40, required=False)
    starts = _day(required=False)
    ends = _day(required=False)
    origin = _one_of(Origin.values)
    source = _text(300, required=False)


class ContactForm(Act):
    name = _text(200)
    post = _text(200, required=False)
    email = forms.EmailField(required=False)
    phone = _text(40, required=False)
    language = forms.ChoiceField(choices=[("zh", "中文"), ("en", "English")])

    def choices_of(self, name: str, values: list[Any]) -> list[tuple[str, str]]:
        return [("zh", "中文"), ("en", "English")]


class ConsentForm(Act):
    contact = forms.ChoiceField(choices=())
    purpose = _one_of(Consent.Purpose.values)
    channel = _one_of(Consent.Channel.values)
    given = _day()
    how = _text(300)

    def __init__(self, data: Any = None, *, people: list[tuple[str, str]] | None = None, **more: Any) -> None:
        self.people = people or []
        super().__init__(data, **more)

    def choices_of(self, name: str, values: list[Any]) -> list[tuple[str, str]]:
        return self.people if name == "contact" else super().choices_of(name, values)


class MergeForm(Act):
    other = forms.IntegerField(min_value=1)
    reason = _text(2000)


class Reason(Act):
    reason = _text(2000)


class OnRow(Act):
    """An act on one row of the company, such as ending a stake on a day."""

    row = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class EndHolding(OnRow):
    ends = _day()


class Bring(forms.Form):
    """A file of companies: where it is from, and how its source knows what it says."""

    file = forms.FileField()
    source = _text(200)
    origin = forms.ChoiceField()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["origin"].choices = [(str(value), say(f"companies.origin_{value}")) for value in Origin.values]
