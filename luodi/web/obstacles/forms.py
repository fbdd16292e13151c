"""The forms of this room. What their fields are called stands in the words: `obstacles.field_NAME`."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q

from luodi.casework.obstacles import ObstacleKind
from luodi.documents import wording
from luodi.web.accounts.models import Company, Unit
from luodi.web.cases.models import LandingCase
from luodi.web.core import forms as fields
from luodi.web.core.actions import Action
from luodi.web.core.words import language, say
from luodi.web.library.shelf import shelf
from luodi.web.obstacles import queries


def about_choices(asked: str = "") -> list[tuple[str, str]]:
    """The steps of a landing, and the entry of the library that somebody came from."""
    lang = language()
    rows = [(f"step/{one.id}", wording.pick(one.title, lang)) for one in shelf().by_kind["step"]]
    kind, _, name = asked.partition("/")
    found = shelf().get(kind, name) if name and kind != "step" else None
    first = [(asked, wording.pick(found.title, lang))] if found else []
    return [("", say("obstacles.about_nothing")), *first, *sorted(rows, key=lambda row: row[1])]


def _parted(text: str) -> tuple[str, str]:
    kind, _, name = text.partition("/")
    return kind, name


class Raise(fields.ActionForm):
    """`companies` and `cases` are those that the reader may name; an officer names a case."""

    company = forms.ChoiceField()
    case = forms.ChoiceField(required=False)
    kind = fields.one_of("obstacles", "kind", ObstacleKind)
    about = forms.ChoiceField(required=False)
    text = fields.text()

    def __init__(
        self,
        *given: Any,
        companies: list[Company],
        cases: list[LandingCase],
        asked: str = "",
        of_case: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        self.companies = {str(one.pk): one for one in companies}
        self.cases = {str(one.pk): one for one in cases}
        lang = language()
        named = [
            (key, (one.name_zh if lang == "zh" else one.name_en) or str(one)) for key, one in self.companies.items()
        ]
        self.fields["company"].choices = named
        self.fields["case"].required = of_case
        none = [] if of_case else [("", "–")]
        self.fields["case"].choices = [*none, *((key, one.reference) for key, one in self.cases.items())]
        self.fields["about"].choices = about_choices(asked)

    def clean_kind(self) -> ObstacleKind:
        return ObstacleKind(self.cleaned_data["kind"])

    def clean_company(self) -> Company:
        return self.companies[self.cleaned_data["company"]]

    def clean_case(self) -> LandingCase | None:
        return self.cases.get(self.cleaned_data["case"])

    def clean_about(self) -> tuple[str, str]:
        return _parted(self.cleaned_data["about"])


class Plain(fields.ActionForm):
    """An act without words."""


class Words(fields.ActionForm):
    words = fields.text()


class PassOn(fields.ActionForm):
    unit = forms.ChoiceField()
    reason = fields.text(most=2000)

    def __init__(self, *given: Any, on: date, without: int, **more: Any) -> None:
        super().__init__(*given, **more)
        self.there = units_on(on, without)
        self.fields["unit"].choices = named_units(self.there)

    def clean_unit(self) -> Unit:
        return self.there[self.cleaned_data["unit"]]


class Rate(fields.ActionForm):
    rating = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    rating_words = fields.text(required=False, most=2000)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["rating"].choices = [(n, say(f"obstacles.rating_{n}")) for n in (5, 4, 3, 2, 1)]


class Join(fields.ActionForm):
    issue = forms.ChoiceField()

    def __init__(self, *given: Any, issues: list[Any], **more: Any) -> None:
        super().__init__(*given, **more)
        self.known = {str(one.pk): one for one in issues}
        self.fields["issue"].choices = [(key, one.title) for key, one in self.known.items()]

    def clean_issue(self) -> Any:
        return self.known[self.cleaned_data["issue"]]


class Issue(fields.ActionForm):
    title = forms.CharField(max_length=200)
    text = fields.text()
    unit = forms.ChoiceField()
    due = fields.day()

    def __init__(self, *given: Any, on: date, **more: Any) -> None:
        super().__init__(*given, **more)
        self.there = units_on(on)
        self.fields["unit"].choices = named_units(self.there)

    def clean_unit(self) -> Unit:
        return self.there[self.cleaned_data["unit"]]


class Settle(fields.ActionForm):
    answer = fields.text()


def units_on(on: date, without: int = 0) -> dict[str, Unit]:
    there = Unit.objects.filter(Q(closes=None) | Q(closes__gt=on)).exclude(pk=without)
    return {str(one.pk): one for one in there}


def named_units(units: dict[str, Unit]) -> list[tuple[str, str]]:
    lang = language()
    return [(key, one.name_zh if lang == "zh" else one.name_en) for key, one in units.items()]


def form_of(action: Action, user: Any, row: Any, data: Any, *, on: date) -> Any:
    """The form of an action on an obstacle, empty or with what was sent."""
    more: dict[str, Any] = {"row": row, "auto_id": f"{action.name}_%s"}
    if action.form is PassOn:
        more |= {"on": on, "without": row.unit_id}
    if action.form is Join:
        more["issues"] = list(queries.issues(user, {"state": "open"})[:100])
    return action.form(data, **more)
