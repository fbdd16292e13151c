"""Money of a demand, a need or an intent: never an amount alone."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from luodi.web.cases.models import money as cases_money
from luodi.web.core.types import Json


class MoneyKind(StrEnum):
    """What the amount is of."""

    BUDGET = "budget"
    PRICE = "price"
    CAPITAL = "capital"
    INTENT = "intent"
    CONTRACT = "contract"


@dataclass(frozen=True)
class Money(cases_money.Money):
    """Money as a case has it, of a demand, a need or an intent."""

    kinds: ClassVar[type[StrEnum]] = MoneyKind

    def columns(self) -> dict[str, object]:
        """The fields of `Priced`."""
        return {
            "amount": self.amount,
            "currency": self.currency,
            "amount_kind": self.kind,
            "amount_as_of": self.as_of,
        }

    def as_json(self) -> Json:
        return {
            "amount": self.amount,
            "currency": self.currency,
            "kind": self.kind,
            "as_of": self.as_of.isoformat(),
        }


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
