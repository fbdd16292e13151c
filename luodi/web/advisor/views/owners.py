"""Who owns the company: rows of a form, what they come to, and which change of hands would make a plan fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from markupsafe import Markup

from luodi.advice.answers import COMPANY, Answers
from luodi.advice.owners import (
    KINDS,
    MOST,
    Control,
    Held,
    controls,
    in_percent,
    look_through,
    rows,
)
from luodi.advice.owners import check as fault_of
from luodi.web.advisor.result import plan_of
from luodi.web.advisor.transfers import sold, transfer_text
from luodi.web.advisor.types import Doc
from luodi.web.advisor.views import shared
from luodi.web.advisor.views.shared import answers_in, answers_page, go, hidden_fields
from luodi.web.core.words import language

_BLANK = 3  # lines to write in, at the end of a form


@dataclass(frozen=True)
class Remedy:
    """A change of hands in words, the answer after it, and the address of the owners then; blank where none is sure."""

    text: str
    access: Doc
    address: str


@require_safe
def owners(request: HttpRequest) -> HttpResponse:
    """`use` takes the owners in place of a share."""
    answers = _typed(request, answers_in(request))
    on, to, lang = answers.on or shared.today(), request.GET.get("to", ""), language()
    fault = fault_of(answers.held, answers.stakes, on, answers.contracts) if answers.stakes else ""
    if "use" in request.GET and not fault:
        return go(to if to in ("check", "plan") else "ask", answers)
    whole = bool(answers.stakes) and not fault
    seen = look_through(answers.held, answers.stakes, on, lang, answers.contracts) if whole else None
    return answers_page(
        request,
        "advisor/owners",
        answers,
        422 if fault else 200,
        on=on,
        to=to,
        fault=fault,
        kinds=KINDS,
        stakes=[*answers.stakes, *[Held(kind="foreign")] * max(_BLANK, 5 - len(answers.stakes))][:MOST],
        contracts=[*answers.contracts, Control(kind="foreign")][:MOST],
        hidden=hidden_fields(answers, "owners"),
        seen=seen,
        picture=Markup(seen.picture) if seen else "",
        kind_of=_kinds(answers),
        percent=partial(in_percent, lang=lang),
        plans=_plans(answers, on, to) if whole else [],
    )


def _typed(request: HttpRequest, answers: Answers) -> Answers:
    """The rows of the form, where it was sent; else those of the address."""
    if "company" not in request.GET:
        return answers
    fields = {name: request.GET.getlist(name) for name in request.GET if name.startswith(("stake_", "control_"))}
    return answers.owned_by(request.GET["company"].strip()[:80] or COMPANY, rows(fields), controls(fields))


def _kinds(answers: Answers) -> Mapping[str, str]:
    found = {answers.held or COMPANY: "company", **{row.company: "company" for row in answers.stakes if row.company}}
    for row in answers.stakes:
        found.setdefault(row.owner, row.kind)
    for name, kind in ((name, row.behind) for row in answers.stakes for name in (row.nominee, row.proxy)):
        found.setdefault(name, kind)
    return found


# ---- what would make a plan fit


def _plans(answers: Answers, on: date, to: str) -> list[tuple[Doc, list[Remedy]]]:
    """The answer to each plan with these owners, with the changes of hands that would open more."""
    if not any(plan.get("service") and plan.get("place") for plan in answers.profile.get("plans") or ()):
        return []
    return [(access, list(_remedies(access, answers, to))) for access in plan_of(answers, on)["access"]]


def _remedies(access: Doc, answers: Answers, to: str) -> Iterator[Remedy]:
    for change in access["would_change"]:
        transfer = change["set"].get("transfer")
        if transfer is None:
            continue
        moved = sold(answers, transfer)
        address = f"{reverse('advisor:owners')}?{moved.query(to=to)}" if moved else ""
        yield Remedy(transfer_text(transfer, language()), change, address)
