"""The registry of actions, and the one way in which an action is performed.

    @action("end", model=LandingCase, form=EndForm, permission="end")
    def end_case(case: LandingCase, end: End, reason: str, *, at: datetime, lost_to: str = "") -> Changed:
        return Changed({"end": ended(End(case.end), end), "ended": localdate(at)}, reason=reason)

    end_case(case, End.LOST, "the price", by=user, at=now(), key=key, version=3)     # in Python
    end_case.submit(form, case, by=user, at=now())                                   # from a page or the API

The function decides and names what changes; its parameters are called as the fields of the form. `perform` brings the
rest, in one transaction: the lock, the permission, the key, the version, the journal with before and after, and the
notices. Nothing is stored where the function raises.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache, partial, update_wrapper
from importlib import import_module
from typing import Any, Final, Generic, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Model

from luodi.web.core.errors import KeyReused, NotFound, NotPermitted, StaleVersion
from luodi.web.core.forms import ActionForm
from luodi.web.core.journal import last_entries, write
from luodi.web.core.keys import find_key
from luodi.web.core.models import ActionKey
from luodi.web.core.permissions import may, require
from luodi.web.core.snapshots import snapshot

Notify = Callable[[Any], object]


@dataclass(frozen=True)
class Changed:
    """New values of the record. `details` are what the journal says beside them; `notify` is called with the record
    once it is saved, in the transaction; `entry` names the journal's entry where the action has several."""

    values: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    entry: str = ""
    notify: Notify | None = None


@dataclass(frozen=True)
class Created:
    """A new record, saved by the function."""

    record: Model
    details: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    notify: Notify | None = None


@dataclass(frozen=True)
class Deleted:
    """The record is to be deleted."""

    reason: str = ""
    notify: Notify | None = None


class Action:
    """What somebody can do with a record of `model`, or the making of one.

    `form` reads what a page or a program sends, `permission` is an act of `accounts.access`; an action without both is
    automatic, and no person may do it. `parent` is the record to which a new one is added; `fits(record)` says whether
    the state of a record allows the action. `entries` are the names under which the journal keeps it.
    """

    def __init__(
        self,
        name: str,
        function: Callable[..., Changed | Created | Deleted],
        *,
        model: type[Model],
        form: Any = None,
        permission: str = "",
        parent: type[Model] | None = None,
        creates: bool = False,
        parent_permits: bool = False,
        fits: Callable[[Any], bool] = lambda _: True,
        entries: Iterable[str] = (),
    ) -> None:
        self.name, self.function, self.model, self.form, self.permission = name, function, model, form, permission
        self.parent, self.creates, self.parent_permits = parent, creates or parent is not None, parent_permits
        self.fits, self.entries = fits, tuple(entries) or (name,)
        self.id = f"{(parent or model)._meta.label}.{name}"
        self._parameters = tuple(inspect.signature(function).parameters)
        update_wrapper(self, function)

    def __repr__(self) -> str:
        return f"<action {self.id}>"

    @property
    def is_automatic(self) -> bool:
        return not self.permission

    @property
    def target(self) -> type[Model]:
        """What it is offered on."""
        return self.parent or self.model

    def __call__(
        self, *args: Any, by: Any, at: datetime, key: str = "", version: int | None = None, **data: Any
    ) -> Any:
        """Perform it; the record as it is then. `by` None is the site itself. See `perform`."""
        return perform(self, *args, by=by, at=at, key=key, version=version, **data)

    def submit(self, form: Any, *args: Any, by: Any, at: datetime, **more: Any) -> Any:
        """Perform it with the fields of a valid form that the function takes beside `args`."""
        names, sent = self._parameters[len(args) :], form.cleaned_data
        given = {name: value for name, value in form.arguments().items() if name in names}
        return self(*args, by=by, at=at, key=sent["key"], version=sent.get("version"), **given, **more)

    def run(self, *args: Any, by: Any, at: datetime, **data: Any) -> Changed | Created | Deleted:
        """The function itself, with who acts and when if it asks for them."""
        who = {name: value for name, value in (("actor", by), ("at", at)) if name in self._parameters}
        return self.function(*args, **who, **data)

    def was_done(self, key: str) -> bool:
        """Whether this key had its effect by this action."""
        return bool(key) and ActionKey.objects.filter(key=key, action=self.id).exists()

    def is_open_to(self, user: Any, record: Any) -> bool:
        """Whether somebody may do it with a record as it stands."""
        return self.fits(record) and may(user, self.permission, record)


