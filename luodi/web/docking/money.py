"""Money of a demand, a need or an intent: never an amount alone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Q

from luodi.errors import MissingKey, OutOfRange, UnknownValue

MOST = 10**15


class MoneyKind(StrEnum):
    """What the amount is of."""

    BUDGET = "budget"
    PRICE = "price"
    CAPITAL = "capital"
    INTENT = "intent"
    CONTRACT = "contract"


@dataclass(frozen=True)
class Money:
    """A whole amount of a currency (ISO 4217), what it is of, and its day."""

    amount: int
    currency: str
    kind: str
    as_of: date

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= MOST:
            raise OutOfRange(f"an amount lies between 0 and {MOST}", at="amount")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise UnknownValue("a currency is written as three capital letters, such as CNY", at="currency")
        if self.kind not in set(MoneyKind):
            raise UnknownValue(f"`{self.kind}` is no kind of amount ({', '.join(MoneyKind)})", at="amount_kind")
        if not self.as_of:
            raise MissingKey("an amount has the day on which it was so", at="as_of")

    def columns(self) -> dict[str, Any]:
        """The fields of `Priced`."""
        return {
            "amount": self.amount, "currency": self.currency, "amount_kind": self.kind, "amount_as_of": self.as_of,
        }  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        return {
            "amount": self.amount, "currency": self.currency, "kind": self.kind, "as_of": self.as_of.isoformat(),
        }  # fmt: skip


class Priced(models.Model):
    """A row with an amount, or without one; never with half of one."""

    amount = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    amount_kind = models.CharField(max_length=10, blank=True)
    amount_as_of = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def money(self) -> Money | None:
        if self.amount is None or self.amount_as_of is None:
            return None
        return Money(self.amount, self.currency, self.amount_kind, self.amount_as_of)


def whole(name: str) -> models.CheckConstraint:
    """For the `constraints` of a `Priced` model."""
    return models.CheckConstraint(
        name=f"{name}_amount_is_whole",
        condition=Q(amount=None) | (~Q(currency="") & ~Q(amount_kind="") & Q(amount_as_of__isnull=False)),
    )
