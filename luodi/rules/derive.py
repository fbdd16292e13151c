"""Facts that follow from others: the size class, and the share of R&D in revenue.

Written as the vocabulary says under `derivations`: a derived fact is known only when it is one definite value,
and what it lacks is named in its place.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any, Final, cast

from luodi.profiles.facts import Derivation, Facts, Lacking
from luodi.profiles.vocabulary import Value, Vocabulary
from luodi.rules.book import Book
from luodi.rules.library import load_book
from luodi.values import Number, exact

SIZE: Final = "enterprise_size"
_CLASSES: Final = ("large", "medium", "small")
_RATIOS: Final = {
    "rd_ratio": ("rd_expense", "operating_revenue"),
    "rd_ratio_3y": ("rd_expense_3y", "sales_revenue_3y"),
}


def derivations(size_book: Book, on: date) -> dict[str, Derivation]:
    """How to compute `enterprise_size`, `rd_ratio` and `rd_ratio_3y` when they are not given, on one day."""
    found: dict[str, Derivation] = {
        name: partial(_ratio, name, above, below) for name, (above, below) in _RATIOS.items()
    }
    return {SIZE: partial(_size, size_book.tables["industries"], _in_force(size_book, on)), **found}


def facts_on(vocabulary: Vocabulary, given: Mapping[str, Value], on: date) -> Facts:
    """Facts with those that follow from them, where the vocabulary is the company's."""
    if SIZE not in vocabulary:
        return Facts(vocabulary, given)
    return Facts(vocabulary, given, derivations(load_book("enterprise-size"), on))


def _in_force(size_book: Book, on: date) -> bool:
    return any(on in rule.span for rule in size_book.rules)


def _ratio(name: str, above: str, below: str, facts: Facts) -> Value | Lacking:
    part, whole = _figure(facts, above), _figure(facts, below)
    if part is None or whole is None:
        return Lacking(frozenset(n for n, v in ((above, part), (below, whole)) if v is None))
    if whole == 0:
        return Lacking(frozenset((name,)))
    return exact(Fraction(part) / Fraction(whole))


def _figure(facts: Facts, name: str) -> Number | None:
    """The value of an attribute that is a number."""
    return cast("Number | None", facts.value(name))


def _size(industries: Any, in_force: bool, facts: Facts) -> Value | Lacking:
    code = facts.value("industry_code")
    if code is None:
        return Lacking(frozenset(("industry_code",)))
    row = _row(industries, str(code)) if in_force else None
    if row is None:
        return Lacking(frozenset((SIZE,)))
    bounds = row["indicators"]
    values = {name: _figure(facts, name) for name in bounds}
    absent = frozenset(name for name, value in values.items() if value is None)
    for size in _CLASSES:
        met = _met(size, bounds, values)
        if met is None:
            return Lacking(absent)
        if met:
            return size
    return "micro"


def _row(industries: Any, code: str) -> Mapping[str, Any] | None:
    """The row whose code prefix is the longest that fits."""
    fitting = [(len(prefix), row) for row in industries for prefix in row["codes"] if code.startswith(prefix)]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _met(size: str, bounds: Mapping[str, Any], values: Mapping[str, Number | None]) -> bool | None:
    """Whether every lower bound of a class is met; None while an absent figure leaves it open."""
    open_bound = False
    for name, limits in bounds.items():
        limit: Number = exact(limits[f"{size}_ge"])
        value = values[name]
        if value is None:
            open_bound = True
        elif value < limit:
            return False
    return None if open_bound else True
