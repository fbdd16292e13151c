"""Two companies that may be one: what stands on both sides, and why one person alone does not merge them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from json import dumps
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from luodi.documents.answers import country_name
from luodi.documents.code_names import code_in_words
from luodi.message import Message
from luodi.profiles.identifiers import USCC
from luodi.web.accounts.models import Company, Invitation, Membership
from luodi.web.companies.models import Doubt, Fact, Label, Merge, MergeProposal
from luodi.web.companies.queries import Known, attribute_name, best_of, known, shown
from luodi.web.companies.queries import contacts as contacts_of
from luodi.web.companies.signals import company_open_cases, company_records
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say


def doubts(kept: Company, gone: Company, *, at: datetime) -> list[Doubt]:
    """Why two people have to agree; empty where one is enough."""
    return list(_doubts(kept, gone, at))


def _doubts(kept: Company, gone: Company, at: datetime) -> Iterator[Doubt]:
    if {scheme for scheme, _ in numbers(kept)} & {scheme for scheme, _ in numbers(gone)}:
        yield Doubt.NUMBERS  # a number is that of one company, so these differ
    ours, theirs = acting(kept, at=at), acting(gone, at=at)
    if ours and theirs and ours != theirs:
        yield Doubt.REPRESENTATIVES
    if open_cases(kept) and open_cases(gone):
        yield Doubt.CASES


_DOUBTS: Final[Mapping[str, str]] = {
    Doubt.NUMBERS: "companies.doubt-numbers",
    Doubt.REPRESENTATIVES: "companies.doubt-representatives",
    Doubt.CASES: "companies.doubt-cases",
}


def in_one(found: Sequence[str]) -> Message:
    """Why, as one part of a sentence."""
    whole, *others = [Message(_DOUBTS[one]) for one in found]
    for other in others:
        whole = Message("companies.doubts", first=whole, second=other)
    return whole


def numbers(company: Company) -> set[tuple[str, str]]:
    """By which registers know it."""
    found = set(company.identifiers.values_list("scheme", "value"))
    return found | ({(USCC, company.credit_code)} if company.credit_code else set())


def acting(company: Company, *, at: datetime) -> set[tuple[str, str, str]]:
    """Who acts for it, is to, or is invited to: address, scope and last day; access on hold counts as well."""
    open_ = Q(ends=None) | Q(ends__gt=localdate(at))
    roles = Membership.objects.filter(open_, company=company, role=Role.REPRESENTATIVE)
    sent = Invitation.objects.filter(company=company, accepted=None, expires__gt=at)
    rows = [*roles.values_list("user__email", "scope", "ends"), *sent.values_list("email", "scope", "ends")]
    return {(email.casefold(), scope, str(ends or "")) for email, scope, ends in rows}


def open_cases(company: Company) -> list[int]:
    return sorted(company_open_cases.ask(company=company))


def mark(kept: Company, gone: Company, *, at: datetime) -> str:
    """Another one once either side is another: what is said of it, who acts for it, which cases are open."""
    sides = [[one.pk, one.version, sorted(acting(one, at=at)), open_cases(one)] for one in (kept, gone)]
    return sha256(dumps(sides).encode()).hexdigest()


def is_stale(proposal: MergeProposal, *, at: datetime) -> bool:
    """Whether a side has changed since it was proposed."""
    return mark(proposal.kept, proposal.gone, at=at) != proposal.seen


def wanted_by(role: Membership) -> set[int]:
    """Who wanted the merges that put a representative on hold."""
    rows = Merge.objects.filter(undone=None, by__isnull=False, kept__in=_became(role)).values_list("by_id", "moved")
    return {by for by, moved in rows if by and role.pk in moved.get("accounts.Membership.on_hold", [])}


def _became(role: Membership) -> set[int]:
    """The company of a role, and all that were merged into it."""
    found: set[int] = set()
    more = {role.company_id} if role.company_id else set()
    while more:
        found |= more
        more = set(Company.objects.filter(merged_into__in=more).values_list("pk", flat=True)) - found
    return found


def open_proposals(company: Company) -> QuerySet[MergeProposal]:
    """Those of which it is a side."""
    rows = MergeProposal.objects.filter(Q(kept=company) | Q(gone=company), state=MergeProposal.State.PROPOSED)
    return rows.select_related("kept", "gone", "by")


# ---- side by side


@dataclass(frozen=True)
class Line:
    """One thing of both companies in words: `what` it is, each side, and what `stands` once they are merged."""

    what: str
    kept: str
    gone: str
    stands: str
    differs: bool = False


def side_by_side(user: AnyUser, kept: Company, gone: Company, *, at: datetime, lang: str) -> list[Line]:
    """All that is said of both, as far as somebody may see it."""
    on = localdate(at)
    lines = [*_own(kept, gone, lang), *_collected(kept, gone, lang), *_facts(kept, gone, on, lang)]
    return [*lines, *_people(user, kept, gone, at, lang), *_records(user, kept, gone, lang)]


def _line(what: str, ours: str, theirs: str, stands: str, lang: str, *, differs: bool | None = None) -> Line:
    apart = bool(ours and theirs and ours != theirs) if differs is None else differs
    return Line(say(f"companies.side_{what}", lang), ours, theirs, say(f"companies.stands_{stands}", lang), apart)


def _own(kept: Company, gone: Company, lang: str) -> Iterator[Line]:
    for name, stands in (("name_zh", "kept"), ("name_en", "kept"), ("country", "left")):
        ours, theirs = (_own_value(name, getattr(one, name), lang) for one in (kept, gone))
        yield _line(name, ours, theirs, stands, lang)


def _own_value(name: str, said: str, lang: str) -> str:
    return country_name(said, lang) if name == "country" and said else said


def _collected(kept: Company, gone: Company, lang: str) -> Iterator[Line]:
    ours, theirs = numbers(kept), numbers(gone)
    same_scheme = {scheme for scheme, _ in ours} & {scheme for scheme, _ in theirs}
    yield _line("numbers", _joined(ours, lang), _joined(theirs, lang), "both", lang, differs=bool(same_scheme))
    for name, of in (("names", _names), ("labels", _labels), ("owners", _owners)):
        yield _line(name, of(kept, lang), of(gone, lang), "both", lang, differs=None if name == "owners" else False)


def _joined(rows: Iterable[tuple[str, str]], lang: str) -> str:
    return listed((" ".join(row) for row in sorted(rows)), lang)


def _names(company: Company, lang: str) -> str:
    return listed((one.text for one in company.names.all()), lang)


def _labels(company: Company, lang: str) -> str:
    return listed((_label(one, lang) for one in company.labels.all()), lang)


def _label(one: Label, lang: str) -> str:
    return code_in_words("technology", one.code, lang) if one.kind == Label.Kind.TECHNOLOGY else one.code


def _owners(company: Company, lang: str) -> str:
    rows = company.holdings.filter(ends=None).select_related("holder")
    return listed(sorted(f"{one.holder or one.holder_name} {one.share}" for one in rows), lang)


def listed(texts: Iterable[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(texts)


def _facts(kept: Company, gone: Company, on: date, lang: str) -> Iterator[Line]:
    ours, theirs = ({one.attribute: one for one in known(side, on=on)} for side in (kept, gone))
    for name in sorted({*ours, *theirs}):
        rows = [side[name].counts for side in (ours, theirs) if name in side]
        best = best_of(rows)
        differs = len({str(one.value) for one in rows}) > 1
        stands = say("companies.stands_better", lang, value=said(best, lang)) if differs else said(best, lang)
        yield Line(
            attribute_name(name, lang), _fact(ours.get(name), lang), _fact(theirs.get(name), lang), stands, differs
        )


def _fact(found: Known | None, lang: str) -> str:
    if found is None:
        return ""
    fact = found.counts
    origin = [say(f"companies.origin_{fact.origin}", lang), fact.source]
    return " · ".join([said(fact, lang), fact.as_of.isoformat(), *filter(None, origin)])


def said(fact: Fact, lang: str) -> str:
    return shown(fact.value, lang)


def _people(user: AnyUser, kept: Company, gone: Company, at: datetime, lang: str) -> Iterator[Line]:
    ours, theirs = ({email for email, _, _ in acting(side, at=at)} for side in (kept, gone))
    differs = bool(ours and theirs and ours != theirs)
    people = _acting(user, kept, at, lang), _acting(user, gone, at, lang)
    yield _line("representatives", people[0], people[1], "hold", lang, differs=differs)
    contacts = _contacts(user, kept, lang), _contacts(user, gone, lang)
    yield _line("contacts", contacts[0], contacts[1], "both", lang, differs=False)


def _contacts(user: AnyUser, company: Company, lang: str) -> str:
    return listed((one.name for one in contacts_of(user, company) if one.left is None), lang)


def _acting(user: AnyUser, company: Company, at: datetime, lang: str) -> str:
    """How many, and the names of those whose roles somebody may see."""
    open_ = Q(ends=None) | Q(ends__gt=localdate(at))
    roles = Membership.objects.filter(open_, company=company, role=Role.REPRESENTATIVE).select_related("user")
    names = listed((str(one.user) for one in visible(user, roles)), lang)
    number = str(len(acting(company, at=at)))
    return f"{number} ({names})" if names else number


def _records(user: AnyUser, kept: Company, gone: Company, lang: str) -> Iterator[Line]:
    ours, theirs = (list(company_records.ask(user=user, company=side)) for side in (kept, gone))
    for (key, number), (_, other) in zip(ours, theirs, strict=True):
        both_open = key == "companies.side_open_cases" and bool(number and other)
        yield Line(say(key, lang), str(number), str(other), str(number + other), both_open)
