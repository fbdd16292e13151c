"""What the page of a lead can do: each act with its form and the one function it calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from luodi.casework.leads import Act, possible
from luodi.casework.leads import Lead as State
from luodi.web.accounts.access import visible
from luodi.web.accounts.models import Company, User
from luodi.web.core.forms import ActionForm
from luodi.web.leads import actions, forms
from luodi.web.leads.actions import Sent
from luodi.web.leads.models import Lead
from luodi.web.words import say

Given = dict[str, Any]


@dataclass(frozen=True)
class Deed:
    """`of` is the act of the state table that it needs; None where any open lead will do."""

    form: type[ActionForm]
    do: Callable[[Lead, Given, Sent], object]
    of: Act | None = None


def plans_of(given: Given, before: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """The form shows the first plan; the others stay as they are."""
    first = {name: given[name] or None for name in ("service", "place", "share")}
    rest = (before or [])[1:]
    return [{**(before or [{}])[0], **first}, *rest] if first["service"] else rest


def described(given: Given, before: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    names = ("title", "company_name", "country", "technology", "summary", "place")
    found = {name: given[name] for name in names}
    return {**found, "country": found["country"].upper(), "plans": plans_of(given, before)}


def _assign(lead: Lead, given: Given, sent: Sent) -> object:
    other = User.objects.filter(pk=given["officer"]).first() if given["officer"] else sent.by
    assert other is not None or given["officer"]
    return actions.assign(lead, other or User(), sent)


def _convert(lead: Lead, given: Given, sent: Sent) -> object:
    chosen = "" if given["company"] == "new" else given["company"]
    company = visible(sent.by, Company.objects.filter(merged_into=None, pk=chosen)).first() if chosen else None
    return actions.convert(lead, sent, company=company)


def _evidence(lead: Lead, given: Given, sent: Sent) -> object:
    part, value = given["said"].split(" ")
    return actions.say_evidence(lead, part, value, given["day"], given["source"], sent)


DEEDS: Final[Mapping[str, Deed]] = {
    "assign": Deed(forms.Assign, _assign, Act.ASSIGN),
    "qualify": Deed(ActionForm, lambda lead, _, sent: actions.qualify(lead, sent), Act.QUALIFY),
    "convert": Deed(forms.Convert, _convert, Act.CONVERT),
    "park": Deed(
        forms.Park, lambda lead, given, sent: actions.park(lead, given["until"], given["reason"], sent), Act.PARK
    ),
    "wake": Deed(ActionForm, lambda lead, _, sent: actions.wake(lead, sent), Act.WAKE),
    "refuse": Deed(forms.Reason, lambda lead, given, sent: actions.refuse(lead, given["reason"], sent), Act.REFUSE),
    "duplicate": Deed(
        forms.Duplicate, lambda lead, given, sent: actions.mark_duplicate(lead, given["of"], sent), Act.DUPLICATE
    ),
    "reopen": Deed(forms.Reason, lambda lead, given, sent: actions.reopen(lead, given["reason"], sent), Act.REOPEN),
    "evidence": Deed(forms.SayEvidence, _evidence),
    "adjust": Deed(
        forms.Adjust, lambda lead, given, sent: actions.adjust(lead, given["points"], given["reason"], sent)
    ),
    "describe": Deed(
        forms.Describe, lambda lead, given, sent: actions.describe(lead, described(given, lead.plans), sent)
    ),
}


def now_possible(lead: Lead) -> list[str]:
    """The acts that fit the state the lead is in."""
    state = State(lead.state)
    fits = set(possible(state))
    return [name for name, deed in DEEDS.items() if (deed.of in fits if deed.of else state.is_open)]


def form_of(name: str, lead: Lead, companies: Sequence[Company], data: Any = None) -> ActionForm:
    """The form of an act, empty or with what was sent; `companies` are those that it may be converted to."""
    more: dict[str, Any] = {"auto_id": f"{name}_%s", "row": lead}
    if name == "convert":
        own = [(str(lead.company_id), str(lead.company))] if lead.company_id else []
        # where a company has that name, a new one is made for whoever says so, and not because nothing was said
        called, key = lead.company_name, "new" if companies else ""
        new = [] if own or not called else [(key, say("leads.new_company", name=called))]
        more["companies"] = [*own, *((str(one.pk), str(one)) for one in companies if one.pk != lead.company_id), *new]
    if name == "describe":
        plan = lead.plans[0] if lead.plans else {}
        fields = ("title", "company_name", "country", "technology", "summary", "place")
        more["initial"] = {
            **{field: getattr(lead, field) for field in fields},
            "service": plan.get("service"),
            "share": plan.get("share"),
            "place": lead.place or plan.get("place"),
        }
    if name == "evidence":
        more["initial"] = {"day": timezone.localdate()}
    return DEEDS[name].form(data, **more)
