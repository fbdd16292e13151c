"""Reading cases."""

from typing import Final
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from luodi.casework.stages import End, Health, Stage
from luodi.web.accounts.models import Unit
from luodi.web.cases.models import LandingCase
from luodi.web.core.lists import Asked, Criteria, RecordList, choice, words
from luodi.web.core.permissions import in_scope, memberships, scope_of
from luodi.web.core.prepared import Prepared
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser

#: What a list can be narrowed to, beside the stages.
ASKED: Final = ("open", "mine", "at_risk", "stale", "ended")
STATES: Final = (*ASKED, *(stage.value for stage in Stage))


def _by_state(found: QuerySet[LandingCase], state: str, asked: Asked) -> QuerySet[LandingCase]:
    if state == "ended":
        return found.exclude(end=End.NONE)
    found = found.filter(end=End.NONE)
    if state == "mine":
        return found.filter(officer=asked.user.pk if asked.user else None)
    if state == "stale":
        return found.filter(determination__stale__isnull=False)
    if state == "at_risk":
        return found.exclude(health=Health.ON_TRACK)
    return found if state == "open" else found.filter(stage=state)


#: The list of cases. The queue of the desk has further criteria, and another order.
CASES: Final = RecordList(
    LandingCase,
    "cases",
    "cases:list",
    filters=(
        choice("state", STATES, _by_state, default="open"),
        words("reference", "company__name_zh", "company__name_en"),
    ),
    order=("-opened", "-pk"),
)


def cases(user: AnyUser, criteria: Criteria) -> QuerySet[LandingCase]:
    """The rows of that list, and whether the plan of each is out of date."""
    return row_of(CASES.found(user, criteria)).annotate(is_stale=Q(determination__stale__isnull=False))


#: What a row of a list shows of a case; the rest of it, and of what it belongs to, stays in the database.
_ROW: Final = (
    "reference",
    "stage",
    "health",
    "since",
    "end",
    "opened",
    "next_due",
    "estimated",
    "version",
    "contacted",
    "amount",
    "currency",
    "company__name_zh",
    "company__name_en",
    "company__country",
    "unit__path",
    "unit__name_zh",
    "unit__name_en",
    "officer__name",
    "officer__email",
)


def row_of(cases: QuerySet[LandingCase]) -> QuerySet[LandingCase]:
    """Cases as a list shows them, with their company, unit and officer."""
    return cases.select_related("company", "unit", "officer").only(*_ROW)


#: What a determination holds beside its verdict and day, of which most pages show nothing: the plan takes milliseconds.
_OF_A_PLAN: Final = tuple(
    f"determination__{name}" for name in ("query", "books", "facts", "clauses", "missing", "packed")
)


def case_of(user: AnyUser, reference: str) -> LandingCase | None:
    """A case by its reference, as far as somebody may see it. Its plan is read when it is asked for."""
    found = _OF_REFERENCE(reference, scope=scope_of(user, LandingCase))
    return found[0] if found else None


def _of_reference(reference: str, *, scope: Q | None) -> QuerySet[LandingCase]:
    whole = LandingCase.objects.select_related("company", "unit", "officer", "assurance", "determination__stale")
    return in_scope(whole, scope).defer(*_OF_A_PLAN).filter(reference=reference).order_by()[:1]


_OF_REFERENCE: Final[Prepared[LandingCase]] = Prepared(_of_reference, str)


def query_of(address: str) -> str:
    """The answers in the address of a plan, or what stands behind it."""
    address = address.strip()
    return urlsplit(address).query or address


def units_to_open(user: AnyUser) -> dict[str, Unit]:
    """The open units that somebody is an officer of, and those below them, by their keys."""
    today = localdate()
    found: dict[str, Unit] = {}
    for held in memberships(user, today):
        if held.role == Role.OFFICER and held.unit:
            rows = Unit.objects.filter(path__startswith=held.unit.path)
            found |= {str(one.pk): one for one in rows.order_by("path") if not one.closes or one.closes > today}
    return found
