"""What changes what is posted: written, screened by somebody else, published. How it ends: `ending`."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from django.utils import timezone

from luodi.casework.criteria import Criterion, rule_of
from luodi.casework.demands import DemandAct, DemandState, after, followed
from luodi.casework.matches import MatchState
from luodi.casework.pilots import PilotState
from luodi.casework.plans import check_part
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, UnknownValue
from luodi.values import check_currency
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.cases.actions.numbering import number
from luodi.web.core.actions import Changed, Created, action
from luodi.web.core.errors import OwnWork
from luodi.web.core.types import Json
from luodi.web.docking.forms.fields import Plain
from luodi.web.docking.forms.posted import Post
from luodi.web.docking.models import Demand, Pilot, Posted
from luodi.web.docking.models.money import Money
from luodi.web.docking.permissions import must_not_name

Kind = TypeVar("Kind", bound=Posted)
_WORDS = ("text", "site", "data_access", "acceptance", "source")


@action("write", model=Posted, form=Post, permission="write", creates=True)
def post(
    kind: type[Kind],
    unit: Unit,
    fields: Json,
    *,
    actor: User | None,
    at: datetime,
    company: Company | None = None,
    money: Money | None = None,
    wishes: Sequence[Criterion] = (),
) -> Created:
    """A draft: of a company, or of the unit itself.

    Raises `BadCriterion`, and `NamesSomebody` for a text that names an owner who is not to be named.
    """
    columns = {**fields, "wishes": [dict(wish) for wish in wishes], **(money.columns() if money else {})}
    _check(columns, company, fields.get("names_owner", False))
    made = kind._base_manager.create(
        reference=number(kind.SERIES, at), unit=unit, company=company, written_by=actor, made=at, changed=at, **columns
    )
    return Created(made)


@action("revise", model=Posted, form=Post, permission="write")
def revise(
    posted: Posted,
    fields: Json,
    *,
    actor: User | None,
    money: Money | None = None,
    wishes: Sequence[Criterion] | None = None,
) -> Changed:
    """Change a draft; what is left out stays. Raises `NotNow` once it was screened."""
    if posted.state != DemandState.DRAFT:
        raise NotNow("docking.only-draft-changed")
    columns = {**fields, **(money.columns() if money else {})}
    if wishes is not None:
        columns["wishes"] = [dict(wish) for wish in wishes]
    _check(columns, posted.company, columns.get("names_owner", posted.names_owner))
    return Changed({**columns, "written_by": actor})


def _check(columns: Json, company: Company | None, names_owner: bool) -> None:
    for name in ("title_zh", "title_en", "text"):
        if name in columns and not str(columns[name]).strip():
            raise MissingKey("docking.read-everybody-who-may-fit", at=name)
    if columns.get("place"):
        check_part("place", str(columns["place"]))
    if columns.get("converted_currency"):
        check_currency(columns["converted_currency"])
    if "wishes" in columns:
        rule_of("wishes", {"zh": "对接", "en": "docking"}, columns["wishes"])
    if not names_owner:
        texts = {name: str(columns[name]) for name in ("title_zh", "title_en", *_WORDS) if name in columns}
        must_not_name(company, **texts)


@action("screen", model=Posted, form=Plain, permission="screen")
def screen(posted: Posted, *, actor: User) -> Changed:
    """Somebody else than who wrote it has read it. Raises `OwnWork` for whoever wrote it."""
    if posted.written_by_id == actor.pk:
        raise OwnWork("docking.nobody-screens-what-they-wrote")
    return Changed({"state": after(DemandState(posted.state), DemandAct.SCREEN)})


@action("publish", model=Posted, form=Plain, permission="screen")
def publish(posted: Posted, *, at: datetime) -> Changed:
    """Everybody who may see it finds it from now on. Raises `NotNow` before it was screened."""
    state = after(DemandState(posted.state), DemandAct.PUBLISH)
    if posted.until is not None and posted.until < timezone.localdate(at):
        raise UnknownValue("docking.last-day-over", at="until")
    return Changed({"state": state, "published": at})


def follow(posted: Posted, at: datetime) -> None:
    """Its state after something happened to a match or pilot of it. Call it in the transaction of that act."""
    row = type(posted)._base_manager.select_for_update().get(pk=posted.pk)
    states = [MatchState(state) for state in row.matches.values_list("state", flat=True)]
    now = followed(DemandState(row.state), states, _pilots(row))
    if now != row.state:
        row.state, row.changed = now, at
        row.version += 1
        row.save(update_fields=["state", "changed", "version"])


def _pilots(posted: Posted) -> list[PilotState]:
    found = Pilot.objects.filter(match__demand=posted.pk) if isinstance(posted, Demand) else Pilot.objects.none()
    return [PilotState(state) for state in found.values_list("state", flat=True)]


def must_take_offers(posted: Posted, at: datetime) -> None:
    """Raises `NotNow` for what is not published, is taken, or whose last day is over."""
    if not DemandState(posted.state).takes_offers:
        raise NotNow("docking.takes-no-offers-now")
    if posted.until is not None and timezone.localdate(at) > posted.until:
        raise NotNow("docking.offers-taken-until", until=posted.until.isoformat())
