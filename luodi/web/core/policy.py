"""How the rows of a model are owned and who may do what to them, as data beside the model: `policy = Policy(..)`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.apps import apps
from django.db.models import Model, Q

from luodi.web.core.roles import Who

#: The row itself, where others name a path: the owner of a `User` is that user.
ITSELF: Final = "."


@dataclass(frozen=True)
class Policy:
    """Paths from a row to its owners, and the acts with those who may do them.

    `user`, `company`, `unit`: lookups such as `case__unit`; left out, rows have no such owner.
    `public`: which rows `Standing.ANYBODY` reaches; all of them if left out.
    `acts`: such as `{"see": frozenset({Standing.OWNER})}`; an act that is not named is nobody's.
    A role of a unit reaches the rows of that unit and of those below it, or every row where the model has no unit;
    a role of a company those of that company.
    `where`: the rows that any of this reaches, such as those that a company has been shown; all of them if left out.
    `about_user`, `about_unit`: whom a row is about, such as a complaint. No role of a unit shows it to them, to those
    who work in that unit, or to whoever stands in for one of them.
    `beside`: other owners of the same rows, with acts and `where` of their own.
    """

    acts: Mapping[str, frozenset[Who]] = field(default_factory=dict)
    user: str | None = None
    company: str | None = None
    unit: str | None = None
    public: Q = field(default_factory=Q)
    where: Q = field(default_factory=Q)
    about_user: str | None = None
    about_unit: str | None = None
    beside: "Policy | None" = None

    @property
    def all_acts(self) -> dict[str, frozenset[Who]]:
        """Every act with all who may do it, on whatever rows."""
        more = self.beside.all_acts if self.beside else {}
        none: frozenset[Who] = frozenset()
        return {act: self.acts.get(act, none) | more.get(act, none) for act in {**self.acts, **more}}


#: Kept for the machinery alone: no page or endpoint shows its rows, whoever asks.
NOBODY: Final = Policy()

#: Models of other packages, which cannot carry an attribute of ours.
_FOREIGN: Final[dict[str, Policy]] = {}


def register(label: str, policy: Policy) -> None:
    """How the rows of another package's model are owned: `register("sessions.Session", NOBODY)`."""
    _FOREIGN[label.lower()] = policy


def policy_of(model: type[Model]) -> Policy:
    """Raises `LookupError` for a model that nobody has decided on."""
    found: object = model.__dict__.get("policy") or _FOREIGN.get(model._meta.label_lower)
    if not isinstance(found, Policy):
        raise LookupError(f"{model._meta.label} says nothing of who owns its rows: give it `policy = Policy(..)`")
    return found


def every_model() -> list[type[Model]]:
    """All that have a table, those between two others included."""
    return [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
