"""One company on one day: what is given, and what follows when it is absent (`derivations` in company-profile.yaml)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, Final

Value = Any
SIZE: Final = "enterprise_size"
RATIOS: Final = {
    "rd_ratio": ("rd_expense", "operating_revenue"),
    "rd_ratio_3y": ("rd_expense_3y", "sales_revenue_3y"),
}
CLASSES: Final = ("large", "medium", "small")


@cache
def figure(text: str) -> int | Fraction:
    """A number of the facts, exact; each is read once, and most are whole."""
    return exact(Fraction(text))


def exact(value: int | Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived value, or the names to ask for in its place. `row` is the line of the size table that applies."""

    value: Value = None
    lacking: frozenset[str] = frozenset()
    row: str | None = None


class SizeTable:
    """`sme_size_standard` of policies.yaml."""

    def __init__(self, industries: Sequence[Mapping[str, Any]]) -> None:
        self.prefixes = {prefix: row for row in industries for prefix in row["gb_t_4754_2017"]}

    def row(self, code: str) -> Mapping[str, Any] | None:
        """The row whose code prefix is longest."""
        fitting = [prefix for prefix in self.prefixes if code.startswith(prefix)]
        return self.prefixes[max(fitting, key=len)] if fitting else None

    def size(self, given: Mapping[str, Value]) -> Derived:
        """Walk large, medium, small: the first class met decides, an open class ends the walk, else micro."""
        code = given.get("industry_code")
        if code is None:
            return Derived(lacking=frozenset(("industry_code",)))
        row = self.row(code)
        if row is None:
            return Derived(lacking=frozenset((SIZE,)))
        for size in CLASSES:
            met = _met(row["indicators"], size, given)
            if met is None:
                absent = frozenset(name for name in row["indicators"] if given.get(name) is None)
                return Derived(lacking=absent, row=row["id"])
            if met:
                return Derived(size, row=row["id"])
        return Derived("micro", row=row["id"])


def _met(indicators: Mapping[str, Any], size: str, given: Mapping[str, Value]) -> bool | None:
    """Met when every bound is met, failed when one known figure is below it, else open."""
    bounds = {name: figure(limits[f"{size}_ge"]) for name, limits in indicators.items()}
    if any(given.get(name) is not None and given[name] < bound for name, bound in bounds.items()):
        return False
    return True if all(given.get(name) is not None for name in bounds) else None


def _ratio(name: str, given: Mapping[str, Value]) -> Derived:
    above, below = RATIOS[name]
    absent = frozenset(part for part in (above, below) if given.get(part) is None)
    if absent:
        return Derived(lacking=absent)
    if given[below] == 0:
        return Derived(lacking=frozenset((name,)))
    return Derived(Fraction(given[above]) / Fraction(given[below]))


@dataclass(frozen=True)
class Company:
    """Given facts, typed; absent and null are the same. `day` is the as-of date."""

    given: Mapping[str, Value]
    day: date
    sizes: SizeTable

    def value(self, name: str) -> Value:
        """The value, or None where it is not known. A derived value never replaces a given one."""
        found = self.given.get(name)
        return found if found is not None else self._derived(name).value

    def lacking(self, name: str) -> frozenset[str]:
        """What to ask for when `name` is not known."""
        return self._derived(name).lacking or frozenset((name,))

    def _derived(self, name: str) -> Derived:
        if name == SIZE:
            return self.sizes.size(self.given)
        return _ratio(name, self.given) if name in RATIOS else Derived()
