"""The forms of docking. What their fields are called stands in the words: `docking.field_NAME`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django import forms

from luodi.casework.demands import DemandKind
from luodi.casework.matches import Outcome, Reason, Says
from luodi.casework.wishes import asks, technologies, vocabulary
from luodi.web.core.forms import ActionForm
from luodi.web.core.words import language, say
from luodi.web.docking.models import Capability, ParkOffer, Visibility
from luodi.web.docking.models.money import Money

_LONG: Final = 4000


class DockingForm(ActionForm):
    def __init__(self, data: Any = None, *, version: int | None = None, **more: Any) -> None:
        initial = {"version": version, **more.pop("initial", {})}
        super().__init__(data, initial=initial, **more)

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("key", "version")}


def _day(required: bool = True) -> forms.DateField:
    return forms.DateField(required=required, widget=forms.DateInput(attrs={"type": "date"}))


def _text(most: int = _LONG, required: bool = True) -> forms.CharField:
    widget = forms.Textarea if most > 300 else forms.TextInput
    return forms.CharField(max_length=most, required=required, widget=widget)


def _named(prefix: str, values: Iterable[str], blank: bool = False) -> list[tuple[str, str]]:
    found = [(str(value), say(f"docking.{prefix}_{value}")) for value in values]
    return [("", "–"), *found] if blank else found


class Choice(forms.ChoiceField):
    """One of some values, named by `docking.PREFIX_VALUE` in the language of the request."""

    def __init__(self, prefix: str, values: Any, required: bool = True) -> None:
        super().__init__(choices=lambda: _named(prefix, values, not required), required=required)


class MoneyFields(forms.Form):
    amount = forms.IntegerField(required=False, min_value=0, max_value=10**15)
    currency = forms.RegexField(r"^[A-Z]{3}$", required=False, max_length=3)
    amount_as_of = _day(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("amount") is not None:
            for name in ("currency", "amount_as_of"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, say("docking.error_money"))
        return given


def money_of(given: dict[str, Any], kind: str) -> Money | None:
    """Takes the fields of an amount out of what was given."""
    amount, currency, day = (given.pop(name, None) for name in ("amount", "currency", "amount_as_of"))
    return None if amount is None else Money(amount, currency, kind, day)


# ---- what is posted

#: The wishes of a form in groups, each of which opens by itself; the first has what an investor alone asks.
GROUPS: Final = {
    "ticket": ("currency", "ticket_least", "ticket_most", "stage"),
    "fields": ("technology", "sector", "service"),
    "company": ("place", "size", "employees", "revenue", "paid_in", "founded_since"),
    "standing": ("qualification", "patents", "owns_ip", "mlps", "honest"),
    "foreign": ("foreign_at_least", "foreign_at_most"),
}
WISHED: Final = (
    "technology",
    "sector",
    "place",
    "size",
    "qualification",
    "service",
    "employees",
    "revenue",
    "paid_in",
    "patents",
    "foreign_at_least",
    "foreign_at_most",
    "mlps",
    "founded_since",
    "honest",
    "owns_ip",
)
TICKET: Final = ("currency", "ticket_least", "ticket_most", "stage")


class Post(MoneyFields, DockingForm):
    """What every posted thing has, and what it asks of the other side."""

    title_zh = _text(200)
    title_en = _text(200)
    text = _text()
    place = _text(40, required=False)
    until = _day(required=False)
    visibility = Choice("visibility", Visibility.values)
    names_owner = forms.BooleanField(required=False)
    clause = _text(500, required=False)

    def __init__(self, data: Any = None, *, owners: Any = (), desks: Any = (), **more: Any) -> None:
        super().__init__(data, **more)
        if owners:
            self.fields["owner"] = forms.ChoiceField(choices=owners)
        if desks:
            self.fields["unit"] = forms.ChoiceField(choices=desks)
        for name in self.wished():
            self.fields[f"wish_{name}"] = _wish_field(name)
        self.order_fields(self.field_order)

    def wished(self) -> tuple[str, ...]:
        return WISHED

    def groups(self) -> list[tuple[str, list[Any], bool]]:
        """The wishes in groups: which one, its fields, and whether something stands in it."""
        found = []
        for name, asked in GROUPS.items():
            fields = [self[f"wish_{one}"] for one in asked if one in self.wished()]
            if fields:
                found.append((name, fields, any(field.errors or field.value() for field in fields)))
        return found

    def wishes(self) -> list[dict[str, Any]]:
        """In the form of `luodi.casework.wishes`, those that were filled in."""
        found = []
        for name in self.wished():
            value = self.cleaned_data.get(f"wish_{name}")
            if value not in (None, "", [], False):
                found.append({"ask": name, "value": _value(name, value)})
        clause = self.cleaned_data.get("clause")
        return [*found, {"is": clause}] if clause else found

    def columns(self) -> dict[str, Any]:
        """The fields of the model, without the wishes and the money."""
        left = ("key", "version", "clause", "owner", "unit", "amount", "currency", "amount_as_of")
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in left and not name.startswith("wish_")
        }


def _wish_field(name: str) -> forms.Field:
    ask = asks()[name]
    if ask.is_tick:
        return forms.BooleanField(required=False)
    attribute, lang = vocabulary()[ask.attribute], language()
    named = technologies() if name == "technology" else attribute.values if attribute.allowed else {}
    if ask.is_list and named:
        choices = [(code, texts[lang]) for code, texts in named.items()]
        return forms.MultipleChoiceField(choices=choices, required=False, widget=forms.CheckboxSelectMultiple)
    return forms.CharField(max_length=200, required=False)


def _value(name: str, value: Any) -> Any:
    ask = asks()[name]
    if isinstance(value, str) and ask.is_list:
        return [word.strip() for word in value.replace("，", ",").replace("、", ",").split(",") if word.strip()]
    return value


def filled(wishes: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The fields of a form by the wishes of what is posted already."""
    found: dict[str, Any] = {
        "clause": " && ".join(f"({w['is']})" for w in wishes if "is" in w) if any("is" in w for w in wishes) else ""
    }
    for wish in wishes:
        if "ask" in wish:
            value = wish["value"]
            listed = isinstance(value, list) and not isinstance(_wish_field(wish["ask"]), forms.MultipleChoiceField)
            found[f"wish_{wish['ask']}"] = ", ".join(value) if listed else value
    return found


