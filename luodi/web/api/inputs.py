"""What programs send: bodies with known keys, texts, numbers, and the fields of the form that a page has for an action.

A program reads the version of a record, and sends it with an action that was decided on what it read. What a form
refuses is answered as a problem; then nothing has changed.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from django import forms
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from luodi.errors import MissingKey, OutOfRange, UnknownKey, UnknownValue, WrongType, did_you_mean
from luodi.message import Message, in_key
from luodi.web.api import bodies, shapes, texts
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.core.actions import Action
from luodi.web.core.forms import ActionForm
from luodi.web.core.keys import new_key
from luodi.web.core.types import AnyUser

Body: TypeAlias = Mapping[str, Any]
FormData: TypeAlias = dict[str, object]
Found = TypeVar("Found")
Form = TypeVar("Form", bound=forms.Form)
AT: Final = Message("place.body")
QUERY: Final = Message("place.query")
GIVEN: Final = in_key("given", AT)
_OURS: Final = {"key", "version", "row"}  # of a form, beside what it asks
_MOST: Final = 200  # values of one field
KEYS: Final = range(2**63)  # numbers that a record may have


def body_of(request: HttpRequest, shape: str) -> tuple[Body, str]:
    """The body and its text; the published shape says which keys there are, and which must be there."""
    text = bodies.body(request, bodies.JSON)
    raw, known = texts.question(text), shapes.keys(shape)
    for key in raw:
        if key not in known:
            raise UnknownKey("api.no-key", key=str(key)[:40], meant=did_you_mean(str(key), known), at=AT)
    for key, needed in known.items():
        if needed and raw.get(key) is None:
            raise MissingKey("api.say", key=key, at=AT)
    return raw, text


def words(raw: Body, key: str, most: int, default: str = "") -> str:
    """A text of at most so many characters, without spaces around it."""
    given = raw.get(key)
    if given is None:
        return default
    if not isinstance(given, str):
        raise WrongType("api.text", key=key, at=in_key(key, AT))
    text = given.strip()
    if len(text) > most or "\0" in text:
        raise UnknownValue("api.most-characters-none-them-nul", key=key, most=most, at=in_key(key, AT))
    return text


#: What is said where a value is none of those known, by the name of its key.
NOT_AMONG: Final = {"kind": "api.kind", "origin": "api.origin", "state": "api.state"}


def one_of(value: str, known: Collection[str], name: str, at: Message) -> None:
    """Raises `UnknownValue` for a `state` or a `kind` that there is not."""
    if value not in known:
        reason = NOT_AMONG[name]
        raise UnknownValue(reason, **{f"{name}s": [one for one in known if one]}, at=in_key(name, at))


def is_key(value: object) -> bool:
    """Whether it may be the number of a record."""
    return isinstance(value, int) and not isinstance(value, bool) and value in KEYS


def number_of(text: str) -> int:
    """The number in an address; 0, which is nobody's, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def action_of(known: Mapping[str, Found], name: str) -> Found:
    """Raises `NoSuchAddress` with the nearest action that there is."""
    if name not in known:
        raise NoSuchAddress("api.no-act", act=name[:40], meant=did_you_mean(name, known))
    return known[name]


def existing(found: Found | None, reason: str, **params: Any) -> Found:
    """Raises `NoSuchAddress` for a record that is not there, or not for this user: both are answered alike."""
    if found is None:
        raise NoSuchAddress(reason, **params)
    return found


# ---- forms


def submit(action: Action, record: Model, raw: Body, make: Callable[[FormData], ActionForm], *, by: AnyUser) -> Any:
    """Perform an action with the fields in `given`; `make` makes its form of the data."""
    return action.submit(form_of(make, raw), record, by=by, at=timezone.now())


def form_of(make: Callable[[FormData], Form], raw: Body) -> Form:
    """The valid form of an action with `given`, a `key` and the `version`.

    Raises `UnknownKey` for a field that it has not, `UnknownValue` for what it does not take.
    """
    values = _values(raw)
    row = {"row": _whole(raw, "row", 2**63)} if "row" in raw else {}
    form = make({**values, **row, "key": new_key(), "version": _whole(raw, "version", 2**31)})
    fields = {name: field for name, field in form.fields.items() if name not in _OURS}
    for name, value in values.items():
        if name not in fields:
            raise UnknownKey("api.act-no-key", name=name[:40], meant=did_you_mean(name, fields), at=GIVEN)
        if isinstance(value, list) and not isinstance(fields[name], forms.MultipleChoiceField):
            raise UnknownValue("api.field-value", at=in_key(name, GIVEN))
    if not form.is_valid():
        name, problems = next(iter(form.errors.as_data().items()))
        at = in_key(name, AT if name in _OURS else GIVEN)
        raise UnknownValue("common.as-said", text=" ".join(problems[0].messages), at=at)
    return form


def _values(raw: Body) -> dict[str, str | list[str]]:
    """`given` as a form has it: texts, and lists of them. What is null or false is not there."""
    values = raw.get("given") or {}
    if not isinstance(values, dict):
        raise UnknownValue("api.given-mapping-fields-act", at=GIVEN)
    return {str(name): _read(value) for name, value in values.items() if value is not None and value is not False}


def _read(value: object) -> str | list[str]:
    if isinstance(value, list) and len(value) <= _MOST:
        return [_text(each) for each in value]
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, dict | list) or "\0" in str(value):
        raise UnknownValue("api.field-text-number-yes-or", at=GIVEN)
    return str(value)


def version_of(raw: Body) -> int | None:
    """Raises `OutOfRange`."""
    number = _whole(raw, "version", 2**31)
    return None if number == "" else int(number)


def _whole(raw: Body, key: str, end: int) -> int | str:
    """As a form has it: "" where none was sent."""
    number = raw.get(key)
    if number is None:
        return ""
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < end:
        raise OutOfRange("api.whole-number", key=key, at=in_key(key, AT))
    return number
