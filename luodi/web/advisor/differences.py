"""What differs between two plans of the same answers, in words."""

from collections.abc import Iterator
from typing import Any

from luodi.advice.plan_difference import KINDS, SIDES, Change, PlanDifference
from luodi.documents import wording
from luodi.web.core.words import say


def in_words(found: PlanDifference, lang: str) -> Iterator[str]:
    """The difference, a line each."""
    colon, comma = ("：", "；") if lang == "zh" else (": ", "; ")
    if not found.same_verdict:
        pairs = zip(found.before["access"], found.after["access"], strict=False)
        words = (f"{_verdict(was, lang)} → {_verdict(is_now, lang)}" for was, is_now in pairs)
        yield say("advisor.since_verdict", lang) + colon + comma.join(words)
    for side in SIDES:
        rows = getattr(found, side)
        if rows:
            yield say(f"advisor.since_{side}", lang) + colon + comma.join(row["title"][lang] for row in rows)
    for kind, changes in by_kind(found):
        yield say(f"advisor.since_kind_{kind}", lang) + colon + comma.join(one.title[lang] for one in changes)


def by_kind(found: PlanDifference) -> Iterator[tuple[str, list[Change]]]:
    """What stays in both plans, or may be needed, and differs."""
    for kind in KINDS:
        changes = [one for one in found.other_changes if one.kind == kind]
        if changes:
            yield kind, changes


def _verdict(access: Any, lang: str) -> str:
    return f"{wording.verdict_word(access['answer'], lang)}{'，' if lang == 'zh' else ', '}{wording.cap(access, lang)}"
