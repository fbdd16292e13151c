"""The forms of the desk. What their fields are called stands in the words: `books.field_NAME`."""

from typing import Any

from django import forms

from luodi.documents import wording
from luodi.rules.kept_rows import RULES
from luodi.rules.library import book_names, load_book
from luodi.terms import term, terms
from luodi.web.books.actions_checks import Said
from luodi.web.books.models_checks import Found
from luodi.web.core.words import language, say

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


class Checked(forms.Form):
    """What somebody found when they checked a row. A table that says nothing of confidence has no field for it."""

    on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), input_formats=["%Y-%m-%d"])
    where = forms.CharField(max_length=500)
    found = forms.ChoiceField()
    confidence = forms.ChoiceField(required=False)
    verification = forms.ChoiceField(required=False)
    note = forms.CharField(max_length=MOST, widget=forms.Textarea, required=False)

    def __init__(self, table: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        lang = language()
        self.fields["found"].choices = [(one.value, term("check_found", one).title(lang)) for one in Found]
        for name in ("confidence", "verification"):
            known = [(key, one.title(lang)) for key, one in terms(name).items()]
            self.fields[name].choices = [("", say("books.stays")), *known]
        if table != RULES:
            del self.fields["verification"]
        if table == "licences":
            del self.fields["confidence"]

    def said(self) -> Said:
        """What a valid form says."""
        given = {key: value for key, value in self.cleaned_data.items() if key != "found"}
        return Said(found=Found(self.cleaned_data["found"]), **given)
