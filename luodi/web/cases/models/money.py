"""Money as a case keeps it: never an amount alone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.values import check_currency

MOST = 10**15
FIRST_DAY, LAST_DAY = date(1979, 1, 1), date(2099, 12, 31)


class Kind(StrEnum):
    """What the amount is of."""

    INVESTMENT = "investment"
    CAPITAL = "registered_capital"
    RESEARCH = "research_spending"


@dataclass(frozen=True)
class Money:
    """A whole amount of a currency (ISO 4217) with what it is of, its day, and whether it is estimated or actual."""

    amount: int
    currency: str
    kind: str
    as_of: date
    is_actual: bool = False
    kinds: ClassVar[type[StrEnum]] = Kind  # what the amount may be of; another app has others

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= MOST:
            raise OutOfRange("cases.amount-lies-between-0", most=MOST, at="amount")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise UnknownValue("cases.currency-written-three-capital-letters", at="currency")
        check_currency(self.currency)
        if self.kind not in set(self.kinds):
            raise UnknownValue("cases.no-kind-amount", kind=self.kind, kinds=self.kinds, at="kind")
        if not self.as_of:
            raise MissingKey("cases.amount-day", at="as_of")
        if not FIRST_DAY <= self.as_of <= LAST_DAY:
            raise OutOfRange("cases.amount-day-not-sensible", first=FIRST_DAY.year, last=LAST_DAY.year, at="as_of")
