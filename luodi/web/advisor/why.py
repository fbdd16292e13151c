"""Why a question is asked: the rules that need it, each with its citation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from luodi.access import access_book
from luodi.advice.answers import UNSURE, Answers
from luodi.advice.sources import article, instruments
from luodi.rules.library import load_book
from luodi.web.advisor.choices import access_there, is_place
from luodi.web.advisor.types import Doc
from luodi.web.core.words import say

_MOST = 4  # reasons that are shown; the rest is a number


@dataclass(frozen=True)
class Cite:
    """A text of law with the article, in both languages."""

    id: str
    title: Mapping[str, str]
    number: str
    article: Mapping[str, str] | None


@dataclass(frozen=True)
class Reason:
    text: Mapping[str, str]
    cites: tuple[Cite, ...]


@dataclass(frozen=True)
class Why:
    """Reasons, and how many more there are."""

    reasons: tuple[Reason, ...]
    more: int = 0


def why(question: Doc, answers: Answers, on: date) -> Why:
    """Why a question is asked of these answers."""
    name = question["attribute"]
    match name:
        case "place":
            return Why(tuple(_of_places(answers, on)))
        case "share":
            return Why(tuple(_of_share(answers, on)))
        case "service" | "investor" | "cepa_qualified":
            return Why((Reason(_both(f"advisor.why_{name}"), _special() if name != "service" else ()),))
    rules = [row for row in map(_rule, question["for"]) if row is not None]
    return Why(tuple(rules[:_MOST]), max(0, len(rules) - _MOST))


def cited(basis: Iterable[Doc]) -> tuple[Cite, ...]:
    """The texts of a basis, each once."""
    pairs = dict.fromkeys((entry["instrument"], entry.get("article")) for entry in basis)
    return tuple(_cite(instrument, part) for instrument, part in pairs)


def _cite(instrument: str, part: str | None) -> Cite:
    row = instruments().get(instrument, {})
    title = dict(row.get("title") or {"zh": instrument, "en": instrument})
    return Cite(instrument, title, str(row.get("number") or ""), article(part))


def _both(key: str, **values: object) -> dict[str, str]:
    return {lang: say(key, lang, **values) for lang in ("zh", "en")}


def _rule(rule_id: str) -> Reason | None:
    for book in ("landing-steps", "policies", "data-export-path"):
        rule = load_book(book).by_id.get(rule_id)
        if rule is not None:
            return Reason(dict(rule.title), cited(c.as_json(rule.id) for c in rule.basis))
    return None


def _special() -> tuple[Cite, ...]:
    """The texts on suppliers of Hong Kong and Macao."""
    rules = [t.rule for t in access_book().treatments if t.cepa]
    return cited(c.as_json(rule.id) for rule in rules for c in rule.basis)[:2]


def _of_places(answers: Answers, on: date) -> list[Reason]:
    """What holds in most of the country, and what does not where."""
    usual = access_there(answers, "CN", on)
    if usual is None:
        return [Reason(_both("advisor.why_place"), ())]
    found = [Reason(_line("advisor.why_usual", usual), cited(usual["basis"])[:2])]
    for zone in access_book().zones.values():
        here = access_there(answers, zone.id, on) if is_place(zone, on) and zone.parent == "CN" else None
        if here is None or (here["answer"], here["cap"]) == (usual["answer"], usual["cap"]):
            continue
        found.append(Reason(_line("advisor.why_there", here, place=zone.name), cited(here["basis"])[:2]))
    return found[: _MOST + 1]


def _line(key: str, access: Doc, place: Mapping[str, str] | None = None) -> dict[str, str]:
    from luodi.documents import wording

    return {
        lang: say(
            key,
            lang,
            verdict=wording.verdict_word(access["answer"], lang).lower(),
            cap=wording.cap(access, lang),
            place=place[lang] if place else "",
        )
        for lang in ("zh", "en")
    }


def _of_share(answers: Answers, on: date) -> list[Reason]:
    """The cap at the place that was chosen."""
    place = answers.place
    found = access_there(answers.having(share=""), "CN" if place == UNSURE else place, on)
    if found is None:
        return [Reason(_both("advisor.why_share"), ())]
    return [Reason(_line("advisor.why_cap", found), cited(found["basis"])[:3])]
