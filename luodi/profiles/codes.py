"""The shape of codes: regions, industries and credit codes are checked as text before anything compares them.

A code of the right shape that the lists do not hold is kept, with a warning: lists grow old, and a prefix
still tells the province. A shorter code is bad input, since rules compare by prefix.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from luodi.editions import books, with_books
from luodi.errors import BadInput, did_you_mean
from luodi.places import country

_USCC_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


class BadCode(BadInput):
    """A code that cannot be one of its kind."""

    code = "bad-code"


def check_region(text: str) -> None:
    if not re.fullmatch(r"\d{6}", text, re.ASCII):
        raise BadCode("profiles.no-region-code", text=text)


def check_industry(text: str) -> None:
    if not re.fullmatch(r"[A-T]\d{4}", text, re.ASCII):
        near = (
            did_you_mean(text, (c for c in industries() if len(c) == 5))
            if re.fullmatch(r"[A-Ta-t]\d+", text, re.ASCII)
            else ""
        )
        raise BadCode("profiles.no-industry-code", text=text, near=near)


def check_credit_code(text: str) -> None:
    """The unified social credit code, GB 32100-2015: 18 characters, the last a check digit modulo 31."""
    if len(text) != 18 or any(letter not in _USCC_LETTERS for letter in text):
        raise BadCode("profiles.no-unified-social-credit-code", text=text)
    wanted = credit_code_of(text[:17])[17]
    if text[17] != wanted:
        raise BadCode("profiles.check-digit-should-character-wrong", text=text, wanted=wanted)


def credit_code_of(text: str) -> str:
    """The first 17 characters of a unified social credit code with the check digit that follows from them."""
    total = sum(_USCC_LETTERS.index(c) * w for c, w in zip(text, _USCC_WEIGHTS, strict=True))
    return text + _USCC_LETTERS[(31 - total % 31) % 31]


def credit_code(text: str) -> str:
    """As it is kept, however it was typed: half-width capitals without blanks. Raises `BadCode`."""
    code = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    check_credit_code(code)
    return code


def check_lei(text: str) -> None:
    """The legal entity identifier, ISO 17442: 20 capitals and digits; as a number, A being 10, it is 1 modulo 97."""
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", text, re.ASCII):
        raise BadCode("profiles.no-lei", text=text)
    if int("".join(str(int(letter, 36)) for letter in text)) % 97 != 1:
        wanted = 98 - int("".join(str(int(letter, 36)) for letter in text[:18] + "00")) % 97
        raise BadCode("profiles.check-digits-should-character-wrong", text=text, wanted=wanted)


def check_country(text: str) -> None:
    """ISO 3166 alpha-2, as places.country knows them."""
    country(text)


@with_books()
def industries() -> Mapping[str, tuple[str, str]]:
    """GB/T 4754-2017 with its 2019 amendment: code to Chinese and English name."""
    with (books().folders["vocabulary"] / "industry-codes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: (row["name_zh"], row["name_en"]) for row in csv.DictReader(file)}


def industry_name(code: str, lang: str) -> str | None:
    """The name of a code or prefix in `zh` or `en`; None where the list does not have it."""
    names = industries().get(code)
    return None if names is None else names[0] if lang == "zh" else names[1] or names[0]


CHECKS: Final[Mapping[str, Callable[[str], None]]] = {
    "region": check_region,
    "industry": check_industry,
    "uscc": check_credit_code,
    "country": check_country,
}
