"""The forms of what is posted. What their fields are called stands in the words: `docking.field_NAME`."""

from collections.abc import Iterable
from functools import partial
from typing import ClassVar, Final, Unpack

from django import forms

from luodi.casework.criteria import Criterion, asks, technologies, vocabulary
from luodi.casework.demands import DemandKind
from luodi.casework.plans import check_part
from luodi.web.accounts.models import Company, Unit
from luodi.web.core.forms import ActionForm, Data, NamedField, Options, RecordField, currency_code, offer
from luodi.web.core.words import language, name_of, say
from luodi.web.docking.forms import fields
from luodi.web.docking.models import (
    CapitalNeed,
    Demand,
    InvestorProfile,
    ParkOffer,
    Posted,
    Visibility,
)
from luodi.web.docking.models.money import MoneyKind

#: The criteria of a form in groups, each of which opens by itself; the first has what an investor alone asks.
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


class Post(fields.MoneyFields, ActionForm):
    """What every posted thing has, and what it asks of the other side. `owners` are companies or units that the reader
    may post for, `desks` the units where it can be handed in."""

    MODEL: ClassVar[type[Posted]]
    MONEY: ClassVar[MoneyKind]
    CRITERIA: ClassVar[tuple[str, ...]] = WISHED
    title_zh = fields.text(200)
    title_en = fields.text(200)
    text = fields.text()
    place = NamedField("place", partial(check_part, "place"))
    until = fields.day(required=False)
    visibility = fields.Choice("visibility", Visibility.values)
    names_owner = forms.BooleanField(required=False)
    clause = fields.text(500, required=False)

    def __init__(
        self,
        data: Data = None,
        *,
        owners: Iterable[Company | Unit] = (),
        desks: Iterable[Unit] = (),
        **more: Unpack[Options],
    ) -> None:
        super().__init__(data, **more)
        self.owners = {f"{type(one).__name__.lower()}-{one.pk}": one for one in owners}
        if not isinstance(more.get("row"), Posted):
            choices = [
                (key, str(one) if isinstance(one, Company) else name_of(one)) for key, one in self.owners.items()
            ]
            self.fields["owner"] = forms.ChoiceField(choices=choices or [("", "–")])
            self.fields["unit"] = RecordField()
            offer(self, "unit", desks)
        for name in self.CRITERIA:
            self.fields[f"wish_{name}"] = _wish_field(name)
        self.order_fields(self.field_order)

    def groups(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """The criteria in groups: which one, its fields, and whether something stands in it."""
        found = []
        for name, asked in GROUPS.items():
            shown = [self[f"wish_{one}"] for one in asked if one in self.CRITERIA]
            if shown:
                found.append((name, shown, any(field.errors or field.value() for field in shown)))
        return found

    def wishes(self) -> list[Criterion]:
        """In the form of `luodi.casework.criteria`, those that were filled in."""
        found: list[Criterion] = []
        for name in self.CRITERIA:
            value = self.cleaned_data.get(f"wish_{name}")
            if value not in (None, "", [], False):
                found.append({"ask": name, "value": _value(name, value)})
        clause = self.cleaned_data.get("clause")
        return [*found, {"is": clause}] if clause else found

    def arguments(self) -> dict[str, object]:
        given, left = self.cleaned_data, {"key", "version", "clause", "owner", "unit", *fields.MoneyFields.base_fields}
        columns = {name: value for name, value in given.items() if name not in left and not name.startswith("wish_")}
        owner = self.owners.get(given.get("owner", ""))
        return {
            "kind": self.MODEL,
            "unit": owner if isinstance(owner, Unit) else given.get("unit"),
            "company": owner if isinstance(owner, Company) else None,
            "fields": columns,
            "money": self.money(self.MONEY),
            "wishes": self.wishes(),
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


def _value(name: str, value: object) -> object:
    ask = asks()[name]
    if isinstance(value, str) and ask.is_list:
        return [word.strip() for word in value.replace("，", ",").replace("、", ",").split(",") if word.strip()]
    return value


def filled(wishes: list[Criterion]) -> dict[str, object]:
    """The fields of a form by the wishes of what is posted already."""
    found: dict[str, object] = {
        "clause": " && ".join(f"({w['is']})" for w in wishes if "is" in w) if any("is" in w for w in wishes) else ""
    }
    for wish in wishes:
        if "ask" in wish:
            value = wish["value"]
            listed = isinstance(value, list) and not isinstance(_wish_field(wish["ask"]), forms.MultipleChoiceField)
            found[f"wish_{wish['ask']}"] = ", ".join(value) if listed else value
    return found


class DemandForm(Post):
    MODEL, MONEY = Demand, MoneyKind.BUDGET
    kind = fields.Choice("kind", list(DemandKind))
    site = fields.text(required=False)
    data_access = fields.text(required=False)
    acceptance = fields.text(required=False)
    field_order = ("owner", "unit", "kind", "title_zh", "title_en", "text", "site", "data_access", "acceptance")


class CapitalForm(Post):
    MODEL, MONEY = CapitalNeed, MoneyKind.CAPITAL
    converted_amount = forms.IntegerField(required=False, min_value=0, max_value=10**15)
    converted_currency = currency_code()
    converted_on = fields.day(required=False)
    stage = forms.ChoiceField(
        choices=lambda: [(code, names[language()]) for code, names in vocabulary()["capital_stage"].values.items()]
    )
    share = fields.text(20, required=False)
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

    def clean(self) -> dict[str, object]:
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
    MODEL, MONEY = InvestorProfile, MoneyKind.CAPITAL
    CRITERIA = (*TICKET, *WISHED)
    field_order = ("owner", "unit", "title_zh", "title_en", "text")


class ParkForm(Post):
    MODEL, MONEY = ParkOffer, MoneyKind.PRICE
    area = forms.IntegerField(required=False, min_value=1, max_value=10**8)
    provides = forms.MultipleChoiceField(
        choices=lambda: fields.named("provides", ParkOffer.PROVIDES),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    source = fields.text(300, required=False)
    field_order = ("owner", "unit", "title_zh", "title_en", "text", "place", "area", "provides", "source")


FORMS: Final[dict[str, type[Post]]] = {
    "demands": DemandForm,
    "capital": CapitalForm,
    "investors": InvestorForm,
    "parks": ParkForm,
}
