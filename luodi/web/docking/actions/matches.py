"""What changes a match: proposed by a rule, a person or an offer; agreed to by each side; and what came of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from luodi.casework.matches import ASKED_AFTER, MatchAct, MatchState, Part, Reason, Says, after, said
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, UnknownValue
from luodi.web.accounts.models import Company, User
from luodi.web.cases.actions.numbering import number
from luodi.web.core.actions import Changed, Created, action, action_for_each
from luodi.web.core.journal import write
from luodi.web.core.permissions import require
from luodi.web.core.snapshots import snapshot
from luodi.web.core.types import Json
from luodi.web.docking.actions.posted import follow, must_take_offers
from luodi.web.docking.forms import matches as forms
from luodi.web.docking.models import Capability, InvestorProfile, Match, Offer, Posted, Side
from luodi.web.docking.models.money import Money
from luodi.web.docking.notices import notify_sides, speaks
from luodi.web.docking.permissions import must_not_name
from luodi.web.docking.queries.pairs import Pair, judged


class MatchedAlready(NotNow):
    """The same two were brought together before, and it goes on."""

    code = "matched-already"


# ---- proposing


@action("propose", model=Match, form=forms.Propose, permission="work", creates=True)
def propose(
    pair: Pair, *, actor: User | None, at: datetime, how: str = "person", answer: Json | None = None
) -> Created:
    """Bring two sides together: each is asked whether it may be named to the other. `by` None is the rule's own run.

    Raises `NotNow` for what takes no offers, `MatchedAlready` for a pair that is on its way.
    """
    return Created(_made(pair, actor, at, how, answer))


def _made(pair: Pair, by: User | None, at: datetime, how: str, answer: Json | None) -> Match:
    posted = type(pair.posted)._base_manager.select_for_update().get(pk=pair.posted.pk)
    must_take_offers(posted, at)
    if pair.investor is not None:
        must_take_offers(InvestorProfile.objects.get(pk=pair.investor.pk), at)
    _not_twice(pair)
    found = answer or judged(pair, at)
    match = Match.objects.create(
        reference=number("MT", at),
        unit=posted.unit,
        proposed_by=how,
        by=by,
        made=at,
        changed=at,
        answer=found["answer"],
        missing=found["missing"],
        reasons=[_plain(one) for one in found["reasons"]],
        **pair.columns(),
    )
    _sides(match, pair, at)
    follow(posted, at)
    notify_sides(match, "match_proposed", "proposed", at, parts=_asked_parts(how))
    return match


def _asked_parts(how: str) -> tuple[Part, ...]:
    return (Part.OWNER,) if how == "offer" else tuple(Part)


def _plain(reason: Mapping[str, object]) -> Json:
    """What the other side may read of a reason: the condition and how it stands, no fact of the company."""
    return {"holds": reason["holds"], "text": reason["text"]}


def _not_twice(pair: Pair) -> None:
    on_its_way = Match.objects.filter(**pair.columns()).exclude(state=MatchState.NONE)
    if on_its_way.filter(sides__part=Part.PARTNER, sides__company=pair.partner).exists():
        raise MatchedAlready("docking.these-two-brought-together-already")
    if pair.posted.company_id == pair.partner.pk:
        raise NotNow("docking.nobody-matched-with-themselves")


def _sides(match: Match, pair: Pair, at: datetime) -> None:
    posted = pair.posted
    owner = Side(match=match, part=Part.OWNER, asked=at, company=posted.company)
    if posted.company is None or not speaks(posted.company, at):
        owner.unit = posted.unit
    owner.save()
    Side.objects.create(match=match, part=Part.PARTNER, asked=at, company=pair.partner)


@action("offer", model=Match, form=forms.OfferForm, permission="see", creates=True)
def offer(
    posted: Posted,
    company: Company,
    text: str,
    *,
    actor: User,
    at: datetime,
    money: Money | None = None,
    capability: Capability | None = None,
) -> Created:
    """What a company offers of itself: it agrees to be named once the owner agrees too. The text names nobody.

    Raises `NotPermitted` for somebody who does not act for the company, `NamesSomebody`, and what `propose` raises.
    """
    if not text.strip():
        raise MissingKey("docking.say-what-you-offer", at="text")
    must_not_name(company, text=text)
    if capability is not None and capability.company_id != company.pk:
        raise UnknownValue("docking.what-another-company-can-do", at="capability")
    match = _made(Pair(posted, company), actor, at, "offer", None)
    side = Side.objects.get(match=match, part=Part.PARTNER)
    require(actor, "consent", side)
    Side.objects.filter(pk=side.pk).update(says=Says.YES, said=at, by=actor, version=2)
    columns = money.columns() if money else {}
    Offer.objects.create(match=match, capability=capability, text=text.strip(), at=at, **columns)
    return Created(match)


# ---- agreeing


@action("consent", model=Side, form=forms.ConsentForm, permission="consent")
def say(side: Side, says: Says, *, actor: User, at: datetime) -> Changed:
    """Whether a side may be named to the other. Once both said yes, each learns who the other is; a no ends it.

    Until the introduction a side may take its yes back (`Says.ASKED`): names are hidden again until it agrees anew.
    """
    match = Match.objects.select_for_update().get(pk=side.match_id)
    if says is Says.ASKED and side.says != Says.YES:
        raise NotNow("docking.only-yes-taken-back")
    sides = {Part(one.part): Says(one.says) for one in Side.objects.filter(match=match)}
    state, reason = said(MatchState(match.state), {**sides, Part(side.part): says})
    if state is MatchState.CONSENTED and _one_company(match):
        raise NotNow("docking.nobody-matched-with-themselves")
    if state != match.state:
        _become(match, state, reason, actor, at)
    anew = {"asked": at} if says is Says.ASKED else {}  # the days to say so begin again
    return Changed({"says": says, "said": at, "by": actor, **anew})


def _one_company(match: Match) -> bool:
    """Whether the two sides are one company by now, since theirs were merged."""
    companies = set(Side.objects.filter(match=match).values_list("company", flat=True))
    return len(companies) == 1 and None not in companies


def _become(match: Match, state: MatchState, reason: Reason | None, by: User, at: datetime) -> None:
    before = snapshot(match)
    match.state, match.reason, match.changed = state, reason or "", at
    match.revealed = at if state is MatchState.CONSENTED else None  # names are shown while both sides agree
    match.version += 1
    match.save(update_fields=["state", "reason", "changed", "revealed", "version"])
    write(_SAID[state], match, by=by, before=before, after=snapshot(match), at=at)
    follow(match.of, at)
    kind = "match_agreed" if state is MatchState.CONSENTED else "match_moved"
    notify_sides(match, kind, f"{state} {match.version}", at)  # anew each time that they agree


_SAID: Final = {MatchState.CONSENTED: "agree", MatchState.NONE: "decline", MatchState.PROPOSED: "take_back"}


# ---- going on


@action_for_each(
    MatchAct,
    model=Match,
    form=lambda act: forms.NoneForm if act is MatchAct.NONE else forms.Note,
    permission=lambda _: "work",
)
def go_on(match: Match, *, act: MatchAct, at: datetime, reason: Reason | None = None, note: str = "") -> Changed:
    """Introduce the sides, note talks, a deal, or that nothing came of it (with a reason)."""
    state = after(MatchState(match.state), act)
    if state is MatchState.NONE and reason is None:
        raise MissingKey("docking.say-why-nothing-came", at="reason")
    if match.revealed is None and not match.of.names_owner:  # whose partner it is even the desk does not know
        must_not_name(match.of.company, note=note)
    values: dict[str, object] = {"state": state, "reason": reason or "", "note": note.strip()}
    if act is MatchAct.INTRODUCE:
        day = timezone.localdate(at)
        values |= {"introduced": day, "ask_next": day + timedelta(days=ASKED_AFTER[0])}
    if state is MatchState.NONE:
        values["ask_next"] = None
    return Changed(values, reason=note, notify=lambda row: _notify_sides(row, at))


def _notify_sides(row: Match, at: datetime) -> None:
    follow(row.of, at)
    notify_sides(row, "match_moved", row.state, at)
