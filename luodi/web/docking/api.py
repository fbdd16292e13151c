"""The market: demands that anybody may read, and the matches of a key's user. `/api/v1/demands`, `/api/v1/matches`.

Names of a match are those that its page shows to the same person: hidden until both sides agree (`permissions`).
"""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.casework.demands import DemandKind
from luodi.casework.matches import Part, Says
from luodi.casework.wishes import in_words
from luodi.errors import UnknownValue
from luodi.message import Message, in_key
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.api import answers, given, paging
from luodi.web.api.admission import admit, admit_user
from luodi.web.api.answers import present
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.operations import ACTED, OPERATIONS, a_list, own, reading, ref, storing
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import today
from luodi.web.docking import permissions
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.models import Demand, Match, Side
from luodi.web.docking.queries import market as queries

router = Router()
KINDS: Final = tuple(kind.value for kind in DemandKind)
Limit: Final[Any] = Query(50, ge=1, le=200)


@router.get("/demands", operation_id="demands")
def demands(
    request: HttpRequest, kind: str = "", words: str = "", limit: int = Limit, cursor: str | None = None
) -> HttpResponse:
    admit(request, KeyScope.READ)
    if kind not in ("", *KINDS):
        raise UnknownValue("api.kind", kinds=KINDS, at=in_key("kind", Message("place.query")))
    asked = {"kind": kind, "words": words.replace("\0", " ")}
    rows = queries.on_the_market("demands", asked, today())
    return answers.public(request, present(paging.newest("demands", rows, demand_row, limit, cursor)))


@router.get("/demands/{reference}", operation_id="demand")
def demand(request: HttpRequest, reference: str) -> HttpResponse:
    admit(request, KeyScope.READ)
    rows = queries.on_the_market("demands", {}, today())
    found = rows.filter(reference=reference).first() if "\0" not in reference else None
    if found is None:
        raise NoSuchAddress("api.no-demand-reference-market")
    wishes = {lang: in_words(found.wishes, lang) for lang in ("zh", "en")}
    more = {name: getattr(found, name) for name in ("text", "site", "data_access", "acceptance")}
    return answers.public(request, present({**demand_row(found), **more, "wishes": wishes}))


def demand_row(found: Demand) -> dict[str, Any]:
    return {
        "reference": found.reference,
        "kind": found.kind,
        "state": found.state,
        "title": found.titles,
        "unit": party(found.unit),
        "owner": party(permissions.owner_of(None, found)),
        "place": found.place or None,
        "until": found.until.isoformat() if found.until else None,
        "money": found.money.as_json() if found.money else None,
    }


def party(one: Company | Unit | None) -> dict[str, Any] | None:
    """None where the name is hidden."""
    return None if one is None else {"name": {"zh": one.name_zh or None, "en": one.name_en or None}}


# ---- matches


@router.get("/matches", operation_id="matches")
def matches(request: HttpRequest, words: str = "", limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    _, user = admit_user(request, KeyScope.MATCH)
    rows = queries.matches(user, {"words": words.replace("\0", " ")})
    page = paging.newest("matches", rows, lambda one: {"match": one}, limit, cursor)
    found = [row["match"] for row in page["matches"]]
    shown = permissions.shown(user, found)
    return answers.own(request, {**page, "matches": [match_row(one, shown[one.pk]) for one in found]})


@router.get("/matches/{reference}", operation_id="match_of")
def match_of(request: HttpRequest, reference: str) -> HttpResponse:
    _, user = admit_user(request, KeyScope.MATCH)
    return answers.own(request, _whole(user, reference))


def _found(user: User, reference: str) -> Match:
    found = queries.match_of(user, reference) if "\0" not in reference else None
    if found is None:
        raise NoSuchAddress("api.no-match-reference-you")
    return found


def _whole(user: User, reference: str) -> dict[str, Any]:
    found = _found(user, reference)
    return {
        **match_row(found, permissions.shown(user, [found])[found.pk]),
        "reasons": found.reasons,
        "missing": found.missing,
    }


def match_row(found: Match, seen: permissions.Shown) -> dict[str, Any]:
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


@router.post("/matches/{reference}/consent", operation_id="consent")
def consent(request: HttpRequest, reference: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.MATCH)
    raw, text = given.body_of(request, {"says": True})
    word = given.words(raw, "says", 5)
    if word not in tuple(Says):
        raise UnknownValue("api.says-yes-no-or-asked", at=in_key("says", Message("place.body")))

    def act() -> HttpResponse:
        side = _own_side(user, _found(user, reference), Says.YES if word == Says.ASKED else Says.ASKED)
        actions_matches.say(side, Says(word), by=user, at=timezone.now())
        return stored(_whole(user, reference))

    return once(request, caller, text, act)


def _own_side(user: User, match: Match, says: Says) -> Side:
    """Of those that one speaks for the one that says so; the first where none does."""
    sides = queries.own_sides(user, match)
    if not sides:
        raise NoSuchAddress("api.you-stand-no-side-match")
    return next((one for one in sides if one.says == says), sides[0])


OPERATIONS.update(
    {
        "demands": reading(a_list("demands", "DemandRow"), 422, values={"kind": ("", *KINDS)}),
        "demand": reading(ref("Demand"), 404),
        "matches": own(a_list("matches", "MatchRow"), 422, scope=KeyScope.MATCH),
        "match_of": own(ref("Match"), 404, scope=KeyScope.MATCH),
        "consent": storing(KeyScope.MATCH, ref("Match"), *ACTED, asks="ToConsent", says="yes"),
    }
)
