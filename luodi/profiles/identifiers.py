"""Identifiers of companies: which schemes there are and how a value is checked.

A foreign register is named as org-id.guide names it: the country and the register, such as `GB-COH` or `SG-ACRA`. What
it gives out is kept as written, since every register has a shape of its own.
"""

import re
import unicodedata
from typing import Final

from luodi.errors import UnknownValue
from luodi.profiles.codes import BadCode, check_country, check_credit_code, check_lei

USCC: Final = "CN-USCC"
LEI: Final = "LEI"
_CHECKED: Final = {USCC: check_credit_code, LEI: check_lei}
_REGISTER: Final = re.compile(r"([A-Z]{2})-[A-Z0-9]{2,12}")
_MOST: Final = 60
_ROUNDED: Final = re.compile(r"\d(\.\d+)?E\+\d+")
_OLD: Final = re.compile(r"[0-9]{13}|[0-9]{15}")


def checked_scheme(scheme: str) -> str:
    """Raises `UnknownValue` for what names no scheme, or a country that is none."""
    scheme = scheme.strip().upper()
    if scheme in ("USCC", "统一社会信用代码"):
        return USCC
    if scheme in _CHECKED:
        return scheme
    found = _REGISTER.fullmatch(scheme)
    if found is None:
        raise UnknownValue("companies.no-scheme", scheme=scheme, uscc=USCC, lei=LEI)
    check_country(found[1])
    return scheme


def checked_value(scheme: str, value: str) -> str:
    """The value as it is kept: half-width capitals, no blanks at its ends. Raises `BadCode`."""
    value = re.sub(r"\s+", "" if scheme in _CHECKED else " ", unicodedata.normalize("NFKC", value)).strip().upper()
    if _ROUNDED.fullmatch(value):
        raise BadCode("companies.kept-number-spreadsheet-rounds", value=value)
    if scheme == USCC and _OLD.fullmatch(value):
        raise BadCode("companies.registration-number-before-2015", value=value)
    if scheme in _CHECKED:
        _CHECKED[scheme](value)
    elif not value or len(value) > _MOST or not any(letter.isalnum() for letter in value):
        raise BadCode("companies.no-number-register", value=value, most=_MOST)
    return value
