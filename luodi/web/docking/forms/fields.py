"""What the forms of docking share. What their fields are called stands in the words: `docking.field_NAME`."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from django import forms

from luodi.errors import UnknownValue
from luodi.web.core.error_words import in_words
from luodi.web.core.forms import ActionForm, currency_code
from luodi.web.core.words import say
from luodi.web.docking.models.money import Money, MoneyKind

_LONG: Final = 4000
Found = TypeVar("Found")


def day(required: bool = True) -> forms.DateField:
    return forms.DateField(required=required, widget=forms.DateInput(attrs={"type": "date"}))


def text(most: int = _LONG, required: bool = True) -> forms.CharField:
    widget = forms.Textarea if most > 300 else forms.TextInput
    return forms.CharField(max_length=most, required=required, widget=widget)


def named(prefix: str, values: Iterable[str], blank: bool = False) -> list[tuple[str, str]]:
    found = [(str(value), say(f"docking.{prefix}_{value}")) for value in values]
    return [("", "–"), *found] if blank else found


class Choice(forms.ChoiceField):
    """One of some values, named by `docking.PREFIX_VALUE` in the language of the request."""

    def __init__(self, prefix: str, values: Iterable[str], required: bool = True) -> None:
        super().__init__(choices=lambda: named(prefix, values, not required), required=required)


class MoneyFields(forms.Form):
    amount = forms.IntegerField(required=False, min_value=0, max_value=10**15)
    currency = currency_code()
    amount_as_of = day(required=False)

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if given.get("amount") is not None:
            for name in ("currency", "amount_as_of"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, say("docking.error_money"))
        return given

    def money(self, kind: MoneyKind) -> Money | None:
        given = self.cleaned_data
        return (
            None if given["amount"] is None else Money(given["amount"], given["currency"], kind, given["amount_as_of"])
        )


def or_error(read: Callable[[], Found]) -> Found:
    """What cannot be found as an error of its field, in the words of a refusal."""
    try:
        return read()
    except UnknownValue as problem:
        raise forms.ValidationError(in_words(problem, "docking.refused")) from None


class Plain(ActionForm):
    """An action without words."""


class WithReason(ActionForm):
    reason = text(1000)
