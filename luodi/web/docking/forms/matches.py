"""The forms of actions on what is posted, on matches, and on capabilities. Names of fields: `docking.field_NAME`."""

from collections.abc import Iterable
from typing import Unpack

from django import forms

from luodi.casework.criteria import technologies
from luodi.casework.matches import Outcome, Reason, Says
from luodi.web.accounts.models import Company
from luodi.web.core.forms import ActionForm, Data, Options, RecordField, offer, one_of
from luodi.web.core.words import language
from luodi.web.docking.forms import fields
from luodi.web.docking.models import (
    Capability,
    Posted,
)
from luodi.web.docking.models.money import MoneyKind
from luodi.web.docking.queries.pairs import Pair, pair_with


class OfferForm(fields.MoneyFields, ActionForm):
    company = RecordField()
    text = fields.text()
    capability = RecordField(required=False)
    agree = forms.BooleanField()
    field_order = ("company", "text", "capability", "amount", "currency", "amount_as_of", "agree")

    def __init__(
        self,
        data: Data = None,
        *,
        owners: Iterable[Company] = (),
        capabilities: Iterable[Capability] = (),
        **more: Unpack[Options],
    ) -> None:
        super().__init__(data, **more)
        offer(self, "company", owners, str)
        offer(self, "capability", capabilities, lambda one: one.title)

    def arguments(self) -> dict[str, object]:
        return {**self.cleaned_data, "money": self.money(MoneyKind.PRICE)}


class Propose(ActionForm):
    partner = fields.text(
        300
    )  # a number of the register, a name that is that of one company, or an investor's reference

    def __init__(self, data: Data = None, *, posted: Posted | None = None, **more: Unpack[Options]) -> None:
        super().__init__(data, **more)
        self.posted = posted

    def clean_partner(self) -> Pair:
        posted = self.posted
        assert posted is not None
        return fields.or_error(lambda: pair_with(posted, self.cleaned_data["partner"].strip()))

    def arguments(self) -> dict[str, object]:
        return {"pair": self.cleaned_data["partner"]}


class ConsentForm(ActionForm):
    says = one_of("docking", "says", [Says.YES, Says.NO])


class NoneForm(ActionForm):
    reason = one_of("docking", "reason", list(Reason)[2:])
    note = fields.text(1000, required=False)


class Note(ActionForm):
    note = fields.text(1000, required=False)


class OutcomeForm(ActionForm):
    outcome = one_of("docking", "outcome", Outcome)
    note = fields.text(1000, required=False)


class CapabilityForm(ActionForm):
    company = RecordField()
    title = fields.text(200)
    text = fields.text()
    technology = forms.ChoiceField(
        required=False,
        choices=lambda: [("", "–"), *((code, names[language()]) for code, names in technologies().items())],
    )
    proof = fields.Choice("proof", Capability.Proof.values)
    proof_text = fields.text(300)
    field_order = ("company", "title", "text", "technology", "proof", "proof_text")

    def __init__(self, data: Data = None, *, owners: Iterable[Company] = (), **more: Unpack[Options]) -> None:
        super().__init__(data, **more)
        offer(self, "company", owners, str)

    def arguments(self) -> dict[str, object]:
        names = ("title", "text", "technology", "proof", "proof_text")
        return {"company": self.cleaned_data["company"], "fields": {name: self.cleaned_data[name] for name in names}}
