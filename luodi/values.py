"""Exact figures: percent and money that cannot be confused, and numbers read from their text."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

from luodi.errors import BadInput, LuodiError, WrongType

_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?", re.ASCII)
_MAX_DIGITS: Final = 40

Number = int | Fraction


def exact(text: object) -> Number:
    """The number a text stands for: an int where it is whole, else an exact fraction.

    Floats are refused: `0.1` may already be rounded. JSON readers hand their number text over instead.
    """
    if isinstance(text, bool | float):
        raise WrongType("values.may-already-rounded", text=text, name=type(text).__name__)
    if isinstance(text, int):
        return text
    if isinstance(text, Fraction):
        return text.numerator if text.denominator == 1 else text
    word = str(text).strip()
    if len(word) > _MAX_DIGITS or not _NUMBER.fullmatch(word):
        raise WrongType("values.not-plain-number-such-55", word=word[:60])
    value = Fraction(word)
    return value.numerator if value.denominator == 1 else value


def plain(value: Number) -> str:
    """Decimal text of an exact number, `1/3` where no decimal ends."""
    if isinstance(value, int):
        return str(value)
    twos = fives = 0
    rest = value.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def as_json_number(value: Number) -> int | float:
    """A number for a JSON document: an int, or the nearest double of an exact fraction."""
    return value if isinstance(value, int) else float(value)


@dataclass(frozen=True, slots=True, order=True)
class Percent:
    """A share in percent, its own type, so that 55 %, the number 55 and the ratio 0.55 stay apart.

    `Percent("55")` and `Percent.from_ratio("0.55")` are the same. Floats are refused.
    """

    value: Number

    def __init__(self, value: object) -> None:
        object.__setattr__(self, "value", exact(value))

    @classmethod
    def from_ratio(cls, ratio: object) -> "Percent":
        return cls(Fraction(exact(ratio)) * 100)

    @property
    def ratio(self) -> Number:
        return exact(Fraction(self.value) / 100)

    def __str__(self) -> str:
        return f"{plain(self.value)} %"


class MixedCurrencies(LuodiError):
    code = "mixed-currencies"

    def __init__(self, left: "Money", right: "Money") -> None:
        super().__init__("values.mixed-currencies", left=str(left), right=str(right))


@cache
def _currencies() -> frozenset[str]:
    from babel.core import get_global

    return frozenset(
        code for rows in get_global("territory_currencies").values() for code, _, end, is_tender in rows if is_tender
    )


def check_currency(code: str) -> str:
    """A currency that is or was money somewhere (ISO 4217), such as CNY. Raises `BadInput`."""
    if code not in _currencies():
        raise BadInput("values.not-currency-code-such-cny", currency=code[:40], at="currency")
    return code


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount with its currency (ISO 4217); sums and comparisons keep to one currency."""

    amount: Number
    currency: str = "CNY"

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", exact(self.amount))
        if not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise BadInput("values.not-currency-code-such-cny", currency=self.currency)

    def _same(self, other: "Money") -> None:
        if other.currency != self.currency:
            raise MixedCurrencies(self, other)

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        return not other < self

    def __str__(self) -> str:
        whole = plain(self.amount)
        head, _, tail = whole.partition(".")
        grouped = f"{int(head):,}" if "/" not in head else head
        return f"{self.currency} {grouped}{'.' + tail if tail else ''}"
