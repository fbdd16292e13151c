"""The forms of this app. What their fields are called stands in the words: `obstacles.field_NAME`."""

from collections.abc import Iterable
from datetime import date
from typing import Unpack

from django import forms

from luodi.casework.obstacles import Against, ObstacleKind
from luodi.documents import wording
from luodi.library.shelf import shelf
from luodi.web.accounts.models import Company
from luodi.web.accounts.queries import open_units
from luodi.web.cases.models import LandingCase
from luodi.web.core import forms as fields
from luodi.web.core.actions import Action
from luodi.web.core.types import AnyUser
from luodi.web.core.words import language, say
from luodi.web.obstacles import queries
from luodi.web.obstacles.models import Obstacle, PolicyIssue


def about_choices(asked: str = "") -> list[tuple[str, str]]:
    """The steps of a landing, and the entry of the library that somebody came from."""
    lang = language()
    rows = [(f"step/{one.id}", wording.pick(one.title, lang)) for one in shelf().by_kind["step"]]
    kind, _, name = asked.partition("/")
    found = shelf().get(kind, name) if name and kind != "step" else None
    first = [(asked, wording.pick(found.title, lang))] if found else []
    return [("", say("obstacles.about_nothing")), *first, *sorted(rows, key=lambda row: row[1])]


class Raise(fields.ActionForm):
    """`companies` and `cases` are those that the reader may name; an officer names a case."""

    company = fields.RecordField()
    case = fields.RecordField(required=False)
    kind = fields.one_of("obstacles", "kind", ObstacleKind)
    against = fields.one_of("obstacles", "against", Against, required=False)
    about = forms.ChoiceField(required=False)
    text = fields.text()

    def __init__(
        self,
        data: fields.Data = None,
        *,
        companies: list[Company],
        cases: list[LandingCase],
        asked: str = "",
        of_case: bool = False,
        **more: Unpack[fields.Options],
    ) -> None:
        super().__init__(data, **more)
        fields.offer(self, "company", companies)
        self.fields["case"].required = of_case
        fields.offer(self, "case", cases, lambda case: case.reference)
        fields.set_choices(self, "about", about_choices(asked))

    def clean_against(self) -> Against | None:
        return Against(self.cleaned_data["against"]) if self.cleaned_data["against"] else None

    def clean_about(self) -> tuple[str, str]:
        kind, _, name = self.cleaned_data["about"].partition("/")
        return kind, name


class Plain(fields.ActionForm):
    """An action without words."""


class Words(fields.ActionForm):
    words = fields.text()


class PassOn(fields.ActionForm):
    unit = fields.RecordField()
    reason = fields.text(most=2000)

    def __init__(self, data: fields.Data = None, *, on: date, without: int, **more: Unpack[fields.Options]) -> None:
        super().__init__(data, **more)
        fields.offer(self, "unit", open_units(on).exclude(pk=without))


class Rate(fields.ActionForm):
    rating = forms.TypedChoiceField(
        coerce=int,
        widget=forms.RadioSelect,
        choices=lambda: [(n, say(f"obstacles.rating_{n}")) for n in (5, 4, 3, 2, 1)],
    )
    rating_words = fields.text(required=False, most=2000)


class Join(fields.ActionForm):
    issue = fields.RecordField()

    def __init__(
        self, data: fields.Data = None, *, issues: Iterable[PolicyIssue], **more: Unpack[fields.Options]
    ) -> None:
        super().__init__(data, **more)
        fields.offer(self, "issue", issues, lambda issue: issue.title)


class Issue(fields.ActionForm):
    title = forms.CharField(max_length=200)
    text = fields.text()
    unit = fields.RecordField()
    due = fields.day()

    def __init__(self, data: fields.Data = None, *, on: date, **more: Unpack[fields.Options]) -> None:
        super().__init__(data, **more)
        fields.offer(self, "unit", open_units(on))


class Settle(fields.ActionForm):
    answer = fields.text()


def form_of(action: Action, user: AnyUser, row: Obstacle, data: fields.Data, *, on: date) -> fields.ActionForm:
    """The form of an action on an obstacle, empty or with what was sent."""
    more = fields.Options(row=row, auto_id=f"{action.name}_%s")
    if action.form is PassOn:
        return PassOn(data, on=on, without=row.unit_id, **more)
    if action.form is Join:
        return Join(data, issues=queries.issues(user, {"state": "open"})[:100], **more)
    found: fields.ActionForm = action.form(data, **more)
    return found
