"""The forms of this app. What their fields are called stands in the words: `scorecard.field_NAME`."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Unpack

from django import forms

from luodi.casework.book import proof_kinds
from luodi.dates import parse_day
from luodi.errors import LuodiError
from luodi.scorecard.contributions import Distinct, Thing
from luodi.scorecard.plan import plan
from luodi.scorecard.statuses import Declared, Evidenced
from luodi.web.accounts.models import Unit
from luodi.web.core.forms import ActionForm, Data, Options, RecordField, day, offer, one_of, set_choices, text
from luodi.web.core.words import language, say
from luodi.web.scorecard.models import Definition, Source
from luodi.web.scorecard.queries.board import Proposal


def _count(required: bool = True, initial: int | None = None) -> forms.IntegerField:
    return forms.IntegerField(required=required, initial=initial, min_value=0, max_value=2**31 - 1)


class Plain(ActionForm):
    """Nothing to say beside the action."""


class Reason(ActionForm):
    reason = text()


class OfUnits(ActionForm):
    """Of some units, one of which is chosen."""

    unit = RecordField()

    def __init__(self, data: Data = None, *, units: Iterable[Unit] = (), **more: Unpack[Options]) -> None:
        super().__init__(data, **more)
        offer(self, "unit", units)


# ---- definitions


class Line(ActionForm):
    """One line of an indicator. `line` of the answer is what `actions.revise` takes."""

    target = _count(required=False)
    baseline = _count(initial=0)
    holds = day()
    starts = day()
    due = day()
    path = forms.CharField(required=False, max_length=2000, widget=forms.Textarea)
    first = day(required=False)
    last = day(required=False)
    foreign = forms.ChoiceField(
        required=False,
        choices=lambda: [(v, say(f"scorecard.foreign_{v or 'any'}")) for v in ("", "true", "false")],
    )
    places = forms.CharField(required=False, max_length=400)
    services = forms.CharField(required=False, max_length=400)
    proofs = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(kind.id, kind.title[language()]) for kind in proof_kinds().values()],
    )
    distinct = forms.ChoiceField(
        required=False,
        choices=lambda: [(v, say(f"scorecard.distinct_{v or 'usual'}")) for v in ("", *Distinct)],
    )
    source = one_of("scorecard", "source", Source)
    reason = text()

    def clean_path(self) -> list[dict[str, object]]:
        """A line each: a day and what is expected by it."""
        found = []
        for row in self.cleaned_data["path"].splitlines():
            parts = row.replace("|", " ").split()
            if not parts:
                continue
            try:
                when, amount = parts
                found.append({"day": parse_day(when).isoformat(), "value": int(amount)})
            except (ValueError, LuodiError):
                raise forms.ValidationError(say("scorecard.error_path")) from None
        return found

    def line(self) -> dict[str, object]:
        given = self.cleaned_data
        takes: dict[str, object] = {name: given[name].isoformat() for name in ("first", "last") if given[name]}
        takes |= {"foreign": given["foreign"] == "true"} if given["foreign"] else {}
        for name in ("places", "services"):
            codes = [code for code in re.split(r"[\s,，、]+", given[name]) if code]
            takes |= {name: codes} if codes else {}
        same = ("target", "holds", "starts", "due", "path", "proofs", "distinct", "source", "reason")
        return {**{name: given[name] for name in same}, "baseline": given["baseline"], "takes": takes}

    def arguments(self) -> dict[str, object]:
        return {"line": self.line()}


def of_line(line: Definition | None, on: date) -> dict[str, object]:
    """The first values of a form for the next line: those of the line before."""
    if line is None:
        return {"holds": on, "starts": on, "source": str(Source.DECISION)}
    takes = line.takes
    return {
        "target": line.target,
        "baseline": line.baseline,
        "holds": on,
        "starts": line.starts,
        "due": line.due,
        "path": "\n".join(f"{point['day']} {point['value']}" for point in line.path),
        "first": takes.get("first"),
        "last": takes.get("last"),
        "foreign": "" if takes.get("foreign") is None else str(takes["foreign"]).lower(),
        "places": " ".join(takes.get("places", ())),
        "services": " ".join(takes.get("services", ())),
        "proofs": line.proofs,
        "distinct": line.distinct,
        "source": str(Source.DECISION),
    }


class NewIndicator(OfUnits, Line):
    of = forms.ChoiceField(choices=lambda: _places())
    thing = one_of("scorecard", "thing", Thing)
    code = forms.SlugField(max_length=40)
    title_zh = forms.CharField(max_length=200)
    title_en = forms.CharField(max_length=200)
    measured_zh = forms.CharField(max_length=20)
    measured_en = forms.CharField(max_length=40)
    field_order = ("unit", "of", "thing", "code", "title_zh", "title_en", "measured_zh", "measured_en")

    def arguments(self) -> dict[str, object]:
        return {"unit": self.cleaned_data["unit"], "fields": self.cleaned_data, "line": self.line()}


def _places() -> list[tuple[str, str]]:
    lang = language()
    goals = [(goal.id, f"{goal.id}　{goal.title[lang]}") for goal in plan().goals]
    return goals + [(name, f"{name}　{task.title[lang]}") for name, task in plan().tasks.items()]


# ---- contributions


class Claim(ActionForm):
    """`things` are proposals; one of them is chosen by its label."""

    thing = forms.ChoiceField()

    def __init__(self, data: Data = None, *, things: Iterable[Proposal] = (), **more: Unpack[Options]) -> None:
        super().__init__(data, **more)
        lang, self._things = language(), {one.label: one for one in things}
        names = self._things.items()
        set_choices(self, "thing", [(name, _proposed(one, lang)) for name, one in names])

    def arguments(self) -> dict[str, object]:
        return {"thing": self._things[self.cleaned_data["thing"]].thing}


def _proposed(one: Proposal, lang: str) -> str:
    """Before a landing is claimed it is told that its company counts already."""
    same = f"　{say('scorecard.same_short', lang, reference=one.same.reference)}" if one.same else ""
    return f"{one.titles[lang]}　{one.label}　{one.day}{same}"


class ClaimPlatform(OfUnits):
    name_zh = forms.CharField(max_length=200)
    name_en = forms.CharField(max_length=200)
    address = forms.URLField(max_length=300, assume_scheme="https")
    since = day()


# ---- tasks and editions


class Assign(OfUnits):
    due = day(required=False)
    reason = text()


class Declare(ActionForm):
    value = one_of("scorecard", "declared", Declared)
    note = text()


class Review(ActionForm):
    value = one_of("scorecard", "evidenced", Evidenced)
    note = text()


class Freeze(OfUnits):
    day = day()
