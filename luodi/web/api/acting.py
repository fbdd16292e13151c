"""Acts as programs send them: `given` are the fields of the form that the page of the same act shows.

A program reads the version of a row, and sends it with an act that was decided on what it read. What a form refuses,
and what the act itself refuses, is answered as a problem; then nothing has changed.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from django import forms

from luodi.errors import OutOfRange, UnknownKey, UnknownValue, did_you_mean
from luodi.message import in_key
from luodi.web.api import given
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.core.keys import new_key

Found = TypeVar("Found")
AT: Final = in_key("given", given.AT)
#: The keys of the body of an act, none of which must be there; `row` where an act is on a row of the record.
BODY: Final[Mapping[str, bool]] = {"version": False, "given": False}
ON_ROW: Final[Mapping[str, bool]] = {**BODY, "row": False}
_OURS: Final = {"key", "version", "row"}  # of a form, beside what it asks
_MOST: Final = 200  # values of one field


def read(make: Callable[[dict[str, Any]], Any], raw: Mapping[str, Any]) -> Any:
    """The valid form of an action with `given`, a `key` and the `version`. `make` is called with its data.

    Raises `UnknownKey` for a field that it has not, `UnknownValue` for what it does not take.
    """
    values = values_of(raw)
    row = {"row": row_of(raw)} if "row" in raw else {}
    form = make({**values, **row, "key": new_key(), "version": version_of(raw)})
    fields = {name: field for name, field in form.fields.items() if name not in _OURS}
    for name, value in values.items():
        if name not in fields:
            raise UnknownKey("api.act-no-key", name=name[:40], meant=did_you_mean(name, fields), at=AT)
        if isinstance(value, list) and not isinstance(fields[name], forms.MultipleChoiceField):
            raise UnknownValue("api.field-value", at=in_key(name, AT))
    if not form.is_valid():
        name, problems = next(iter(form.errors.as_data().items()))
        at = in_key(name, given.AT) if name in _OURS else in_key(name, AT)
        raise UnknownValue("common.as-said", text=" ".join(problems[0].messages), at=at)
    return form


def cleaned(make: Callable[[dict[str, Any]], forms.Form], raw: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = read(make, raw).cleaned_data
    return found


def values_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """`given` as a form has it: texts, and lists of them. What is null or false is not there."""
    values = raw.get("given") or {}
    if not isinstance(values, dict):
        raise UnknownValue("api.given-mapping-fields-act", at=AT)
    return {str(name): _read(value) for name, value in values.items() if value is not None and value is not False}


def _read(value: Any) -> str | list[str]:
    if isinstance(value, list) and len(value) <= _MOST:
        return [_text(each) for each in value]
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, dict | list) or "\0" in str(value):
        raise UnknownValue("api.field-text-number-yes-or", at=AT)
    return str(value)


def version_of(raw: Mapping[str, Any]) -> Any:
    """ "" where none was sent. Raises `OutOfRange`."""
    return _whole(raw, "version", 2**31)


def row_of(raw: Mapping[str, Any]) -> Any:
    """ "" where none was sent. Raises `OutOfRange`."""
    return _whole(raw, "row", 2**63)


def _whole(raw: Mapping[str, Any], key: str, end: int) -> Any:
    number = raw.get(key)
    if number is None:
        return ""
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < end:
        raise OutOfRange("api.whole-number", key=key, at=in_key(key, given.AT))
    return number


def number_of(text: str) -> int:
    """The number in an address; 0, which is nobody's, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def act_of(known: Mapping[str, Found], act: str) -> Found:
    """Raises `NoSuchAddress` with the nearest act that there is."""
    if act not in known:
        raise NoSuchAddress("api.no-act", act=act[:40], meant=did_you_mean(act, known))
    return known[act]
