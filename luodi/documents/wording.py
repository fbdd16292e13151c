"""The sentences of a plan in Chinese and English, said once for page, PDF and terminal.

Each function takes a part of the document made by `luodi.advice.plan.advise` and a language, and returns plain
text. A text that is absent is said to be absent; a missing amount is never 0. Single words are in `labels`, the
answer in `answers`, policies in `benefits`, facts in `fact_words`; all can be asked for here.
"""

import re
from typing import Final

from luodi.documents.answers import (
    access_headline,
    access_lede,
    asked,
    cap,
    country_name,
    headline,
    lede,
    place,
    service,
    turn,
)
from luodi.documents.benefits import (
    amount_line,
    amounts,
    fit_word,
    policy_change,
    policy_gives,
    policy_stand,
)
from luodi.documents.fact_words import (
    fact_label,
    fact_names,
    fact_shown,
)
from luodi.documents.labels import (
    Doc,
    counted,
    day,
    exact_time,
    join_facts,
    joined,
    kind,
    label,
    money,
    notice,
    number,
    other,
    percent,
    pick,
    prose,
    ratio,
    read,
    seal,
    section,
    sentence,
    short_day,
    span,
    stamp,
    tone,
    translated,
    verdict_word,
    window,
    working_days,
)

__all__ = [
    "Doc",
    "access_headline",
    "access_lede",
    "amount_line",
    "amounts",
    "asked",
    "book_line",
    "cap",
    "counted",
    "country_name",
    "day",
    "exact_time",
    "fact_label",
    "fact_names",
    "fact_shown",
    "fit_word",
    "headline",
    "join_facts",
    "joined",
    "kind",
    "label",
    "lede",
    "money",
    "notice",
    "number",
    "other",
    "percent",
    "pick",
    "place",
    "policy_change",
    "policy_gives",
    "policy_stand",
    "prose",
    "ratio",
    "read",
    "seal",
    "section",
    "sentence",
    "service",
    "short_day",
    "span",
    "stamp",
    "tone",
    "translated",
    "turn",
    "verdict_word",
    "window",
    "working_days",
]


def book_line(book: Doc, lang: str) -> str:
    """A rule book with its version and the start of its hash."""
    mark = str(book.get("hash") or "")[:8]
    return f"{book['name']} {book['version']}" + (f" ({mark})" if mark else "")


_MARKS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """Without control and direction marks, with which a name could rewrite a terminal or a page."""
    return _MARKS.sub("", text)