class DemandForm(Post):
    kind = Choice("kind", list(DemandKind))
    site = _text(required=False)
    data_access = _text(required=False)
    acceptance = _text(required=False)
    field_order = ("owner", "unit", "kind", "title_zh", "title_en", "text", "site", "data_access", "acceptance")


class CapitalForm(Post):
    converted_amount = forms.IntegerField(required=False, min_value=0, max_value=10**15)
    converted_currency = forms.RegexField(r"^[A-Z]{3}$", required=False, max_length=3)
    converted_on = _day(required=False)
    stage = forms.ChoiceField(
        choices=lambda: [(code, names[language()]) for code, names in vocabulary()["capital_stage"].values.items()]
    )
    share = _text(20, required=False)
    field_order = (
        "owner",
        "unit",
        "stage",
        "title_zh",
        "title_en",
        "text",
        "amount",
        "currency",
        "amount_as_of",
        "converted_amount",
        "converted_currency",
        "converted_on",
        "share",
    )

    def clean(self) -> dict[str, Any]:
        """An amount in another currency says at the rate of which day, and of which amount."""
        given = super().clean()
        if given.get("converted_amount") is not None:
            for name in ("amount", "converted_currency", "converted_on"):
                if given.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, say("docking.error_converted"))
            if given.get("converted_currency") and given.get("converted_currency") == given.get("currency"):
                self.add_error("converted_currency", say("docking.error_same_currency"))
        return given


class InvestorForm(Post):
    field_order = ("owner", "unit", "title_zh", "title_en", "text")

    def wished(self) -> tuple[str, ...]:
        return (*TICKET, *WISHED)


class ParkForm(Post):
    area = forms.IntegerField(required=False, min_value=1, max_value=10**8)
    provides = forms.MultipleChoiceField(
        choices=lambda: _named("provides", ParkOffer.PROVIDES), required=False, widget=forms.CheckboxSelectMultiple
    )
    source = _text(300, required=False)
    field_order = ("owner", "unit", "title_zh", "title_en", "text", "place", "area", "provides", "source")


FORMS: Final[dict[str, type[Post]]] = {
    "demands": DemandForm,
    "capital": CapitalForm,
    "investors": InvestorForm,
    "parks": ParkForm,
}


# ---- acts


class Bare(DockingForm):
    """Nothing but the act."""


class WithReason(DockingForm):
    reason = _text(1000)


