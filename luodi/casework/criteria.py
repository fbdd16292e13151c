"""What one side asks of the other, as clauses of the rule language: made by a form, read in words, answered by rules.

A criterion is `{"ask": id of criteria.yaml, "value": text, or a list of texts}`, or `{"is": clause}` written by hand.

Money is compared in its own currency. An amount in another one is not refused and not guessed: it is not known until
somebody says how much it is in the currency asked for, at the rate of a day (`capital_converted`).
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from luodi.advice.match import result
from luodi.editions import with_books
from luodi.errors import BadInput, LuodiError, UnknownKey, WrongType, did_you_mean
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Value, Vocabulary, attributes_from, parse_value
from luodi.rules.book import Book, Rule
from luodi.rules.book_reading import rules_from
from luodi.rules.derive import facts_on
from luodi.rules.describe import describe_tree
from luodi.rules.explain import explain
from luodi.rules.library import company_vocabulary
from luodi.text import parse_yaml, read_yaml

_CONVERTED: Final = "capital_converted"
_TECHNOLOGY: Final = "technology_fields"
FILE: Final = Path(__file__).with_name("criteria.yaml")
Criterion = Mapping[str, Any]


@dataclass(frozen=True)
class Ask:
    """One question of a form. `form` names how its answer is written as a clause."""

    id: str
    attribute: str
    form: str

    @property
    def is_list(self) -> bool:
        return self.form in ("any", "one_of", "begins", "in_currency")

    @property
    def is_tick(self) -> bool:
        return self.form in ("is", "is_not")


class BadCriterion(BadInput):
    """Something that one side asks and that is no clause on a company."""

    code = "bad-wish"


@with_books()
def vocabulary() -> Vocabulary:
    """The company's words with those that only docking asks about."""
    more = attributes_from(read_yaml(FILE)["attributes"], at=FILE.name)
    more[_TECHNOLOGY] = replace(more[_TECHNOLOGY], values=technologies())
    company = company_vocabulary()
    return Vocabulary(company.id, {**company.attributes, **more}, company.codes)


@with_books()
def asks() -> Mapping[str, Ask]:
    return {row["id"]: Ask(**row) for row in read_yaml(FILE)["asks"]}


@with_books()
def technologies() -> Mapping[str, Mapping[str, str]]:
    """Names of the fields of technology, `{zh, en}` by code."""
    return {code: dict(names) for code, names in read_yaml(FILE)["technologies"].items()}


# ---- clauses


def clauses(criteria: Sequence[Criterion]) -> list[str]:
    """Every criterion in the rule language. A ticket is in the currency that is asked for beside it.

    Raises `BadCriterion`, also for a ticket in no currency, or in several.
    """
    asked = [
        str(one) for criterion in criteria if criterion.get("ask") == "currency" for one in criterion.get("value") or ()
    ]
    return [_ticket(criterion, asked) if _is_ticket(criterion) else clause(criterion) for criterion in criteria]


def _is_ticket(criterion: Criterion) -> bool:
    ask = asks().get(str(criterion.get("ask")))
    return ask is not None and ask.form in _TICKETS


def _ticket(criterion: Criterion, currencies: Sequence[str]) -> str:
    ask = asks()[str(criterion["ask"])]
    if len(currencies) != 1:
        raise BadCriterion("casework.ticket-currency", at=ask.id)
    sign, one = _TICKETS[ask.form], json.dumps(currencies[0])
    try:
        own, converted = (_compared(sign)(name, criterion.get("value")) for name in (ask.attribute, _CONVERTED))
    except LuodiError as problem:
        raise BadCriterion(problem.message, at=ask.id) from None
    return f"(capital_currency == {one} && {own}) || (capital_currency != {one} && {converted})"


def clause(criterion: Criterion) -> str:
    """A criterion by itself, in the rule language. Raises `BadCriterion` for a value that its attribute cannot have."""
    if "is" in criterion:
        return str(criterion["is"]).strip()
    ask = asks().get(str(criterion.get("ask")))
    if ask is None:
        raise UnknownKey(
            "casework.nobody-can-ask", ask=criterion.get("ask"), meant=did_you_mean(str(criterion.get("ask")), asks())
        )
    try:
        return _FORMS[ask.form](ask.attribute, criterion.get("value"))
    except LuodiError as problem:
        raise BadCriterion(problem.message, at=ask.id) from None


