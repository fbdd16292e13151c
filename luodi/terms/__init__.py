"""The words of every term and enum, in Chinese and English: the one home that pages, documents and commands ask.

`term("answer", "not_allowed").zh`. How far a text was read is `read_state` in `reading`; counts, lengths, days and
ranges are in `figures`. Words that a book may add to by itself (kinds, levels and deliveries of policies) are tables of
that book. Why and how: docs/methods/words.
"""

from collections.abc import Mapping
from typing import Final

from luodi.errors import UnknownValue, did_you_mean
from luodi.terms.answers import ANSWERS, READING
from luodi.terms.plan import QUESTION, ROUTES
from luodi.terms.rules import ACCESS, STEPS, TIMES
from luodi.terms.term import Family, Term
from luodi.terms.work import WORK

__all__ = ["FAMILIES", "Family", "Term", "find", "term", "terms"]

FAMILIES: Final[Mapping[str, Family]] = dict(
    (*ANSWERS, *READING, *ACCESS, *STEPS, *TIMES, *ROUTES, *QUESTION, *WORK),
)


def terms(family: str) -> Family:
    """All terms of a family, in the order in which a list shows them. Raises `UnknownValue`."""
    found = FAMILIES.get(family)
    if found is None:
        raise UnknownValue("terms.no-family-terms", family=family, meant=did_you_mean(family, FAMILIES))
    return found


def term(family: str, key: str) -> Term:
    """The term of an enum's value. Raises `UnknownValue` with the nearest one."""
    found = terms(family)
    if key not in found:
        raise UnknownValue("terms.no-term", family=family, key=key, meant=did_you_mean(key, found))
    return found[key]


def find(family: str, key: str | None) -> Term | None:
    """The term, or None: for words that come from a book and may be new."""
    return terms(family).get(key or "")
