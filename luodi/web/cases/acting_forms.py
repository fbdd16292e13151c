"""Forms of acts, for the rooms around a case: sent twice they have one effect, and stale they are shown again.

form = Answer(request.POST)
tried = attempt(form, lambda given: answer(row, given["text"], by=user, at=now(), key=given["key"], version=..))
if tried.done: return redirect(..)
return page(request, .., tried.status, form=form, tried=tried)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from luodi.errors import LuodiError
from luodi.web.cases.acting import Moved, new_key
from luodi.web.error_words import in_words
from luodi.web.journal.models import Entry
from luodi.web.site.once import key_of
from luodi.web.words import say

_KEY = r"^[0-9A-Za-z_-]{16,64}$"
MOST = 10_000  # characters of a text


class ActForm(forms.Form):
    """`version` is that of the row the form was made for; none for a new row."""

    key = forms.RegexField(_KEY, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    data: Any

    def __init__(self, data: Any = None, files: Any = None, *, row: Any = None, **more: Any) -> None:
        first = {"key": new_key(), "version": getattr(row, "version", None), **more.pop("initial", {})}
        super().__init__(data, files, initial=first, **more)

    def clean_key(self) -> str:
        return key_of(self.cleaned_data["key"], self.data, self.files)

    def again(self, version: int | None) -> None:
        """Show what was typed once more, for the row as it is now: another act, with a key of its own."""
        data = self.data.copy()
        data["key"] = new_key()
        data["version"] = "" if version is None else str(version)
        self.data = data


def text(required: bool = True, most: int = MOST) -> forms.CharField:
    return forms.CharField(max_length=most, required=required, widget=forms.Textarea)


def day(required: bool = True) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(required=required, widget=widget, input_formats=["%Y-%m-%d"])


def one_of(room: str, field: str, values: Any) -> forms.ChoiceField:
    """A choice whose words are `room.field_value`, in the language of the reader."""
    return forms.ChoiceField(choices=lambda: [(str(one.value), say(f"{room}.{field}_{one.value}")) for one in values])


@dataclass(frozen=True)
class Tried:
    """`done` is the row, None where nothing was done; `since` what the form had missed."""

    status: int = 200
    done: Any = None
    problem: str = ""
    since: Sequence[Entry] = ()


def attempt(form: ActForm, do: Callable[[dict[str, Any]], Any]) -> Tried:
    """Do it, or say why not where it can be put right: 422 for what was typed, 409 for what changed meanwhile.

    A refusal for lack of permission goes on to the page that says so.
    """
    if not form.is_valid():
        return Tried(422)
    try:
        return Tried(302, do(form.cleaned_data))
    except Moved as moved:
        form.again(moved.version)
        return Tried(409, problem=say("cases.form_moved_on"), since=moved.since)
    except LuodiError as problem:
        if problem.code == "not-permitted":
            raise
        told = in_words(problem, "cases.form")
        if problem.at in form.fields:
            form.add_error(problem.at, told)
            return Tried(422)
        return Tried(422, problem=told)
