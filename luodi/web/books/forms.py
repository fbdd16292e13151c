"""The forms of the desk. What their fields are called stands in the words: `books.field_NAME`."""

from typing import Any

from django import forms

from luodi.documents import wording
from luodi.rules.library import book_names, load_book
from luodi.web.words import language

MOST = 10_000  # characters of a reason


class Begin(forms.Form):
    book = forms.ChoiceField()
    title = forms.CharField(max_length=200)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        lang = language()
        self.fields["book"].choices = [(name, wording.pick(load_book(name).title, lang)) for name in book_names()]


class FirstDay(forms.Form):
    first_day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), input_formats=["%Y-%m-%d"])


class Reason(forms.Form):
    reason = forms.CharField(max_length=MOST, widget=forms.Textarea)