REGISTRY: Final[dict[str, Action]] = {}


def action(name: str, *, model: type[Model], **more: Any) -> Callable[[Callable[..., Any]], Action]:
    """Register a function as an action; `more` are the arguments of `Action`."""

    def register(function: Callable[..., Changed | Created | Deleted]) -> Action:
        made = Action(name, function, model=model, **more)
        if made.id in REGISTRY:
            raise ValueError(f"there are two actions {made.id}")
        REGISTRY[made.id] = made
        return made

    return register


Member = TypeVar("Member", bound=StrEnum)


class Actions(Generic[Member]):
    """One action for each member of an enum, called with the record and the member: `settle(promise, Act.KEEP, ..)`."""

    def __init__(self, actions: Mapping[Member, Action]) -> None:
        self._actions = actions

    def __getitem__(self, member: Member) -> Action:
        return self._actions[member]

    def __call__(self, record: Any, member: Member, *args: Any, **more: Any) -> Any:
        return self._actions[member](record, *args, **more)


def action_for_each(
    members: Iterable[Member],
    *,
    model: type[Model],
    permission: Callable[[Member], str],
    form: Callable[[Member], type[ActionForm]],
    fits: Callable[[Member, Any], bool] = lambda *_: True,
) -> Callable[[Callable[..., Changed]], Actions[Member]]:
    """Register one action for each member, named by its value; the function gets the member as `act`."""

    def register(function: Callable[..., Changed]) -> Actions[Member]:
        made = {}
        for one in members:
            options = {"permission": permission(one), "form": form(one), "fits": partial(fits, one)}
            made[one] = action(one.value, model=model, **options)(partial(function, act=one))
        return Actions(made)

    return register


@cache
def load() -> Mapping[str, Action]:
    """The registry, once the actions of every app are imported."""
    for app in settings.LUODI_APPS:
        path = import_module(f"luodi.web.{app}").__path__
        for module in pkgutil.iter_modules(path, f"luodi.web.{app}."):
            if module.name.rpartition(".")[2].startswith("actions"):
                _load_actions(module.name)
    return REGISTRY


def _load_actions(name: str) -> None:
    """A module of actions, or a package of such modules."""
    for module in pkgutil.iter_modules(getattr(import_module(name), "__path__", ()), f"{name}."):
        _load_actions(module.name)


def actions_on(*models: type[Model], app: str = "") -> dict[str, Action]:
    """By name, what people can do with a record of these models; `app` leaves out what other apps add to them."""
    return {
        one.name: one
        for one in load().values()
        if any(issubclass(model, one.target) for model in models)
        and not one.is_automatic
        and (one.parent is not None or not one.creates)
        and app in ("", one.model._meta.app_label)
    }


def open_to(user: Any, record: Model) -> list[str]:
    """The actions that somebody may do with a record as it stands."""
    return [name for name, one in actions_on(type(record)).items() if one.is_open_to(user, record)]


# ---- performing


def perform(action: Action, *args: Any, by: Any, at: datetime, key: str, version: int | None, **data: Any) -> Any:
    """Lock, permit, look for the key, compare the version, decide, save, write down, notify; the record as it is then.

    Raises `NotPermitted`, `KeyReused`, `StaleVersion`, and what the function raises; then nothing has changed. A new
    record is made once for each key. Where somebody else stored the same meanwhile the function is asked once more: it
    finds that now, and says what is wrong.
    """
    if by is not None and action.is_automatic:
        raise NotPermitted("core.site-does-this-by-itself")
    if not action.creates:
        record, *rest = args
        with transaction.atomic():
            return _change(action, record, rest, by, at, key, version, data)
    try:
        with transaction.atomic():
            return _create(action, args, by, at, key, data)
    except IntegrityError:  # two at once: the other one came first
        with transaction.atomic():
            return _create(action, args, by, at, key, data)


