"""Fields of forms that choose among records and members of an enum."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from django import forms
from django.utils import translation

from luodi.web.core.forms import RecordField, offer, one_of, set_choices


class Colour(StrEnum):
    YES = "yes"
    NO = "no"


@dataclass(frozen=True)
class Row:
    pk: int
    name_zh: str
    name_en: str


ROWS = [Row(1, "上海", "Shanghai"), Row(2, "北京", "")]


class ChoiceForm(forms.Form):
    row = RecordField()
    perhaps = RecordField(required=False)
    free = forms.ChoiceField(required=False)

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        offer(self, "row", ROWS)
        offer(self, "perhaps", ROWS, lambda row: f"number {row.pk}")


def test_a_chosen_record_is_the_record_itself_and_none_where_none_was_chosen() -> None:
    form = ChoiceForm({"row": "2", "perhaps": ""})
    assert form.is_valid() and form.cleaned_data["row"] is ROWS[1] and form.cleaned_data["perhaps"] is None


@pytest.mark.parametrize("sent", ["3", "", "x"])
def test_a_record_that_was_not_offered_is_refused(sent: str) -> None:
    assert "row" in ChoiceForm({"row": sent}).errors


def test_records_are_named_in_the_language_of_the_reader_or_in_the_other_one() -> None:
    with translation.override("en"):
        field = ChoiceForm().fields["row"]
        assert isinstance(field, RecordField) and field.choices == [("1", "Shanghai"), ("2", "北京")]
    perhaps = ChoiceForm().fields["perhaps"]
    assert isinstance(perhaps, RecordField) and perhaps.choices[0] == ("", "–")


def test_the_blank_choice_can_be_offered_where_one_must_be_chosen() -> None:
    form = ChoiceForm({"row": ""})
    offer(form, "row", ROWS, blank=True)
    assert "row" in form.errors


def test_choices_belong_to_one_form_alone() -> None:
    form = ChoiceForm({"row": "1", "free": "a"})
    set_choices(form, "free", [("a", "A")])
    assert form.is_valid() and "free" in ChoiceForm({"row": "1", "free": "a"}).errors


def test_a_member_of_an_enum_is_the_member() -> None:
    class Form(forms.Form):
        answer = one_of("cases", "answer", Colour)

    field = Form().fields["answer"]
    assert isinstance(field, forms.TypedChoiceField) and field.coerce("yes") is Colour.YES
