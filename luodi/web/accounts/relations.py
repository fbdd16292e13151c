"""What becomes of rows about a company when two companies turn out to be one, as data beside each model:

    of_company = {"company": OfCompany(Merging.MOVE, Keeping.WITH_COMPANY)}

by the name of each field that leads to a company. A test walks every relation there is and fails for one that nobody
has decided on; a merge refuses to run while there is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db.models import Field, Model

from luodi.web.core.policy import every_model

COMPANY: Final = "accounts.Company"


class Merging(StrEnum):
    MOVE = "move"  # goes along to the company that is kept, and comes back when the merge is undone
    STAY = "stay"  # stays with the company that is given up, as a record of what was
    MADE_ANEW = "made_anew"  # an index, made again from what moved


class Keeping(StrEnum):
    WITH_COMPANY = "with_company"  # as long as the company
    BY_RULE = "by_rule"  # as long as `personal` beside the model says
    RECORD = "record"  # a record of what was decided: as long as the site


@dataclass(frozen=True)
class OfCompany:
    """`unless`: fields in which no two rows of a company may agree; a row that would is left with the one given up."""

    merge: Merging
    keep: Keeping
    unless: tuple[str, ...] = ()


def relations() -> Iterator[tuple[type[Model], Field]]:
    """Every field of every model that leads to a company, by label and name."""
    for model in sorted(every_model(), key=lambda one: one._meta.label):
        for field in model._meta.concrete_fields:
            if field.related_model is not None and field.related_model._meta.label == COMPANY:
                yield model, field


def decision_of(model: type[Model], field: Field) -> OfCompany | None:
    """None where nobody has decided."""
    declared: object = model.__dict__.get("of_company", {})
    found = declared.get(field.name) if isinstance(declared, dict) else None
    return found if isinstance(found, OfCompany) else None