class OfferForm(MoneyFields, DockingForm):
    text = _text()
    agree = forms.BooleanField()

    def __init__(self, data: Any = None, *, owners: Any = (), capabilities: Any = (), **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["company"] = forms.ChoiceField(choices=owners)
        self.fields["capability"] = forms.ChoiceField(choices=[("", "–"), *capabilities], required=False)
        self.order_fields(("company", "text", "capability", "amount", "currency", "amount_as_of", "agree"))


class Propose(DockingForm):
    partner = _text(300)  # a number of the register, or a name that is that of one company


class ProposeOne(DockingForm):
    row = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ConsentForm(DockingForm):
    says = forms.ChoiceField(choices=lambda: _named("says", [Says.YES, Says.NO]))


class NoneForm(DockingForm):
    reason = forms.ChoiceField(choices=lambda: _named("reason", list(Reason)[2:]))
    note = _text(1000, required=False)


class Note(DockingForm):
    note = _text(1000, required=False)


class OutcomeForm(DockingForm):
    outcome = forms.ChoiceField(choices=lambda: _named("outcome", list(Outcome)))
    note = _text(1000, required=False)


class CapabilityForm(DockingForm):
    title = _text(200)
    text = _text()
    technology = forms.ChoiceField(
        required=False,
        choices=lambda: [("", "–"), *((code, names[language()]) for code, names in technologies().items())],
    )
    proof = Choice("proof", Capability.Proof.values)
    proof_text = _text(300)

    def __init__(self, data: Any = None, *, owners: Any = (), **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["company"] = forms.ChoiceField(choices=owners)
        self.order_fields(("company", "title", "text", "technology", "proof", "proof_text"))


# ---- pilots and projects


class PilotForm(DockingForm):
    site = _text(300)
    starts = _day()
    ends = _day()
    tests = _text()

    def lines(self) -> list[tuple[str, str]]:
        """What is measured and what is wanted, a line each: `what | wanted`."""
        rows = [line.replace("｜", "|").partition("|") for line in self.cleaned_data["tests"].splitlines()]
        return [(what.strip()[:300], wanted.strip()[:200]) for what, _, wanted in rows if what.strip()]


class ResultForm(DockingForm):
    """Both sides may report, so a test is chosen as it was shown, `NUMBER-VERSION`. `tests` gives them as they are."""

    test = forms.ChoiceField()
    measured = _text(200)
    passed = Choice("passed", ["yes", "no"])
    proof = _text(300)

    def __init__(self, data: Any = None, *, tests: Callable[[], list[tuple[str, str]]] = list, **more: Any) -> None:
        super().__init__(data, **more)
        self.tests = tests
        self.fields["test"].choices = [*tests(), *self._as_shown()]

    def _as_shown(self) -> list[tuple[str, str]]:
        """The test that was chosen, where it has another version by now: the act says so."""
        chosen = self.data.get("test", "")
        return [(chosen, text) for value, text in self.tests() if _number(value) == _number(chosen) and value != chosen]

    def clean_test(self) -> tuple[int, int | None]:
        number, _, version = self.cleaned_data["test"].partition("-")
        return int(number), int(version) if version.isdecimal() and len(version) < 9 else None

    def again(self, version: int | None) -> None:
        super().again(version)
        there = self.tests()
        self.data["test"] = next((one for one, _ in there if _number(one) == _number(self.data["test"])), "")
        self.fields["test"].choices = there


def _number(value: str) -> str:
    return value.partition("-")[0]


class ProjectForm(DockingForm):
    title_zh = _text(200)
    title_en = _text(200)
    text_zh = _text()
    text_en = _text()
    place = _text(200)
    since = _day()
    shown = forms.BooleanField(required=False)


class RepeatForm(DockingForm):
    row = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    place = _text(200)
    since = _day()
    source = _text(300)


# ---- meetings


class MeetingForm(DockingForm):
    title_zh = _text(200)
    title_en = _text(200)
    day = _day()
    place = _text(200)
    text = _text(required=False)

    def __init__(self, data: Any = None, *, desks: Any = (), **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["unit"] = forms.ChoiceField(choices=desks)


def _hour() -> forms.TimeField:
    return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}))


class SessionForm(DockingForm):
    title_zh = _text(200)
    title_en = _text(200)
    starts = _hour()
    ends = _hour()
    room = _text(100, required=False)


class PairForm(DockingForm):
    session = forms.ChoiceField()
    match = _text(16)

    def __init__(self, data: Any = None, *, sessions: Any = (), **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["session"].choices = sessions


class StepForm(MoneyFields, DockingForm):
    pairing = forms.ChoiceField()
    goal = Choice("meeting_step", ["met", "intent", "contract"])
    note = _text(1000, required=False)

    def __init__(self, data: Any = None, *, pairings: Any = (), **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["pairing"].choices = pairings
        self.order_fields(("pairing", "goal", "amount", "currency", "amount_as_of", "note"))
