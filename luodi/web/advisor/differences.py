"""What differs between two plans of the same answers, in words."""

from collections.abc import Iterator
from typing import Any

from luodi.advice.plan_difference import SIDES, PlanDifference
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


def _verdict(access: Any, lang: str) -> str:
    return f"{wording.verdict_word(access['answer'], lang)}{'，' if lang == 'zh' else ', '}{wording.cap(access, lang)}"
