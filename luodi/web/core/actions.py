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
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cache, partial, update_wrapper
from importlib import import_module
from typing import Any, Final, Generic, TypeAlias, TypeVar

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
from luodi.web.core.record_names import record_name
from luodi.web.core.snapshots import snapshot
from luodi.web.core.types import AnyUser, Json

Notify = Callable[[Any], object]


@dataclass(frozen=True)
class Changed:
    """New values of the record; its version rises and `changed` is now, unless they say so themselves. `details` are
    what the journal says beside them; `notify` is called with the record once it is saved, in the transaction; `entry`
    names the journal's entry where the action has several."""

    values: Mapping[str, object] = field(default_factory=dict)
    details: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    entry: str = ""
    notify: Notify | None = None


@dataclass(frozen=True)
class Created:
    """A new record, saved by the function."""

    record: Model
    details: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    notify: Notify | None = None


@dataclass(frozen=True)
class Deleted:
    """The record is to be deleted. `details` are what the journal says beside what it was. `erase` takes away one that
    is about a person: the journal then keeps nothing of what it said."""

    details: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    notify: Notify | None = None
    erase: Callable[[Any], object] | None = None


@dataclass(frozen=True)
class Unchanged:
    """It is so already: no version, no entry, no notice. `record`: the one that is there, where one was to be made."""

    record: Model | None = None


Outcome: TypeAlias = Changed | Created | Deleted | Unchanged


class Action:
    """What somebody can do with a record of `model`, or the making of one.

    `form` reads what a page or a program sends, `permission` is one that the `policy` of the model names; an action
    without both is automatic, and no person may do it. `parent` is the record to which a new one is added;
    `fits(record)` says whether the state of a record allows the action. `entries` are the names under which the journal
    keeps it.

    `holder(record)`, of a new record `holder(parent)`, is the record that this one is a part of, such as the company of
    a name: it is asked for the permission too, its version is compared, and rises. `locks(*args, **data)` are further
    records that the action reads or changes; all are locked in one order. `around(*args, by=, at=, **data)` is a
    context manager around the transaction, for what takes long; the function gets what it yields as `prepared`.
    """

    def __init__(
        self,
        name: str,
        function: Callable[..., Outcome],
        *,
        model: type[Model],
        form: Any = None,
        permission: str = "",
        parent: type[Model] | None = None,
        creates: bool = False,
        parent_permits: bool = False,
        fits: Callable[[Any], bool] = lambda _: True,
        entries: Iterable[str] = (),
        holder: Callable[[Any], Model] | None = None,
        locks: Callable[..., Iterable[Model]] = lambda *_, **__: (),
        around: Callable[..., AbstractContextManager[object]] | None = None,
    ) -> None:
        self.name, self.function, self.model, self.form, self.permission = name, function, model, form, permission
        self.parent, self.creates, self.parent_permits = parent, creates or parent is not None, parent_permits
        self.fits, self.entries, self.holder, self.locks = fits, tuple(entries) or (name,), holder, locks
        self.around = around
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
        self, *args: object, by: AnyUser, at: datetime, key: str = "", version: int | None = None, **data: object
    ) -> Any:
        """Perform it; the record as it is then. `by` None is the site itself. See `perform`."""
        return perform(self, *args, by=by, at=at, key=key, version=version, **data)

    def submit(self, form: ActionForm, *args: object, by: AnyUser, at: datetime, **more: object) -> Any:
        """Perform it with the fields of a valid form that the function takes beside `args`."""
        names, sent = self._parameters[len(args) :], form.cleaned_data
        given = {name: value for name, value in form.arguments().items() if name in names}
        return self(*args, by=by, at=at, key=sent["key"], version=sent.get("version"), **given, **more)

    def run(self, *args: object, by: AnyUser, at: datetime, **data: object) -> Outcome:
        """The function itself, with who acts and when if it asks for them."""
        who = {name: value for name, value in (("actor", by), ("at", at)) if name in self._parameters}
        return self.function(*args, **who, **data)

    def was_done(self, key: str) -> bool:
        """Whether this key had its effect by this action."""
        return bool(key) and ActionKey.objects.filter(key=key, action=self.id).exists()

    def is_open_to(self, user: AnyUser, record: Any) -> bool:
        """Whether somebody may do it with a record as it stands."""
        return self.fits(record) and may(user, self.permission, record)


