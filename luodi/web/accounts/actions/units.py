"""What changes the tree of units."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from luodi.errors import BadInput
from luodi.web.accounts.actions.roles import end_role
from luodi.web.accounts.forms.units import CloseUnit, MoveUnit, NewUnit, UnitForm
from luodi.web.accounts.models import Membership, Unit, User
from luodi.web.core.actions import Changed, Created, Unchanged, action
from luodi.web.core.forms import ActionForm


def _trees(unit: Unit, parent: Unit | None = None) -> Iterator[Unit]:
    """A unit, and the roots of the trees that a change of it concerns: nobody moves another of theirs meanwhile."""
    yield unit
    roots = {int(one.path.split("/")[1]) for one in (unit, parent) if one is not None}
    yield from Unit.objects.filter(pk__in=roots)


def _root_of(kind: str, name_zh: str, name_en: str, parent: Unit | None = None) -> Iterable[Unit]:
    return () if parent is None else _trees(parent)


@action("add", model=Unit, form=NewUnit, permission="change", creates=True, locks=_root_of)
def add_unit(kind: str, name_zh: str, name_en: str, parent: Unit | None = None) -> Created:
    """A unit below another, or a root. Raises `BadInput` below one that closes."""
    above = _open(parent)
    unit = Unit(kind=kind, name_zh=name_zh, name_en=name_en, parent=above, path=f"new {secrets.token_hex(8)}")
    unit.save()
    unit.path = f"{above.path if above else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return Created(unit)


def _open(parent: Unit | None) -> Unit | None:
    """As it is now. Raises `BadInput` where it closes."""
    if parent is None:
        return None
    parent.refresh_from_db()
    if parent.closes:
        raise BadInput("accounts.unit-closes", unit=str(parent), day=parent.closes.isoformat())
    return parent


@action("rename", model=Unit, form=UnitForm, permission="change")
def rename_unit(unit: Unit, kind: str, name_zh: str, name_en: str) -> Changed | Unchanged:
    if (unit.kind, unit.name_zh, unit.name_en) == (kind, name_zh, name_en):
        return Unchanged()
    return Changed({"kind": kind, "name_zh": name_zh, "name_en": name_en})


@action("move", model=Unit, form=MoveUnit, permission="change", locks=_trees)
def move_unit(unit: Unit, parent: Unit | None) -> Changed | Unchanged:
    """Below another unit, or to the top; all that stands below comes along. Raises `BadInput` for a place below
    itself, or below a unit that closes."""
    above = _open(parent)
    if above is not None and above.path.startswith(unit.path):
        raise BadInput("accounts.below-itself")
    if unit.parent_id == (above.pk if above else None):
        return Unchanged()
    new = f"{above.path if above else '/'}{unit.pk}/"
    for one in Unit.objects.filter(path__startswith=unit.path).exclude(pk=unit.pk):
        one.path = new + one.path.removeprefix(unit.path)
        one.save(update_fields=["path"])
    return Changed({"parent": above, "path": new})


@action("close", model=Unit, form=CloseUnit, permission="change")
def close_unit(unit: Unit, day: date, reason: str = "", *, actor: User | None, at: datetime) -> Changed | Unchanged:
    """From `day` on the unit and those below it are no more: their roles end with it. What they hold stays, for those
    above. Raises `BadInput` for a day that is past, or where somebody would end a role of their own."""
    if day < timezone.localdate(at):
        raise BadInput("accounts.day-past")
    for one in unit.children.filter(Q(closes=None) | Q(closes__gt=day)).order_by("path"):
        close_unit(one, day, reason, by=actor, at=at)
    for held in Membership.objects.filter(unit=unit).exclude(ends__lte=day).order_by("pk"):
        end_role(held, day, reason, by=actor, at=at)
    return Unchanged() if unit.closes is not None and unit.closes <= day else Changed({"closes": day}, reason=reason)


@action("reopen", model=Unit, form=ActionForm, permission="change", fits=lambda unit: unit.closes is not None)
def reopen_unit(unit: Unit) -> Changed | Unchanged:
    """It goes on; roles that ended are given anew. Raises `BadInput` while the unit above it is closed."""
    _open(unit.parent)
    return Unchanged() if unit.closes is None else Changed({"closes": None})
