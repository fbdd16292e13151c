"""What the page of a company can do: each act with its form and the one function it calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.shortcuts import get_object_or_404
from django.utils import timezone

from luodi.rules.library import company_vocabulary
from luodi.web.companies import actions, forms, merging
from luodi.web.companies.actions import Form
from luodi.web.companies.models import CompanyName, Consent, Contact, Holding, Label, Merge
from luodi.web.core.forms import ActionForm

Given = dict[str, Any]


@dataclass(frozen=True)
class Deed:
    form: type[ActionForm]
    do: Callable[[int, Given, Form], object]


def _with(names: str, act: Callable[..., object]) -> Callable[[int, Given, Form], object]:
    """Hand over the first fields in their place, the others by name."""
    first = names.split()

    def do(company: int, given: Given, form: Form) -> object:
        more = {name: value for name, value in given.items() if name not in first}
        return act(company, *(given[name] for name in first), form, **more)

    return do


def _fact(company: int, given: Given, form: Form) -> object:
    return actions.say_fact(
        company,
        given["attribute"],
        _listed(given["attribute"], given["value"]),
        form,
        as_of=given["as_of"],
        origin=given["origin"],
        source=given["source"],
    )


def _listed(attribute: str, text: str) -> object:
    """A set is typed as words with commas between them."""
    kind = company_vocabulary().attribute(attribute).kind
    return [word.strip() for word in text.replace("，", ",").split(",") if word.strip()] if kind == "set" else text


def _of(model: Any, company: int, given: Given, path: str = "company") -> Any:
    return get_object_or_404(model, **{path: company}, pk=given["row"])


DEEDS: Final[Mapping[str, Deed]] = {
    "name": Deed(forms.Name, _with("text", actions.add_name)),
    "number": Deed(forms.Number, _with("scheme value", actions.add_identifier)),
    "label": Deed(forms.LabelForm, _with("kind code", actions.add_label)),
    "fact": Deed(forms.FactForm, _fact),
    "holding": Deed(forms.HoldingForm, _with("share", actions.add_holding)),
    "contact": Deed(forms.ContactForm, _with("name", actions.add_contact)),
    "consent": Deed(
        forms.ConsentForm,
        lambda company, given, form: actions.give_consent(
            get_object_or_404(Contact, company=company, pk=given["contact"]),
            given["purpose"],
            given["channel"],
            form,
            given=given["given"],
            how=given["how"],
        ),
    ),
    "merge": Deed(
        forms.MergeForm, lambda company, given, form: merging.merge(company, given["other"], given["reason"], form)
    ),
    "end_holding": Deed(
        forms.EndHolding,
        lambda company, given, form: actions.end_holding(_of(Holding, company, given), given["ends"], form),
    ),
    "remove_label": Deed(
        forms.OnRow, lambda company, given, form: actions.remove(company, _of(Label, company, given), form)
    ),
    "remove_name": Deed(
        forms.OnRow, lambda company, given, form: actions.remove(company, _of(CompanyName, company, given), form)
    ),
    "left": Deed(
        forms.OnRow,
        lambda company, given, form: actions.contact_left(
            _of(Contact, company, given), form, on=timezone.localdate(form.at)
        ),
    ),
    "withdraw": Deed(
        forms.OnRow,
        lambda company, given, form: actions.withdraw_consent(
            _of(Consent, company, given, "contact__company"), form, on=timezone.localdate(form.at)
        ),
    ),
}


def undo(merge: Merge, given: Given, form: Form) -> object:
    return merging.undo(merge.pk, given["reason"], form)