def _change(
    action: Action,
    record: Any,
    args: list[Any],
    by: Any,
    at: datetime,
    key: str,
    version: int | None,
    data: Mapping[str, Any],
) -> Any:
    locked = type(record)._base_manager.select_for_update().filter(pk=record.pk).first()
    if locked is None:
        raise NotFound("core.no-such-record", what=record._meta.verbose_name)
    if by is not None:
        require(by, action.permission, locked)
    done = find_key(key, action.id, by)
    if done is not None:
        if done.target != _target(locked):
            raise KeyReused
        return locked
    found = getattr(locked, "version", None)
    if version is not None and found is not None and version != found:
        raise StaleVersion(str(record._meta.verbose_name), version=found, since=last_entries(locked, found - version))
    before = snapshot(locked)
    made = action.run(locked, *args, by=by, at=at, **data)
    _spend(key, action, locked, by, at)
    if isinstance(made, Deleted):
        write(action.entries[0], locked, by=by, before=before, reason=made.reason, at=at)
        locked.delete()
    else:
        assert isinstance(made, Changed)
        _save(locked, {**made.values, **({} if found is None else {"version": found + 1})}, at)
        _write_change(action, locked, before, made, by, at)
    if made.notify is not None:
        made.notify(locked)
    return locked


def _create(action: Action, args: tuple[Any, ...], by: Any, at: datetime, key: str, data: Mapping[str, Any]) -> Any:
    if by is not None and action.parent_permits:
        require(by, action.permission, args[0])
    done = find_key(key, action.id, by)
    made = None if done is not None else _made(action, args, by, at, data)
    record: Any = made.record if made is not None else _record_of(done)
    if by is not None and not action.parent_permits and record is not None:
        require(by, action.permission, record)
    if made is None:
        return record
    _spend(key, action, record, by, at)
    write(action.entries[0], record, by=by, after={**snapshot(record), **made.details}, reason=made.reason, at=at)
    if made.notify is not None:
        made.notify(record)
    return record


def _made(action: Action, args: tuple[Any, ...], by: Any, at: datetime, data: Mapping[str, Any]) -> Created:
    if action.parent is not None:
        type(args[0])._base_manager.select_for_update(no_key=True).filter(pk=args[0].pk).first()
    made = action.run(*args, by=by, at=at, **data)
    assert isinstance(made, Created)
    return made


def _record_of(done: Any) -> Model | None:
    model, _, number = done.target.partition(" ")
    return apps.get_model(model)._base_manager.filter(pk=number).first()


def _target(record: Model) -> str:
    return f"{record._meta.label} {record.pk}"


def _spend(key: str, action: Action, record: Model, by: Any, at: datetime) -> None:
    if key:
        ActionKey.objects.create(key=key, person=by, action=action.id, target=_target(record), at=at)


def _save(record: Any, values: dict[str, Any], at: datetime) -> None:
    if any(field.name == "changed" for field in record._meta.concrete_fields):
        values = {**values, "changed": at}
    for name, value in values.items():
        setattr(record, name, value)
    record.save(update_fields=list(values))


def _write_change(action: Action, record: Model, before: dict[str, Any], made: Changed, by: Any, at: datetime) -> None:
    after = snapshot(record)
    changed = [name for name in after if before.get(name) != after[name]]
    write(
        made.entry or action.entries[0],
        record,
        by=by,
        before={name: before.get(name) for name in changed},
        after={**{name: after[name] for name in changed}, **made.details},
        reason=made.reason,
        at=at,
    )
