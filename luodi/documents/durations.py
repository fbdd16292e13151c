"""How long a plan says it takes, in one line, from its document: for lists and letters that show no plan."""

from collections.abc import Mapping
from typing import Any, Final

from luodi.terms.figures import counted, length_range

_UNIT: Final = "working_days"


def duration_of(plan: Mapping[str, Any], lang: str) -> str:
    """ "4 to 25 working days", "at least 4 working days; open: 2 steps"; empty for a plan without a way to open.

    A document of before December 2026 has one figure in place of a range.
    """
    found = plan["totals"].get("duration")
    if found is None:
        days = plan["totals"].get("working_days_critical")
        return "" if not days else length_range(days, None, _UNIT, lang)
    low, high = found["min_working_days"], found["max_working_days"]
    text = length_range(low, high, _UNIT, lang)
    n = len(found["open"])
    if not n:
        return text
    return f"{text}，另有{n}项时间未定" if lang == "zh" else f"{text}; open in time: {counted(n, 'step')}"