REGISTRY: Final[dict[str, Action]] = {}


def action(name: str, *, model: type[Model], **more: Any) -> Callable[[Callable[..., Any]], Action]:
    """Register a function as an action; `more` are the arguments of `Action`."""

    def register(function: Callable[..., Outcome]) -> Action:
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

    def __call__(self, record: Model, member: Member, *args: object, **more: Any) -> Any:
        return self._actions[member](record, *args, **more)


def action_for_each(
    members: Iterable[Member],
    *,
    model: type[Model],
    permission: Callable[[Member], str],
    form: Callable[[Member], type[ActionForm]],
    fits: Callable[[Member, Any], bool] = lambda *_: True,
) -> Callable[[Callable[..., Changed | Unchanged]], Actions[Member]]:
    """Register one action for each member, named by its value; the function gets the member as `act`."""

    def register(function: Callable[..., Changed | Unchanged]) -> Actions[Member]:
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


def open_to(user: AnyUser, record: Model) -> list[str]:
    """The actions that somebody may do with a record as it stands."""
    return [name for name, one in actions_on(type(record)).items() if one.is_open_to(user, record)]


# ---- performing


def perform(
    action: Action, *args: object, by: AnyUser, at: datetime, key: str, version: int | None, **data: object
) -> Any:
    """Lock, permit, look for the key, compare the version, decide, save, write down, notify; the record as it is then.

    Raises `NotPermitted`, `KeyReused`, `StaleVersion`, and what the function raises; then nothing has changed. A new
    record is made once for each key. Where somebody else stored the same meanwhile the function is asked once more: it
    finds that now, and says what is wrong.
    """
    if by is not None and action.is_automatic:
        raise NotPermitted("core.site-does-this-by-itself")
    if action.around is not None:
        with action.around(*args, by=by, at=at, **data) as prepared:
            return _perform(_Call(action, args, by, at, key, version, {**data, "prepared": prepared}))
    return _perform(_Call(action, args, by, at, key, version, data))


def _perform(call: "_Call") -> Any:
    if not call.action.creates:
        with transaction.atomic():
            return _change(call)
    try:
        with transaction.atomic():
            return _create(call)
    except IntegrityError:  # two at once: the other one came first
        with transaction.atomic():
            return _create(call)


@dataclass(frozen=True)
class _Call:
    action: Action
    args: tuple[Any, ...]
    by: AnyUser
    at: datetime
    key: str
    version: int | None
    data: Mapping[str, object]

    def require(self, record: Model | None) -> None:
        if self.by is not None and record is not None:
            require(self.by, self.action.permission, record)

    def run(self, *args: object) -> Outcome:
        return self.action.run(*args, by=self.by, at=self.at, **self.data)

    def lock(self) -> tuple["_Call", Any]:
        """The call with the records among its arguments as they are now, positional or by name, and the holder; locked
        by model and key, so that two actions never wait for each other."""
        holder = self.action.holder(self.args[0]) if self.action.holder else None
        own = [] if self.action.creates and holder is None else self.args[:1]
        wanted = {_target(one): one for one in (*own, holder, *self.action.locks(*self.args, **self.data)) if one}
        found = {}
        for name, one in sorted(wanted.items(), key=lambda item: (item[1]._meta.label, item[1].pk)):
            found[name] = one._meta.model._base_manager.select_for_update().filter(pk=one.pk).first()
            if found[name] is None:
                raise NotFound("core.no-such-record", what=record_name(one))

        def now(one: object) -> object:
            return found.get(_target(one), one) if isinstance(one, Model) else one

        data = {name: now(one) for name, one in self.data.items()}
        call = replace(self, args=tuple(map(now, self.args)), data=data)
        return call, None if holder is None else found[_target(holder)]

    def compare(self, record: Model | None) -> None:
        found = getattr(record, "version", None)
        if record is not None and self.version is not None and found not in (None, self.version):
            since = last_entries(record, found - self.version)
            raise StaleVersion(record, version=found, since=since)

    def spend(self, record: Model) -> None:
        if self.key:
            target = _target(record) + self.of_parent()
            made = {"key": self.key, "person": self.by, "action": self.action.id, "target": target}
            ActionKey.objects.create(at=self.at, **made)

    def of_parent(self) -> str:
        """Of a new record what it was added to, which a key is for as well."""
        return f" of {_target(self.args[0])}" if self.action.parent is not None else ""

    def write(
        self,
        record: Model,
        entry: str = "",
        *,
        before: Json | None = None,
        after: Mapping[str, object] | None = None,
        reason: str = "",
    ) -> None:
        write(
            entry or self.action.entries[0], record, by=self.by, at=self.at, before=before, after=after, reason=reason
        )


