"""Forms of actions: the key and the version that each carries, and the fields that many of them have."""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, TypeAlias, TypedDict

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.utils.datastructures import MultiValueDict

from luodi.errors import LuodiError
from luodi.message import sentence
from luodi.places import country_named
from luodi.values import check_currency
from luodi.web.core.keys import key_of, new_key
from luodi.web.core.words import language, name_of, say

_KEY = r"^[0-9A-Za-z_-]{16,64}$"
MOST = 10_000  # characters of a text
Choices: TypeAlias = list[tuple[str, str]]


#: What a form reads: nothing, what a page sent, or plain values.
Data: TypeAlias = Mapping[str, object] | None


class Options(TypedDict, total=False):
    """What every form of an action takes beside its data: the record it is for, first values, and names on the page."""

    row: Model | None
    files: MultiValueDict[str, UploadedFile] | None
    initial: Mapping[str, object]
    auto_id: str


class ActionForm(forms.Form):
    """`version` is that of the row the form was made for; none for a new row."""

    key = forms.RegexField(_KEY, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    data: Any

    def __init__(
        self,
        data: Data = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        row: Model | None = None,
        initial: Mapping[str, object] | None = None,
        auto_id: str = "id_%s",
    ) -> None:
        first = {"key": new_key(), "version": getattr(row, "version", None), **(initial or {})}
        super().__init__(data, files, initial=first, auto_id=auto_id)

    def clean_key(self) -> str:
        return key_of(self.cleaned_data["key"], self.data, self.files)

    def arguments(self) -> Mapping[str, object]:
        """What was filled in, by the names of the function's parameters."""
        return self.cleaned_data

    def again(self, version: int | None) -> None:
        """Show what was typed once more, for the row as it is now: another act, with a key of its own."""
        data = self.data.copy()
        data["key"] = new_key()
        data["version"] = "" if version is None else str(version)
        self.data = data


class CheckedField(forms.CharField):
    """A text as `check` gives it back; why it refuses is told at the field, in the language of the reader."""

    def __init__(self, check: Callable[[str], str], *, max_length: int = 60, required: bool = False) -> None:
        super().__init__(max_length=max_length, required=required)
        self.check = check

    def clean(self, value: object) -> str:
        text = str(super().clean(value))
        try:
            return self.check(text) if text else ""
        except LuodiError as problem:
            raise forms.ValidationError(sentence(problem.message, language())) from None


class NamedField(CheckedField):
    """A code of the books, chosen among all names in the language of the reader; `of` is "place", "service" or
    "country". What is typed may be a code or a name in either language."""

    def __init__(self, of: str, check: Callable[[str], str], *, required: bool = False) -> None:
        super().__init__(check, max_length=200, required=required)
        self.of = of

    @property
    def suggestions(self) -> list[str]:
        from luodi.documents.code_names import names_of_codes  # the books are read only where a form is shown

        return names_of_codes(self.of, language())

    def prepare_value(self, value: object) -> object:
        from luodi.documents.code_names import code_in_words

        return code_in_words(self.of, value, language()) if value else value

    def clean(self, value: object) -> str:
        from luodi.documents.code_names import code_named

        return super().clean(code_named(self.of, str(value)) if value else value)


def country_code(required: bool = False) -> NamedField:
    """A country or region, by its name in either language or its code."""
    return NamedField("country", lambda text: country_named(text).code, required=required)


def currency_code() -> CheckedField:
    return CheckedField(lambda text: check_currency(text.upper()), max_length=3)


def text(required: bool = True, most: int = MOST) -> forms.CharField:
    return forms.CharField(max_length=most, required=required, widget=forms.Textarea)


def day(required: bool = True) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(required=required, widget=widget, input_formats=["%Y-%m-%d"])


def one_of(
    app: str, field: str, values: type[Enum] | Iterable[Enum], *, required: bool = True, blank: str = ""
) -> forms.TypedChoiceField:
    """A choice among the members of an enum, whose words are `app.field_value` in the language of the reader; `blank`
    is the key of the words for none."""
    members = {str(one.value): one for one in values}

    def choices() -> Choices:
        none = [("", say(blank))] if blank else []
        return [*none, *((value, say(f"{app}.{field}_{value}")) for value in members)]

    return forms.TypedChoiceField(choices=choices, coerce=members.__getitem__, required=required)


class RecordField(forms.ChoiceField):
    """One of the records that `offer` gives it. Clean, it is the record itself; None where none was chosen."""

    records: Mapping[str, Model] = {}

    def clean(self, value: object) -> Model | None:
        return self.records.get(super().clean(value))


def offer(
    form: forms.Form,
    field: str,
    records: Iterable[Model],
    label: Callable[[Any], str] = name_of,
    *,
    blank: bool | None = None,
) -> None:
    """Let a `RecordField` choose among records. `blank`: whether none is a choice, or must be chosen away."""
    chooses = form.fields[field]
    assert isinstance(chooses, RecordField)
    chooses.records = {str(one.pk): one for one in records}
    none = [("", "–")] if (not chooses.required if blank is None else blank) else []
    chooses.choices = [*none, *((key, label(one)) for key, one in chooses.records.items())]


def set_choices(form: forms.Form, field: str, choices: Iterable[tuple[str, str]]) -> None:
    """The choices of a field that differ from form to form."""
    chooses = form.fields[field]
    assert isinstance(chooses, forms.ChoiceField)
    chooses.choices = list(choices)
