"""What is kept about people and for how long, as data beside each model: `personal = Personal(..)`.

A test fails for a model that looks as if it held something about a person and says nothing of it here. `retention` acts
on what this page declares: it gives people what is theirs, erases it when they ask, and erases what is over.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db.models import EmailField, GenericIPAddressField, Model, Q

from luodi.web.core.policy import ITSELF, every_model

YEAR: Final = timedelta(days=365)


@dataclass(frozen=True)
class Personal:
    """Rows about a person, kept for `term` after the day or moment that the lookup `since` names.

    `owner` is a lookup to the user they are about, None where that person has no account; `also` a second user;
    `address` the field with an address by which they are found. `where` leaves out rows that are not over yet,
    `or_since` is the lookup where `since` leads to nothing, `spared` names a function `(row) -> bool` of rows that stay
    though their term is over. `secret` are fields that are given to nobody. `erase` names a function
    `(row, at=) -> None` that takes the row away with what hangs on it, as `module.function`; without one the row is
    deleted.
    """

    owner: str | None
    term: timedelta
    since: str
    also: str | None = None
    address: str | None = None
    where: Q = field(default_factory=Q)
    secret: tuple[str, ...] = ()
    erase: str = ""
    or_since: str = ""
    spared: str = ""


@dataclass(frozen=True)
class Account:
    """Rows that live as long as the account that `owner` leads to, and go with it."""

    owner: str = ITSELF
    secret: tuple[str, ...] = ()
    erase: str = ""


@dataclass(frozen=True)
class With:
    """Rows that live as long as another one, which `row` leads to."""

    row: str


@dataclass(frozen=True)
class Kept:
    """Rows without a term, and why, in both languages."""

    zh: str
    en: str
    address: str | None = None
    owner: str | None = None


Rule = Personal | Account | With | Kept
_FOREIGN: Final[dict[str, Rule]] = {}


def register(label: str, rule: Rule) -> None:
    """The rule for the model of another package."""
    _FOREIGN[label.lower()] = rule


def rule_of(model: type[Model]) -> Rule | None:
    """None for a model that holds nothing about people."""
    found: object = model.__dict__.get("personal") or _FOREIGN.get(model._meta.label_lower)
    return found if isinstance(found, Rule) else None


def rules() -> dict[type[Model], Rule]:
    """Every model with a rule, by its label."""
    found = ((model, rule_of(model)) for model in sorted(every_model(), key=lambda one: one._meta.label))
    return {model: rule for model, rule in found if rule is not None}


def looks_personal(model: type[Model]) -> bool:
    """Has it an address, a network address or a person among its fields, or fields that the journal leaves out?"""
    fields = model._meta.concrete_fields
    return bool(
        getattr(model, "not_in_journal", ())
        or any(isinstance(one, EmailField | GenericIPAddressField) for one in fields)
        or any(one.related_model is not None and one.related_model._meta.label == "accounts.User" for one in fields)
    )