def _change(call: _Call) -> Any:
    call, holder = call.lock()
    record, *args = call.args
    for one in (holder, record):
        call.require(one)
    done = find_key(call.key, call.action.id, call.by)
    if done is not None:
        if done.target != _target(record):
            raise KeyReused
        return record
    call.compare(record if holder is None else holder)
    before = snapshot(record)
    made = call.run(record, *args)
    call.spend(record)
    if isinstance(made, Unchanged):
        return record
    _raise_version(holder)
    if isinstance(made, Deleted):
        said = before if made.erase is None else None
        call.write(record, before=said, after=made.details or None, reason=made.reason)
        (made.erase or type(record).delete)(record)
    else:
        assert isinstance(made, Changed)
        found = getattr(record, "version", None)
        _save(record, {**({} if found is None else {"version": found + 1}), **made.values}, call.at)
        _write_change(call, record, before, made)
    if made.notify is not None:
        made.notify(record)
    return record


def _create(call: _Call) -> Any:
    call, holder = call.lock()
    call.require(holder)
    if call.action.parent_permits:
        call.require(call.args[0])
    done = find_key(call.key, call.action.id, call.by)
    if done is not None and " of " in done.target and not done.target.endswith(call.of_parent()):
        raise KeyReused  # keys of earlier releases do not say of what
    made = None
    if done is None:
        call.compare(holder)
        made = _made(call)
    record: Any = _record_of(done) if made is None else made.record
    if not call.action.parent_permits:
        call.require(record)
    if made is None:
        return record
    call.spend(record)
    if isinstance(made, Unchanged):
        return record
    _raise_version(holder)
    call.write(record, after={**snapshot(record), **made.details}, reason=made.reason)
    if made.notify is not None:
        made.notify(record)
    return record


def _made(call: _Call) -> Created | Unchanged:
    if call.action.parent is not None and call.action.holder is None:
        parent = call.args[0]
        type(parent)._base_manager.select_for_update(no_key=True).filter(pk=parent.pk).first()
    made = call.run(*call.args)
    assert isinstance(made, Created | Unchanged)
    return made


def _raise_version(holder: Any) -> None:
    if holder is not None:
        holder.version += 1
        holder.save(update_fields=["version"])


def _record_of(done: Any) -> Model | None:
    model, number = done.target.split(" ")[:2]
    return apps.get_model(model)._base_manager.filter(pk=number).first()


def _target(record: Model) -> str:
    return f"{record._meta.label} {record.pk}"


def _save(record: Any, values: Mapping[str, object], at: datetime) -> None:
    if any(field.name == "changed" for field in record._meta.concrete_fields):
        values = {"changed": at, **values}
    for name, value in values.items():
        setattr(record, name, value)
    record.save(update_fields=list(values))


def _write_change(call: _Call, record: Model, before: Json, made: Changed) -> None:
    after = snapshot(record)
    changed = [name for name in after if before.get(name) != after[name]]
    call.write(
        record,
        made.entry,
        before={name: before.get(name) for name in changed},
        after={**{name: after[name] for name in changed}, **made.details},
        reason=made.reason,
    )
