"""Entries of rules: treatments, steps, policies and the rules of decision lists."""

from collections.abc import Iterator, Mapping
from typing import Final

from luodi.access.treatments import AccessBook, Treatment
from luodi.advice.sources import article
from luodi.library.entry import Entry, Link, Role, addresses
from luodi.rules.book import Book, Citation, Rule
from luodi.rules.citing import registry
from luodi.rules.kept_rows import RULE_KINDS
from luodi.rules.tree import attributes

_ENDED: Final = frozenset(("superseded", "expired"))


def rule_entries(book: Book, access: AccessBook, regions: Mapping[str, str]) -> Iterator[Entry]:
    """One entry a rule. `regions` are the places by their division code, such as 11 for Beijing."""
    treatments = {t.id: t for t in access.treatments} if book.kind == "access" else {}
    for rule in book.rules:
        treatment = treatments.get(rule.id)
        yield Entry(
            kind=RULE_KINDS[book.kind],
            id=rule.id,
            book=book,
            title=rule.title,
            span=rule.span,
            confidence=rule.confidence,
            verification=rule.verification,
            seen=(*addresses(rule.seen_at), *addresses(rule.extra.get("seen_also"))),
            note=rule.note,
            rule=rule,
            links=tuple(_links(rule, book, treatment, regions)),
            announced=treatment is not None and not treatment.decides,
            closed=rule.span.end is None and rule.gives.get("status") in _ENDED,
            unsure=rule.gives.get("status") == "unknown",
        )


def _links(rule: Rule, book: Book, treatment: Treatment | None, regions: Mapping[str, str]) -> Iterator[Link]:
    cited = dict.fromkeys(citation for citation in _citations(rule))
    yield from (cites(citation) for citation in cited)
    if treatment is not None:
        yield Link(Role.SERVICE, ("service", treatment.service))
        yield Link(Role.PLACE, ("place", treatment.zone))
    gives = rule.gives
    yield from (Link(Role.SERVICE, ("service", str(code))) for code in gives.get("service_codes") or ())
    yield from (Link(Role.PLACE, ("place", regions[c])) for c in gives.get("region") or () if c in regions)
    yield from (Link(Role.LICENCE, ("licence", str(name))) for name in gives.get("licences") or ())
    yield from (Link(Role.AFTER, ("step", str(name))) for name in gives.get("depends_on") or ())
    yield from (Link(Role.AFTER_ONE, ("step", str(name))) for name in gives.get("any_of") or ())
    hosts = gives.get("runs_with") or ()
    yield from (Link(Role.WITH, ("step", str(name))) for name in ([hosts] if isinstance(hosts, str) else hosts))
    if book.kind != "access":  # a treatment asks for service and place, which it is linked to already
        yield from (Link(Role.ASKS, ("fact", name)) for name in _asked(rule))


def _citations(rule: Rule) -> Iterator[Citation]:
    yield from rule.basis
    for clause in rule.clauses:
        yield from clause.cites
    for steps in rule.parameters.values():
        for _, _, cited in steps:
            yield from cited


def _asked(rule: Rule) -> list[str]:
    asked: dict[str, None] = {}
    for _, bound in rule.editions:
        for part in bound:
            asked |= dict.fromkeys(attributes(part.tree))
    return sorted(asked)


def cites(citation: Citation) -> Link:
    """The tie to a text, which may have had another id when it was cited."""
    found = registry().get(citation.instrument, {}).get("id", citation.instrument)
    return Link(Role.CITES, ("instrument", str(found)), article(citation.article))
