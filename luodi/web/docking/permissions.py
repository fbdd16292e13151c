"""Who may see which name of a match: asked here by lists, search, exports, the API and notices alike (invariant 14).

A name is shown to its own side, and to everybody who may see the match once both sides have agreed. The unit at whose
desk a demand was posted knows its owner; an owner who is named in public is no secret.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from luodi.casework.matches import Part, may_name
from luodi.errors import BadInput
from luodi.web.accounts.models import Company, Unit
from luodi.web.companies.models import CompanyName
from luodi.web.core.permissions import visible
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say
from luodi.web.docking.models import Match, Posted, Side

Party = Company | Unit


@dataclass(frozen=True)
class Shown:
    """What somebody sees of a match: the parties by part, None where the name is hidden, and where they stand."""

    parties: Mapping[Part, Party | None]
    own: frozenset[Part]
    says: Mapping[Part, str] = field(default_factory=dict)

    @property
    def owner(self) -> Party | None:
        return self.parties.get(Part.OWNER)

    @property
    def partner(self) -> Party | None:
        return self.parties.get(Part.PARTNER)


def shown(user: AnyUser, matches: Iterable[Match]) -> dict[int, Shown]:
    """For each match, by its key. A fixed number of queries, however many matches."""
    keys = {one.pk: one for one in matches}
    sides = Side.objects.filter(match__in=list(keys)).select_related("company", "unit")
    own = set(visible(user, sides).values_list("pk", flat=True))
    at_desk = set(visible(user, Match.objects.filter(pk__in=list(keys)), "export").values_list("pk", flat=True))
    by_match: dict[int, list[Side]] = {}
    for side in sides:
        by_match.setdefault(side.match_id, []).append(side)
    return {key: _shown(one, by_match.get(key, []), own, key in at_desk) for key, one in keys.items()}


def _shown(match: Match, sides: list[Side], own: set[int], at_desk: bool) -> Shown:
    mine = frozenset(Part(side.part) for side in sides if side.pk in own)
    known = mine | ({Part.OWNER} if at_desk or match.of.names_owner else set())
    known |= {Part.PARTNER} if match.investor and match.investor.names_owner else set()
    open_to = {Part(s.part): may_name(Part(s.part), known, revealed=match.revealed is not None) for s in sides}
    parties = {Part(s.part): (s.company or s.unit) if open_to[Part(s.part)] else None for s in sides}
    return Shown(parties, mine, {Part(s.part): s.says for s in sides})


def party_name(party: Party | None, lang: str) -> str:
    """In the language of the page where there is such a name; of a hidden party that it is hidden."""
    if party is None:
        return say("docking.hidden", lang)
    first, second = (party.name_zh, party.name_en) if lang == "zh" else (party.name_en, party.name_zh)
    return first or second


def owner_of(user: AnyUser, posted: Posted) -> Party | None:
    """Whose a demand is, where the reader may know."""
    if posted.names_owner or posted.company is None:
        return posted.company or posted.unit
    rows = type(posted)._base_manager.filter(pk=posted.pk)
    return posted.company if visible(user, rows, "own").exists() else None


def found_by_name(user: AnyUser, word: str) -> Q:
    """For a search: names find what the reader may see the names of, and nothing else."""
    called = Company.objects.filter(Q(name_zh__icontains=word) | Q(name_en__icontains=word)).values("pk")
    sides = Side.objects.filter(company__in=called)
    mine = visible(user, sides)
    return Q(revealed__isnull=False, pk__in=sides.values("match_id")) | Q(pk__in=mine.values("match_id"))


class NamesSomebody(BadInput):
    """A text that others read before both sides agree, and that names whoever wrote it."""

    code = "names-somebody"


def must_not_name(company: Company | None, **texts: str) -> None:
    """Raises `NamesSomebody`, at the field, where a text holds a name of the company."""
    if company is None:
        return
    names = {
        company.name_zh,
        company.name_en,
        *CompanyName.objects.filter(company=company).values_list("text", flat=True),
    }
    wanted = [name.casefold() for name in names if len(name) > 1]
    for where, text in texts.items():
        folded = " ".join(text.split()).casefold()
        if any(name in folded for name in wanted):
            raise NamesSomebody("docking.text-names-company", at=where)
