"""The forms of the desk. What their fields are called stands in the words: `books.field_NAME`."""

from collections.abc import Iterable, Mapping
from typing import Unpack

from django import forms

from luodi.documents import wording
from luodi.rules.kept_rows import RULES
from luodi.rules.library import book_names, load_book
from luodi.terms import term, terms
from luodi.web.books.models import Found
from luodi.web.books.row_checks import CheckResult
from luodi.web.core.forms import ActionForm, Data, Options, day, set_choices, text
from luodi.web.core.words import language, say


class BeginForm(ActionForm):
    book = forms.ChoiceField()
    title = forms.CharField(max_length=200)

    def __init__(self, data: Data = None, **options: Unpack[Options]) -> None:
        super().__init__(data, **options)
        lang = language()
        set_choices(self, "book", [(name, wording.pick(load_book(name).title, lang)) for name in book_names()])


class SubmitForm(ActionForm):
    first_day = day()


class ReasonForm(ActionForm):
    reason = text()


class CatchUpForm(ActionForm):
    """Of each file that both changed, `keep:NAME` says whose text stays: `ours` or `theirs`."""

    def arguments(self) -> Mapping[str, object]:
        return {"keep": {name: self.data.get(f"keep:{name}") == "ours" for name in self._files()}}

    def _files(self) -> Iterable[str]:
        return self.data.getlist("file") if hasattr(self.data, "getlist") else ()


class ProfileForm(ActionForm):
    """The action says what is wrong with a name or a text."""

    name = forms.CharField(required=False)
    text = forms.CharField(required=False, strip=False)

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"])[:50_000].replace("\r\n", "\n")


class CheckForm(ActionForm):
    """What somebody found when they checked a row. A table that says nothing of confidence has no field for it."""

    on = day()
    where = forms.CharField(max_length=500)
    found = forms.ChoiceField()
    confidence = forms.ChoiceField(required=False)
    verification = forms.ChoiceField(required=False)
    note = text(required=False)

    def __init__(self, data: Data = None, *, table: str = RULES, **options: Unpack[Options]) -> None:
        super().__init__(data, **options)
        lang = language()
        set_choices(self, "found", [(one.value, term("check_found", one).title(lang)) for one in Found])
        for name in ("confidence", "verification"):
            known = [(key, one.title(lang)) for key, one in terms(name).items()]
            set_choices(self, name, [("", say("books.stays")), *known])
        if table != RULES:
            del self.fields["verification"]
        if table == "licences":
            del self.fields["confidence"]

    def arguments(self) -> Mapping[str, object]:
        given = {key: value for key, value in self.cleaned_data.items() if key not in ("key", "version", "found")}
        return {"result": CheckResult(found=Found(self.cleaned_data["found"]), **given)}
