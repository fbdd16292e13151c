"""Changing the tree of units: one function an act, each written down."""

from datetime import date
from typing import Any

from django.db import transaction

from luodi.errors import BadInput
from luodi.web.accounts.actions import end_role
from luodi.web.accounts.models import Membership, Unit, User
from luodi.web.core.permissions import require
from luodi.web.core.snapshots import snapshot
from luodi.web.journal.actions import write


@transaction.atomic
def rename_unit(unit: Unit, *, kind: str, name_zh: str, name_en: str, by: User | None = None) -> Unit:
    return _changed(_locked(unit, by), "rename", by, kind=kind, name_zh=name_zh, name_en=name_en)


@transaction.atomic
def move_unit(unit: Unit, parent: Unit | None, *, by: User | None = None) -> Unit:
    """Below another unit, or to the top; all that stands below comes along. Raises `BadInput` for a place below
    itself, or below a unit that closes."""
    units = {one.pk: one for one in Unit.objects.select_for_update().order_by("pk")}  # nobody moves another meanwhile
    unit, parent = units[unit.pk], units[parent.pk] if parent else None
    if by is not None:
        require(by, "change", unit)
    if parent is not None and parent.path.startswith(unit.path):
        raise BadInput("accounts.below-itself")
    if parent is not None and parent.closes:
        raise BadInput("accounts.unit-closes", unit=parent.name_zh, day=parent.closes.isoformat())
    if unit.parent_id == (parent.pk if parent else None):
        return unit
    old, before = unit.path, snapshot(unit)
    new = f"{parent.path if parent else '/'}{unit.pk}/"
    for one in units.values():
        if one.path.startswith(old):
            Unit.objects.filter(pk=one.pk).update(path=new + one.path[len(old) :])
    unit.parent, unit.path = parent, new
    unit.save(update_fields=["parent"])
    write("move", unit, by=by, before=before, after=snapshot(unit))
    return unit


@transaction.atomic
def close_unit(unit: Unit, day: date, *, on: date, by: User | None = None, reason: str = "") -> Unit:
    """From `day` on the unit and those below it are no more: their roles end with it. What they hold stays, for those
    above. Raises `BadInput` for a day before `on`, or where somebody would end a role of their own."""
    if day < on:
        raise BadInput("accounts.day-past")
    unit = _locked(unit, by)
    for one in Unit.objects.select_for_update().filter(path__startswith=unit.path).order_by("-path"):
        if one.closes is None or one.closes > day:
            _changed(one, "close", by, reason=reason, closes=day)
    held = Membership.objects.filter(unit__path__startswith=unit.path).exclude(ends__lte=day)
    for role in held.order_by("pk"):
        end_role(role, on=day, by=by, reason=reason)
    unit.refresh_from_db()
    return unit


@transaction.atomic
def reopen_unit(unit: Unit, *, by: User | None = None) -> Unit:
    """It goes on; roles that ended are given anew. Raises `BadInput` while the unit above it is closed."""
    unit = _locked(unit, by)
    above = unit.parent
    if above is not None and above.closes:
        raise BadInput("accounts.unit-closes", unit=above.name_zh, day=above.closes.isoformat())
    return _changed(unit, "reopen", by, closes=None)


def _locked(unit: Unit, by: User | None) -> Unit:
    found: Unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if by is not None:
        require(by, "change", found)
    return found


def _changed(unit: Unit, act: str, by: User | None, *, reason: str = "", **fields: Any) -> Unit:
    before = snapshot(unit)
    for name, value in fields.items():
        setattr(unit, name, value)
    after = snapshot(unit)
    if before != after:
        unit.save(update_fields=list(fields))
        write(act, unit, by=by, before=before, after=after, reason=reason)
    return unit
