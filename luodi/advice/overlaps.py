"""Warnings against claiming twice: the same cost or income must not be paid for by two policies."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from luodi.advice.match import attributes_of
from luodi.advice.words import both
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.book import Book

#: Benefits of these types on one tax are two rates or reliefs for one income, so only one can be taken.
_RATES: Final = frozenset(("rate", "effective_rate", "holiday"))


def overlaps(policies: Sequence[Mapping[str, Any]], book: Book) -> list[dict[str, Any]]:
    """Pairs, at least one of them fitting, that count the same figure or set two rates for one tax."""
    live = [p for p in policies if p["answer"] in ("match", "need_info")]
    figures = {p["id"]: _figures(p, book.vocabulary) for p in live}
    found = []
    for one, other in combinations(live, 2):
        if "match" not in (one["answer"], other["answer"]):
            continue
        shared = sorted(figures[one["id"]] & figures[other["id"]])
        same_rate = _rate(one) is not None and _rate(one) == _rate(other)
        if not shared and not same_rate:
            continue
        labels = [book.vocabulary[name].label for name in shared]
        what = (
            both("、".join(x["zh"] for x in labels), " and ".join(x["en"] for x in labels))
            if labels
            else both("同一所得的税率", "the rate on the same income")
        )
        found.append(
            {
                "policies": [one["id"], other["id"]],
                "on": shared or [f"rate of {_rate(one)}"],
                "text": both(
                    f"“{one['title']['zh']}”与“{other['title']['zh']}”涉及同一项目（{what['zh']}），不得重复享受",
                    f"“{one['title']['en']}” and “{other['title']['en']}” count the same thing ({what['en']}); "
                    "it must not be paid for twice",
                ),
            }
        )
    return found


def _rate(policy: Mapping[str, Any]) -> str | None:
    benefit = policy["benefit"] or {}
    tax = benefit.get("tax")
    return tax if benefit.get("type") in _RATES and isinstance(tax, str) else None


def _figures(policy: Mapping[str, Any], vocabulary: Vocabulary) -> set[str]:
    benefit = policy["benefit"] or {}
    texts = [benefit.get("formula"), *(benefit.get("formulas") or {}).values()]
    names: set[str] = set()
    for text in texts:
        if text is not None:
            names |= attributes_of(str(text))
    return {name for name in names if name in vocabulary and vocabulary[name].kind.is_number}
