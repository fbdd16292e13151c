"""Cases for programs: the list, one of them, what is missing before its next stage, and every act. `/api/v1/cases`.

The same functions as the pages: `cases.queries` reads, `casework.gates` says what is missing, `cases.deeds` acts.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.errors import MissingKey, OutOfRange, UnknownKey, UnknownValue, did_you_mean
from luodi.web.accounts.access import visible
from luodi.web.accounts.models import User
from luodi.web.api import given, paging, shown_cases
from luodi.web.api.admission import Caller, admit_user
from luodi.web.api.answers import today
from luodi.web.api.models import Scope
from luodi.web.api.once import once, stored
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.cases import queries
from luodi.web.cases.acting import new_key
from luodi.web.cases.deeds import DEEDS, Deed
from luodi.web.cases.facts import passage
from luodi.web.cases.models import LandingCase

router = Router()
#: Acts that a program may send: a document comes by its form.
ACTS: Final = tuple(name for name in DEEDS if name != "proof")


@router.get("/cases", operation_id="cases")
def cases(
    request: HttpRequest,
    state: str = "",
    words: str = "",
    limit: int = Query(50, ge=1, le=200),
    cursor: str | None = None,
) -> HttpResponse:
    caller, _ = admit_user(request, Scope.OFFICE)
    if state not in ("", *queries.STATES):
        raise UnknownValue(f"`state` is one of {', '.join(queries.STATES)}", at="the query, key `state`")
    rows = queries.cases(caller.user, {"state": state, "words": words.replace("\0", " ")})
    return paging.own(request, paging.newest("cases", rows, shown_cases.row, limit, cursor))


@router.get("/cases/{reference}", operation_id="case")
def case(request: HttpRequest, reference: str) -> HttpResponse:
    caller, user = admit_user(request, Scope.OFFICE)
    return paging.own(request, shown_cases.whole(_case(caller, reference), user, today()))


@router.get("/cases/{reference}/missing", operation_id="case_missing")
def missing(request: HttpRequest, reference: str) -> HttpResponse:
    caller, _ = admit_user(request, Scope.OFFICE)
    found = passage(_case(caller, reference), today())
    document = found.as_json() if found else {"stage": None, "gate": None, "open": False, "requirements": []}
    return paging.own(request, document)


@router.post("/cases/{reference}/acts/{act}", operation_id="case_act")
def act(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    caller, user = admit_user(request, Scope.OFFICE)
    if act not in ACTS:
        raise NoSuchAddress(f"there is no act `{act[:40]}`.{did_you_mean(act, ACTS)}")
    raw, text = given.body_of(request, {"version": False, "row": False, "given": False})

    def acted() -> HttpResponse:
        found = _case(caller, reference)
        _do(DEEDS[act], found, raw, user)
        return stored(shown_cases.row(_case(caller, reference)))

    return once(request, caller, text, acted)


def _case(caller: Caller, reference: str) -> LandingCase:
    """Raises `NoSuchAddress`, also for one of another unit."""
    found = queries.case_of(caller.user, reference) if "\0" not in reference else None
    if found is None:
        raise NoSuchAddress("there is no case of this reference for you")
    return found


def _do(deed: Deed, found: LandingCase, raw: dict[str, Any], user: User) -> None:
    target = _target(deed, found, raw.get("row"), user)
    form = deed.form(_fields(raw), case=found, target=None if target is found else target)
    names = set(form.fields) - {"key", "version", "row"}
    for name in raw.get("given") or {}:
        if name not in names:
            raise UnknownKey(f"this act has no key `{str(name)[:40]}`.{did_you_mean(str(name), names)}", at=_AT)
    if not form.is_valid():
        name, problems = next(iter(form.errors.as_data().items()))
        raise UnknownValue(" ".join(problems[0].messages), at=f"{_AT}, key `{name}`")
    how: Any = {"by": user, "at": timezone.now(), "key": form.cleaned_data["key"]}
    deed.do(target, form.cleaned_data, how, form.cleaned_data["version"])


_AT: Final = "the body, key `given`"


def _fields(raw: dict[str, Any]) -> dict[str, Any]:
    """The body as a form has it. A program names its request by `Idempotency-Key`, so the form's key is a new one."""
    values = raw.get("given") or {}
    if not isinstance(values, dict):
        raise UnknownValue("`given` is a mapping of the fields of the act", at=_AT)
    texts = {str(name): _text(value) for name, value in values.items() if value is not None and value is not False}
    version = raw.get("version")
    if version is not None and (not isinstance(version, int) or isinstance(version, bool) or not 0 <= version < 2**31):
        raise OutOfRange("`version` is a whole number", at="the body, key `version`")
    return {**texts, "key": new_key(), "version": "" if version is None else version}


def _text(value: Any) -> str:
    if isinstance(value, dict | list) or "\0" in str(value):
        raise UnknownValue("a field is a text, a number or yes or no", at=_AT)
    return str(value)


def _target(deed: Deed, found: LandingCase, row: Any, user: User) -> Any:
    if deed.model is LandingCase:
        return found
    if row is None:
        raise MissingKey("this act is on one row of the case: give its id", at="the body, key `row`")
    number = row if isinstance(row, int) and not isinstance(row, bool) and 0 <= row < 2**63 else -1
    there = visible(user, deed.model._default_manager.filter(case=found)).filter(pk=number).first()
    if there is None:
        raise UnknownValue("the case has no such row", at="the body, key `row`")
    return there
