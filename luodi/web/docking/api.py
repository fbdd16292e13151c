"""The market: demands that anybody may read, and the matches of a key's user. `/api/v1/demands`, `/api/v1/matches`.

Names of a match are those that its page shows to the same person: hidden until both sides agree (`permissions`).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils import timezone

from luodi.casework.criteria import in_words
from luodi.casework.demands import DemandKind
from luodi.casework.matches import Part, Says
from luodi.errors import UnknownValue
from luodi.message import in_key
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.api import inputs
from luodi.web.api.endpoints import Document, Listing, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ref
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import day_or_none
from luodi.web.docking import permissions
from luodi.web.docking.actions import matches as actions
from luodi.web.docking.lists import MATCHES, market_of
from luodi.web.docking.models import Demand, Match, Side
from luodi.web.docking.queries import market as queries

router = Router(KeyScope.MATCH)
DEMANDS: Final = market_of(Demand)
KINDS: Final = ("", *(kind.value for kind in DemandKind))


@router.collection("/demands", "demands", "DemandRow", scope=KeyScope.READ, values={"kind": KINDS})
def demands(kind: str = "", words: str = "") -> Listing[Demand]:
    return Listing(DEMANDS.found(None, {"kind": kind, "words": words}), demand_row)


@router.record("/demands/{reference}", ref("Demand"), 404, scope=KeyScope.READ)
def demand(reference: str) -> Document:
    found = DEMANDS.found(None, {}).filter(reference=reference).first()
    found = inputs.existing(found, "api.no-demand-reference-market")
    wishes = {lang: in_words(found.wishes, lang) for lang in ("zh", "en")}
    more = {name: getattr(found, name) for name in ("text", "site", "data_access", "acceptance")}
    return {**demand_row(found), **more, "wishes": wishes}


def demand_row(found: Demand) -> Document:
    return {
        "reference": found.reference,
        "kind": found.kind,
        "state": found.state,
        "title": found.titles,
        "unit": party(found.unit),
        "owner": party(permissions.owner_of(None, found)),
        "place": found.place or None,
        "until": day_or_none(found.until),
        "money": found.money.as_json() if found.money else None,
    }


def party(one: Company | Unit | None) -> Document | None:
    """None where the name is hidden."""
    return None if one is None else {"name": {"zh": one.name_zh or None, "en": one.name_en or None}}


# ---- matches


@router.collection("/matches", "matches", "MatchRow")
def matches(user: User, words: str = "") -> Listing[Match]:
    def show(found: Sequence[Match]) -> list[Document]:
        shown = permissions.shown(user, found)
        return [match_row(one, shown[one.pk]) for one in found]

    return Listing(MATCHES.found(user, {"words": words}), show_all=show)


@router.record("/matches/{reference}", ref("Match"), 404)
def match_of(user: User, reference: str) -> Document:
    return _whole(user, reference)


def _found(user: User, reference: str) -> Match:
    return inputs.existing(queries.match_of(user, reference), "api.no-match-reference-you")


def _whole(user: User, reference: str) -> Document:
    found = _found(user, reference)
    row = match_row(found, permissions.shown(user, [found])[found.pk])
    return {**row, "reasons": found.reasons, "missing": found.missing}


def match_row(found: Match, seen: permissions.Shown) -> Document:
    says: Mapping[Part, str] = seen.says
    return {
        "reference": found.reference,
        "about": found.of.reference,
        "title": found.of.titles,
        "state": found.state,
        "reason": found.reason or None,
        "answer": found.answer,
        "proposed_by": found.proposed_by,
        "owner": party(seen.owner),
        "partner": party(seen.partner),
        "own": sorted(part.value for part in seen.own),
        "says": {part.value: word for part, word in says.items()},
        "introduced": found.introduced.isoformat() if found.introduced else None,
    }


@router.store("/matches/{reference}/consent", ref("Match"), 404, 409, asks="ToConsent", example={"says": "yes"})
def consent(user: User, raw: inputs.Body, reference: str) -> Document:
    word = inputs.words(raw, "says", 5)
    if word not in tuple(Says):
        raise UnknownValue("api.says-yes-no-or-asked", at=in_key("says", inputs.AT))
    side = _own_side(user, _found(user, reference), Says.YES if word == Says.ASKED else Says.ASKED)
    actions.say(side, Says(word), by=user, at=timezone.now())
    return _whole(user, reference)


def _own_side(user: User, match: Match, says: Says) -> Side:
    """Of those that one speaks for the one that says so; the first where none does."""
    sides = queries.own_sides(user, match)
    if not sides:
        raise NoSuchAddress("api.you-stand-no-side-match")
    return next((one for one in sides if one.says == says), sides[0])
