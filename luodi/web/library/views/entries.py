"""The library's pages: home, lists and search, and the page of an entry."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luodi.documents import wording
from luodi.library.entry import KINDS, Entry, Life
from luodi.library.frame import FACETS
from luodi.library.shelf import shelf
from luodi.library.timeline import Timeline, of_place, of_service
from luodi.search.marks import Piece, marked, snippet
from luodi.web.api.resources import matching
from luodi.web.books import flow_svg
from luodi.web.core.words import language, say
from luodi.web.library import entry_details, timeline_svg
from luodi.web.library.changes import changes
from luodi.web.library.entry_text import entry_text, nearest
from luodi.web.library.models import Text
from luodi.web.library.search import Found, NoIndex, search
from luodi.web.library.views.shared import library_page

_LOG = logging.getLogger(__name__)
_MOST_VALUES: Final = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    on, catalogue = timezone.localdate(), shelf()
    closing = [entry for entry in catalogue.entries.values() if entry.life(on) is Life.CLOSING]
    recent = [change for change in changes() if change.on <= on][:8]
    counts = [(kind, len(catalogue.by_kind[kind])) for kind in KINDS]
    return library_page(request, "library/home", on=on, counts=counts, closing=closing, recent=recent)


# ---- an entry


@require_safe
def entry(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    catalogue, on, lang = shelf(), timezone.localdate(), language()
    found = catalogue.get(kind, name)
    if found is None:
        raise Http404(f"{kind} {name[:100]}")
    line = timeline_of(found, on)
    service, place = entry_details.concerned(found, catalogue)
    return library_page(
        request,
        "library/entry",
        entry=found,
        on=on,
        life=found.life(on),
        plain=entry_text(found, lang, on),
        day=nearest(found, on),
        notices=list(entry_details.notices(found, catalogue, on, lang)),
        figures=list(figures(found, lang)),
        dated=entry_details.dated(found, catalogue),
        ties_from=entry_details.ties_from(found, catalogue),
        ties_into=entry_details.ties_into(found, catalogue),
        inherited=entry_details.inherited(found, catalogue),
        today=entry_details.today(found, catalogue, on),
        line=line,
        svg=timeline_svg.svg(line, lang) if line else None,
        **flow_svg.drawn(found.rule, found.book, lang, nearest(found, on)),
        sources=entry_details.sources(found),
        note_parts=list(entry_details.named(wording.pick(found.note, lang), catalogue)) if found.note else [],
        service=service,
        place=place,
        ask=entry_details.advisor(service, place),
        window=window(found, lang),
    )


def timeline_of(found: Entry, on: date) -> Timeline | None:
    match found.kind:
        case "service":
            return of_service(found.id, on)
        case "place":
            return of_place(found.id, on)
    return None


def figures(found: Entry, lang: str) -> Iterator[tuple[str, list[str]]]:
    """Figures of a rule that took several values, each with its days."""
    if found.rule is None:
        return
    for name, steps in found.rule.parameters.items():
        if len(steps) > 1:
            shown = (
                say("library.figure_from", lang, day=wording.day(day, lang), value=value) for day, value, _ in steps
            )
            yield name, list(shown)


def window(found: Entry, lang: str) -> str:
    """From when to when it holds, in words."""
    first, last = (wording.day(day, lang) for day in (found.span.first, found.span.last))
    match bool(first), bool(last):
        case True, True:
            return say("library.between", lang, first=first, last=last)
        case True, False:
            return say("library.since", lang, day=first)
        case False, True:
            return say("library.until", lang, day=last)
    return say("library.no_dates", lang)


# ---- lists and search


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    return _search(request, "")


@require_safe
def listing(request: HttpRequest, kind: str) -> HttpResponse:
    return _search(request, kind)


def _search(request: HttpRequest, kind: str) -> HttpResponse:
    """One page for both: a list is a search for every text of a kind."""
    query = request.GET.get("q", "").replace("\0", " ")
    chosen = {facet: request.GET.get(facet, "") for facet in FACETS}
    if kind:
        chosen["kind"] = kind
    on = timezone.localdate()
    try:
        found = search(query, chosen, on=on, page=_number(request.GET.get("page", "")))
    except NoIndex as problem:
        _LOG.error("%s", problem)
        return library_page(request, "library/no_index", status=503)
    rows = [Row.of(text, found.understood, on) for text in found.texts]
    criteria = {facet: value for facet, value in chosen.items() if value and not (kind and facet == "kind")}
    return library_page(
        request,
        "library/search",
        found=found,
        rows=rows,
        kind=kind,
        criteria=criteria,
        facets=list(_facets(found, chosen, kind)),
        pages=_pages(found, criteria),
        programs=matching(query) if found.page == 1 and not criteria else [],
        without=_without(found, criteria),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


@dataclass(frozen=True)
class Row:
    """One line of a list; `entry` None where the index is older than the books and the page is gone."""

    text: Text
    entry: Entry | None
    life: Life | None
    title: tuple[Piece, ...]
    gloss: tuple[Piece, ...]
    words: tuple[Piece, ...]
    words_lang: str

    @classmethod
    def of(cls, text: Text, query: str, on: date) -> "Row":
        found, lang = shelf().get(text.kind, text.name), language()
        other = wording.other(lang)
        titles = {"zh": text.title_zh, "en": text.title_en}
        bodies = {"zh": text.body_zh, "en": text.body_en}
        words = {each: snippet(body.replace("\n", " · "), query) for each, body in bodies.items()}
        speaks = other if _hit(words[other]) and not _hit(words[lang]) else lang
        gloss = marked(titles[other], query)
        return cls(
            text,
            found,
            found.life(on) if found else None,
            marked(titles[lang], query),
            gloss if _hit(gloss) else (),
            words[speaks],
            speaks,
        )


def _hit(pieces: tuple[Piece, ...]) -> bool:
    return any(piece.hit for piece in pieces)


@dataclass(frozen=True)
class Facet:
    """One way to narrow: values as `(name, words, count, address)`; `chosen` is the one in force, with its words."""

    name: str
    values: tuple[tuple[str, str, int, str], ...]
    chosen: tuple[str, str, str] | None = None

    @property
    def shown(self) -> tuple[tuple[str, str, int, str], ...]:
        return self.values[:_MOST_VALUES] if len(self.values) > _MOST_VALUES + 2 else self.values

    @property
    def rest(self) -> tuple[tuple[str, str, int, str], ...]:
        return self.values[len(self.shown) :]


def _facets(found: Found, chosen: Mapping[str, str], kind: str) -> Iterator[Facet]:
    lang = language()
    for name in FACETS:
        if kind and name == "kind":
            continue
        value = chosen.get(name, "")
        others = {k: v for k, v in chosen.items() if k != name and v and not (kind and k == "kind")}
        if value:
            yield Facet(name, (), (value, facet_words(name, value, lang), address(found.query, others)))
            continue
        counts = sorted(found.counts[name].items(), key=lambda pair: -pair[1])
        values = ((v, facet_words(name, v, lang), n, address(found.query, {**others, name: v})) for v, n in counts)
        facet = Facet(name, tuple(values))
        if len(facet.values) > 1:
            yield facet


def facet_words(name: str, value: str, lang: str) -> str:
    """The words of a value; a value that is none is shown as it was asked."""
    if name in ("service", "place"):
        known = shelf().get(name, value)
        if known is None:
            return value[:60]
        return timeline_svg.short_name(name, value, lang) if name == "service" else wording.pick(known.title, lang)
    key = f"library.kinds_{value}" if name == "kind" else f"library.{name}_{value}"
    if name == "read" and value != "none":
        key = f"term.read_{value}"
    try:
        return say(key, lang)
    except KeyError:
        return value[:60]


def address(query: str, criteria: Mapping[str, str], number: int = 1) -> str:
    """The query part of a link to these results."""
    wanted = {"q": query, **criteria, "page": str(number) if number > 1 else ""}
    return "?" + urlencode({key: value for key, value in wanted.items() if value})


def _pages(found: Found, criteria: Mapping[str, str]) -> tuple[str, str]:
    """Addresses of the page before and the page after; empty where there is none."""
    before = address(found.query, criteria, found.page - 1) if found.page > 1 else ""
    after = address(found.query, criteria, found.page + 1) if found.page < found.pages else ""
    return before, after


def _without(found: Found, criteria: Mapping[str, str]) -> str:
    return address(found.query, {}) if criteria else ""