def _texts(name: str, value: Any) -> str:
    """A list of texts as the language writes it, each a value of the attribute."""
    if not isinstance(value, list | tuple) or not value:
        raise WrongType("casework.list-texts-wanted")
    attribute = vocabulary()[name]
    for one in value:
        parse_value(attribute, [one] if attribute.kind == "set" else one)
    return json.dumps([str(one) for one in value], ensure_ascii=False)


def _any(name: str, value: Any) -> str:
    return f"{name}.exists(v, v in {_texts(name, value)})"


def _begins(name: str, value: Any) -> str:
    if not isinstance(value, list | tuple) or not value or not all(str(one).isalnum() for one in value):
        raise WrongType("casework.beginnings-code-wanted-letters-digits")
    return " || ".join(f'{name}.startsWith("{one}")' for one in value)


def _compared(sign: str) -> Callable[[str, Any], str]:
    def write(name: str, value: Any) -> str:
        figure = parse_value(vocabulary()[name], str(value))
        if figure is None:
            raise WrongType("casework.figure-wanted")
        return f"{name} {sign} {value}"

    return write


def _in_currency(name: str, value: Any) -> str:
    return f"{name} in {_texts(name, value)} || {_CONVERTED} > 0"


def _since(name: str, value: Any) -> str:
    day = parse_value(vocabulary()[name], str(value))
    if not isinstance(day, date):
        raise WrongType("casework.day-wanted-such-2024-10")
    return f'{name} >= date("{day.isoformat()}")'


_FORMS: Final[dict[str, Callable[[str, Any], str]]] = {
    "any": _any,
    "one_of": lambda name, value: f"{name} in {_texts(name, value)}",
    "begins": _begins,
    "at_least": _compared(">="),
    "at_most": _compared("<="),
    "since": _since,
    "in_currency": _in_currency,
    "is": lambda name, _: name,
    "is_not": lambda name, _: f"!{name}",
}


_TICKETS: Final = {"ticket_at_least": ">=", "ticket_at_most": "<="}


# ---- rules


def rule_of(
    name: str,
    title: Mapping[str, str],
    criteria: Sequence[Criterion],
    *,
    since: date | None = None,
    until: date | None = None,
) -> Rule:
    """The rule of a demand: all that it asks must hold. It cites itself, since no law stands behind it.

    Raises `BadCriterion` for a clause that does not read or does not fit the vocabulary.
    """
    row: dict[str, Any] = {
        "id": name,
        "title": {"zh": title["zh"], "en": title["en"]},
        "when": clauses(criteria),
        "basis": [{"title": name}],
    }
    row |= {key: day.isoformat() for key, day in (("from", since), ("until", until)) if day}
    try:
        return next(iter(rules_from(parse_yaml(json.dumps(row, ensure_ascii=False), name), name, vocabulary())))
    except BadInput as problem:
        raise BadCriterion(problem.message, at=name) from None


def book_of(rules: Iterable[Rule]) -> Book:
    """Rules of several demands as one book, so that they are answered together."""
    words = vocabulary()
    return Book("docking", {"zh": "对接", "en": "Docking"}, "", "", "rules", words, tuple(rules), {}, {}, FILE.parent)


def in_words(criteria: Sequence[Criterion], lang: str) -> list[str]:
    """Each criterion as a sentence."""
    rule = rule_of("criteria", {"zh": "", "en": ""} | {"zh": "对接", "en": "docking"}, criteria)
    edition = rule.edition(date.max)
    return [describe_tree(one.tree, vocabulary(), lang) for one in edition]


# ---- answers


def typed(given: Mapping[str, Any]) -> dict[str, Value]:
    """The facts of a company by the words of `vocabulary`; what these do not know is left out."""
    words = vocabulary()
    found = ((name, words.parse(name, raw)) for name, raw in given.items() if name in words)
    return {name: value for name, value in found if value is not None}


def facts(given: Mapping[str, Any], on: date) -> Facts:
    """Typed facts of a company, with what follows from them on a day."""
    return facts_on(vocabulary(), typed(given), on)


def judge(rule: Rule, known: Facts, on: date, *, with_remedies: bool = True) -> dict[str, Any]:
    """Match, no match, or need info, with the reasons, what is missing and what would change it."""
    return result(explain(rule, known, on, book_of((rule,))), known, on, with_remedies)


def with_parents(codes: Iterable[str]) -> list[str]:
    """Codes of GB/T 4754 with all that they are part of, so that a beginning finds them."""
    return sorted({code[:end] for code in codes for end in range(1, len(code) + 1) if end != 2})
