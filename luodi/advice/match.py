"""What fits: every rule of a book for one company, with reasons, amounts and the nearest change."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from luodi.advice.context import stands
from luodi.profiles.facts import Facts
from luodi.profiles.profile import Profile, current_facts
from luodi.profiles.vocabulary import as_json
from luodi.rules.book import BadRule, Book, Rule
from luodi.rules.compute import Failure, Unknown, compute
from luodi.rules.derive import derivations
from luodi.rules.evaluate import Answer
from luodi.rules.explain import Explanation, explain
from luodi.rules.library import company_vocabulary, load_book
from luodi.rules.remedy import remedies
from luodi.rules.syntax import Call, Expression, Ident, Select, parse
from luodi.values import Number, as_json_number


def facts_of(profile: Profile, book: Book, *, on: date) -> Facts:
    """The facts of a profile on a day, derived attributes included where the book speaks of companies."""
    given, _ = current_facts(profile, on)
    if book.vocabulary is not company_vocabulary() and book.vocabulary.id != "vocabulary":
        return Facts(book.vocabulary, given)
    return Facts(book.vocabulary, given, derivations(load_book("enterprise-size"), on))


def match(book: Book, facts: Facts, *, on: date, with_remedies: bool = True) -> list[dict[str, Any]]:
    """One result a rule, in the order of the book. For many companies `MatchWriter` gives the same as JSON text."""
    return [result(explain(rule, facts, on, book), facts, on, with_remedies) for rule in ordered(book)]


def brief(book: Book, facts: Facts, *, on: date) -> list[dict[str, Any]]:
    """`match` without words, changes, amounts and what the book says of a rule, for a program that has the book."""
    return [result_in_brief(explain(rule, facts, on, book), on) for rule in ordered(book)]


def result_in_brief(found: Explanation, on: date) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": found.rule.id,
        "answer": found.answer.value,
        "missing": list(found.missing),
        "assumed": list(found.assumed),
        "reasons": _reasons(found, on, brief=True),
    }
    if found.fault:
        document["error"] = found.fault.as_json()
    return document


def ordered(book: Book) -> list[Rule]:
    """The rules in the order of the book's `order` table, else as the files have them."""
    order = {rule_id: n for n, rule_id in enumerate(book.tables.get("order") or ())}
    if not order:
        return list(book.rules)
    return sorted(book.rules, key=lambda rule: order.get(rule.id, len(order)))


def result(found: Explanation, facts: Facts, on: date, with_remedies: bool) -> dict[str, Any]:
    """The document of one rule, as in the contract."""
    rule = found.rule
    document: dict[str, Any] = {
        "id": rule.id,
        "answer": found.answer.value,
        "missing": list(found.missing),
        "assumed": list(found.assumed),
        "reasons": _reasons(found, on, brief=False),
        "would_change": changes(found, facts, on) if with_remedies else [],
        "amount": amount(rule, facts, on),
        "window": {
            "from": rule.first.isoformat() if rule.first else None,
            "until": rule.last.isoformat() if rule.last else None,
        },
        "title": dict(rule.title),
        "confidence": rule.confidence,
        "read": rule.read,
        "basis": [c.as_json(rule.id) for c in rule.citations(on=on) if on in rule.span or stands(c, on)],
    }
    if found.fault:
        document["error"] = found.fault.as_json()
    return document


def _reasons(found: Explanation, on: date, *, brief: bool) -> list[dict[str, Any]]:
    """Each clause. Outside the window of its rule a text may not be in force yet, or any more: then it is not cited."""
    if on in found.rule.span:
        return found.told(brief=brief)
    standing = {(c.instrument, c.article) for c in found.rule.citations(on=on) if stands(c, on)}
    return [
        {**row, "cites": [c for c in row["cites"] if (c["instrument"], c.get("article")) in standing]}
        for row in found.told(brief=brief)
    ]


def changes(found: Explanation, facts: Facts, on: date) -> list[dict[str, Any]]:
    """The nearest changes that turn a no into a match; empty where none within reach does."""
    if found.answer is not Answer.NO or on not in found.rule.span:
        return []
    options = remedies(found.rule, facts, on)
    return [
        {
            "set": {name: as_json(value) for name, value in option.set.items()},
            "answer": option.answer.value,
            "missing": sorted(option.missing),
        }
        for option in options
    ]


@cache
def formula(text: str) -> Expression:
    return parse(text)


def amount(rule: Rule, facts: Facts, on: date) -> dict[str, Any] | None:
    """What the rule's formulas come to for this company, in CNY unless the key says usd; None without a formula.

    A formula with an absent attribute gives no amount. Caps (`max..`) are upper limits, not entitlements.
    """
    benefit = rule.gives.get("benefit")
    if not benefit:
        return None
    found: dict[str, Any] = {}
    for name, text in [("value", benefit.get("formula")), *(benefit.get("formulas") or {}).items()]:
        if text is None:
            continue
        if any(facts.value(attribute) is None for attribute in attributes_of(str(text))):
            continue
        worth = compute(formula(str(text)), facts, on)
        if isinstance(worth, Failure):
            raise BadRule("advice.formula", text=text, rule=rule.id, said=worth.message, at=rule.at)
        if not isinstance(worth, Unknown):
            found[name] = as_json_number(_number(worth))
    if "value" not in found and str(benefit.get("amount", "")).isdigit() and benefit.get("type") == "one_off":
        found["value"] = int(benefit["amount"])
    if not found:
        return None
    caps = {k: int(v) for k, v in benefit.items() if k.startswith("max") and str(v).isdigit() and int(v) > 1000}
    usd = any(name.startswith("usd") for name in found)
    return {"currency": "USD" if usd else "CNY", **found, **({"caps": caps} if caps else {})}


@cache
def attributes_of(text: str) -> frozenset[str]:
    """The names a formula reads, in every branch: with one of them absent there is no amount."""
    return _names(formula(text))


def _names(node: Expression) -> frozenset[str]:
    match node:
        case Ident(name=name) | Select(field=name):
            return frozenset((name,))
        case Call(arguments=arguments):
            return frozenset().union(*(_names(a) for a in arguments))
    return frozenset()


def _number(value: Any) -> Number:
    fraction = Fraction(value)
    return fraction.numerator if fraction.denominator == 1 else fraction


def verdict(results: Iterable[dict[str, Any]]) -> Answer:
    """The answer of a whole question, for the exit status: an error, else the best of its rules."""
    answers = {Answer(r["answer"]) for r in results}
    for answer in (Answer.ERROR, Answer.YES, Answer.UNKNOWN):
        if answer in answers:
            return answer
    return Answer.NO
