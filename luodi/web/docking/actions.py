"""What changes a thing that is posted: written, screened by somebody else, published. How it ends: `actions_ending`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.utils import timezone

from luodi.casework.demands import DemandAct, DemandState, after, followed
from luodi.casework.matches import MatchState
from luodi.casework.pilots import PilotState
from luodi.casework.states import NotNow
from luodi.casework.wishes import Wish, rule_of
from luodi.errors import LuodiError, MissingKey, UnknownValue
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.cases.acting import add, perform
from luodi.web.cases.numbering import number
from luodi.web.docking.models import Demand, Posted
from luodi.web.docking.models_pilots import Pilot
from luodi.web.docking.money import Money
from luodi.web.docking.names import must_not_name

Kind = TypeVar("Kind", bound=Posted)
_WORDS = ("text", "site", "data_access", "acceptance", "source")


class OwnWork(LuodiError):
    """Somebody wants to check what they prepared themselves."""

    code = "own-work"


def post(
    kind: type[Kind],
    unit: Unit,
    fields: Mapping[str, Any],
    *,
    company: Company | None = None,
    by: User | None,
    at: datetime,
    key: str = "",
    money: Money | None = None,
    wishes: Sequence[Wish] = (),
) -> Kind:
    """A draft: of a company, or of the unit itself. The same key again gives the same draft.

    Raises `BadWish`, and `NamesSomebody` for a text that names an owner who is not to be named.
    """

    def make() -> Kind:
        columns = {**fields, "wishes": [dict(wish) for wish in wishes], **(money.columns() if money else {})}
        _check(columns, company, fields.get("names_owner", False))
        series: str = getattr(kind, "SERIES")  # noqa: B009 - every kind of posted thing has one
        made = kind._base_manager.create(
            reference=number(series, at), unit=unit, company=company, written_by=by, made=at, changed=at, **columns
        )
        return made

    return add(kind, make, "write", by=by, at=at, key=key)


def revise(
    posted: Kind,
    fields: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
    key: str = "",
    version: int | None = None,
    money: Money | None = None,
    wishes: Sequence[Wish] | None = None,
) -> Kind:
    """Change a draft; what is left out stays. Raises `NotNow` once it was screened."""

    def change(row: Kind) -> dict[str, Any]:
        if row.state != DemandState.DRAFT:
            raise NotNow("docking.only-draft-changed")
        columns = {**fields, **(money.columns() if money else {})}
        if wishes is not None:
            columns["wishes"] = [dict(wish) for wish in wishes]
        _check(columns, row.company, columns.get("names_owner", row.names_owner))
        return {**columns, "written_by": by}

    return perform(posted, "revise", change, by=by, at=at, key=key, version=version, permit="write")


def _check(columns: Mapping[str, Any], company: Company | None, names_owner: bool) -> None:
    for name in ("title_zh", "title_en", "text"):
        if name in columns and not str(columns[name]).strip():
            raise MissingKey("docking.read-everybody-who-may-fit", at=name)
    if "wishes" in columns:
        rule_of("wishes", {"zh": "对接", "en": "docking"}, columns["wishes"])
    if not names_owner:
        texts = {name: str(columns[name]) for name in ("title_zh", "title_en", *_WORDS) if name in columns}
        must_not_name(company, **texts)


def screen(posted: Kind, *, by: User, at: datetime, key: str = "", version: int | None = None) -> Kind:
    """Somebody else than who wrote it has read it. Raises `OwnWork` for whoever wrote it."""

    def change(row: Kind) -> dict[str, Any]:
        if row.written_by_id == by.pk:
            raise OwnWork("docking.nobody-screens-what-they-wrote")
        return {"state": after(DemandState(row.state), DemandAct.SCREEN)}

    return perform(posted, "screen", change, by=by, at=at, key=key, version=version)


def publish(posted: Kind, *, by: User, at: datetime, key: str = "", version: int | None = None) -> Kind:
    """Everybody who may see it finds it from now on. Raises `NotNow` before it was screened."""

    def change(row: Kind) -> dict[str, Any]:
        state = after(DemandState(row.state), DemandAct.PUBLISH)
        if row.until is not None and row.until < _day(at):
            raise UnknownValue("docking.last-day-over", at="until")
        return {"state": state, "published": at}

    return perform(posted, "publish", change, by=by, at=at, key=key, version=version, permit="screen")


def follow(posted: Posted, at: datetime) -> None:
    """Its state after something happened to a match or pilot of it. Call it in the transaction of that act."""
    row = type(posted)._base_manager.select_for_update().get(pk=posted.pk)
    states = [MatchState(state) for state in _matches(row).values_list("state", flat=True)]
    now = followed(DemandState(row.state), states, _pilots(row))
    if now != row.state:
        row.state, row.changed = now, at
        row.version += 1
        row.save(update_fields=["state", "changed", "version"])


def _matches(posted: Posted) -> Any:
    found: Any = getattr(posted, "matches")  # noqa: B009 - a relation that every kind of posted thing has
    return found


def _pilots(posted: Posted) -> list[PilotState]:
    found = Pilot.objects.filter(match__demand=posted.pk) if isinstance(posted, Demand) else Pilot.objects.none()
    return [PilotState(state) for state in found.values_list("state", flat=True)]


def must_take_offers(posted: Posted, at: datetime) -> None:
    """Raises `NotNow` for what is not published, is taken, or whose last day is over."""
    if not DemandState(posted.state).takes_offers:
        raise NotNow("docking.takes-no-offers-now")
    if posted.until is not None and _day(at) > posted.until:
        raise NotNow("docking.offers-taken-until", until=posted.until.isoformat())


def _day(at: datetime) -> date:
    return timezone.localdate(at)
