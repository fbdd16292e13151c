"""The forms of pilots, projects and meetings. Names of fields: `docking.field_NAME`."""

from collections.abc import Callable, Iterable
from typing import Unpack

from django import forms

from luodi.casework.agreement import Says as Agreement
from luodi.casework.meetings import Step
from luodi.errors import UnknownValue
from luodi.web.accounts.models import Unit
from luodi.web.core.forms import ActionForm, Choices, Data, Options, RecordField, offer, one_of, set_choices
from luodi.web.core.permissions import visible
from luodi.web.core.types import AnyUser
from luodi.web.core.words import language, say
from luodi.web.docking.forms import fields
from luodi.web.docking.models import (
    Match,
    Pairing,
    PilotTest,
    Session,
)
from luodi.web.docking.models.money import MoneyKind

# ---- pilots and projects


class PilotForm(ActionForm):
    site = fields.text(300)
    starts = fields.day()
    ends = fields.day()
    tests = fields.text()

    def clean_tests(self) -> list[tuple[str, str]]:
        """What is measured and what is wanted, a line each: `what | wanted`."""
        rows = [line.replace("｜", "|").partition("|") for line in self.cleaned_data["tests"].splitlines()]
        return [(what.strip()[:300], wanted.strip()[:200]) for what, _, wanted in rows if what.strip()]

    def arguments(self) -> dict[str, object]:
        return {**self.cleaned_data, "days": (self.cleaned_data["starts"], self.cleaned_data["ends"])}


class OfTest(ActionForm):
    """What one side says may have changed meanwhile, so a test is chosen as it was shown, `NUMBER-VERSION`. `tests`
    gives them as they are."""

    test = forms.ChoiceField()

    def __init__(
        self, data: Data = None, *, tests: Callable[[], Iterable[PilotTest]] = list, **more: Unpack[Options]
    ) -> None:
        super().__init__(data, **more)
        self.tests = tests
        set_choices(self, "test", [*self._choices(), *self._as_shown()])

    def _choices(self) -> Choices:
        return [(f"{one.pk}-{one.version}", one.text) for one in self.tests()]

    def _as_shown(self) -> Choices:
        """The test that was chosen, where it has another version by now: the action says so."""
        chosen = self.data.get("test", "")
        return [
            (chosen, text) for value, text in self._choices() if _number(value) == _number(chosen) and value != chosen
        ]

    def clean(self) -> dict[str, object]:
        """The version is that of the test."""
        given = super().clean() or {}
        _, _, version = given.get("test", "").partition("-")
        return given | {"version": int(version) if version.isdecimal() and len(version) < 9 else None}

    @property
    def record(self) -> PilotTest:
        number = _number(self.cleaned_data["test"])
        return next(one for one in self.tests() if str(one.pk) == number)

    def again(self, version: int | None) -> None:
        super().again(version)
        there = self._choices()
        self.data["test"] = next((one for one, _ in there if _number(one) == _number(self.data["test"])), "")
        set_choices(self, "test", there)


class ResultForm(OfTest):
    measured = fields.text(200)
    passed = fields.Choice("passed", ["yes", "no"])
    proof = fields.text(300)

    def clean_passed(self) -> bool:
        return bool(self.cleaned_data["passed"] == "yes")


class AnswerResult(OfTest):
    says = one_of("docking", "result", [Agreement.AGREE, Agreement.DISPUTE])
    words = fields.text(1000, required=False)

    def clean(self) -> dict[str, object]:
        given = super().clean()
        if given.get("says") is Agreement.DISPUTE and not str(given.get("words") or "").strip():
            self.add_error("words", say("docking.error_words"))
        return given


class TakeBackResult(OfTest):
    pass


def _number(value: str) -> str:
    return value.partition("-")[0]


class ProjectForm(ActionForm):
    title_zh = fields.text(200)
    title_en = fields.text(200)
    text_zh = fields.text()
    text_en = fields.text()
    place = fields.text(200)
    since = fields.day()
    shown = forms.BooleanField(required=False)

    def arguments(self) -> dict[str, object]:
        names = ("title_zh", "title_en", "text_zh", "text_en")
        return {**self.cleaned_data, "texts": {name: self.cleaned_data[name] for name in names}}


class RepeatForm(ActionForm):
    row = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    place = fields.text(200)
    since = fields.day()
    source = fields.text(300)


# ---- meetings


class MeetingForm(ActionForm):
    title_zh = fields.text(200)
    title_en = fields.text(200)
    day = fields.day()
    place = fields.text(200)
    text = fields.text(required=False)
    unit = RecordField()

    def __init__(self, data: Data = None, *, units: Iterable[Unit] = (), **more: Unpack[Options]) -> None:
        super().__init__(data, **more)
        offer(self, "unit", units)

    def arguments(self) -> dict[str, object]:
        names = ("title_zh", "title_en", "day", "place", "text")
        return {"unit": self.cleaned_data["unit"], "fields": {name: self.cleaned_data[name] for name in names}}


def _hour() -> forms.TimeField:
    return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}))


class SessionForm(ActionForm):
    title_zh = fields.text(200)
    title_en = fields.text(200)
    starts = _hour()
    ends = _hour()
    room = fields.text(100, required=False)

    def arguments(self) -> dict[str, object]:
        given = self.cleaned_data
        titles, hours = (given["title_zh"], given["title_en"]), (given["starts"], given["ends"])
        return {"titles": titles, "hours": hours, "room": given["room"]}


class PairForm(ActionForm):
    session = RecordField()
    match = fields.text(16)

    def __init__(
        self,
        data: Data = None,
        *,
        sessions: Iterable[Session] = (),
        user: AnyUser = None,
        **more: Unpack[Options],
    ) -> None:
        super().__init__(data, **more)
        self.user = user
        offer(self, "session", sessions, lambda one: f"{one.starts:%H:%M} {one.title(language())}")

    def clean_match(self) -> Match:
        return fields.or_error(lambda: self._match(self.cleaned_data["match"].strip()))

    def _match(self, reference: str) -> Match:
        found = visible(self.user, Match.objects.all(), "work").filter(reference=reference).first()
        if found is None:
            raise UnknownValue("docking.match", at="match")
        return found

    @property
    def record(self) -> Session:
        found: Session = self.cleaned_data["session"]
        return found


class StepForm(fields.MoneyFields, ActionForm):
    """The version is that of the pairing, which no page shows: somebody else's step is refused as one that is past."""

    pairing = RecordField()
    goal = one_of("docking", "meeting_step", [Step.MET, Step.INTENT, Step.CONTRACT])
    note = fields.text(1000, required=False)
    field_order = ("pairing", "goal", "amount", "currency", "amount_as_of", "note")

    def __init__(self, data: Data = None, *, pairings: Iterable[Pairing] = (), **more: Unpack[Options]) -> None:
        super().__init__(data, **more)
        offer(self, "pairing", pairings, lambda one: one.match.reference)

    def clean(self) -> dict[str, object]:
        return super().clean() | {"version": None}

    @property
    def record(self) -> Pairing:
        found: Pairing = self.cleaned_data["pairing"]
        return found

    def arguments(self) -> dict[str, object]:
        kind = MoneyKind.CONTRACT if self.cleaned_data["goal"] is Step.CONTRACT else MoneyKind.INTENT
        return {**self.cleaned_data, "money": self.money(kind)}
