"""How long a step takes, by usage, by law and as it was observed, each in a few words."""

from luodi.advice.landing_plan.times import Observed, Time
from luodi.advice.timing import NOBODY_BOUND
from luodi.dates import parse_day
from luodi.terms.figures import day_shown, length, length_range

_UNIT = "working_days"


def usual_words(time: Time, lang: str) -> str:
    """ "usually 3 to 20 working days"; blank where one of the ends is not known, or not well enough."""
    usual = time.usual
    if usual is None or usual.min is None or usual.max is None or usual.confidence == "low":
        return ""
    span = length_range(usual.min, usual.max, usual.unit, lang)
    return f"通常{span}" if lang == "zh" else f"usually {span}"


def law_words(time: Time, lang: str) -> str:
    """ "at most 60 calendar days by law"; blank where no text binds the office."""
    law = time.law
    if law is None or law.confidence == "low" or time.kind in NOBODY_BOUND:
        return ""
    span = length(law.days, law.unit, lang)
    if time.kind == "promised":
        return f"承诺{span}" if lang == "zh" else f"{span} promised"
    if lang == "zh":
        return f"法定最多{span}" if law.days else f"法定{span}"
    return f"at most {span} by law" if law.days else f"{span} by law"


def observed_words(observed: Observed | None, lang: str) -> str:
    """ "here: 12 to 31 working days in the last year (n = 23)"; blank for nothing observed."""
    if observed is None:
        return ""
    span = range_words(observed.min, observed.max, lang)
    if lang == "zh":
        return f"本地近一年实际用时{span}（{observed.n}件）"
    return f"here: {span} in the last year (n = {observed.n})"


def range_words(least: int, most: int, lang: str) -> str:
    """Of a range in working days, both ends of which are known."""
    return length_range(least, most, _UNIT, lang) if most else length(0, _UNIT, lang)


def observed_note(observed: Observed | None, lang: str) -> str:
    """What was counted, in sentences; blank for nothing observed."""
    if observed is None:
        return ""
    first, last = (day_shown(parse_day(day), lang) for day in (observed.first, observed.last))
    whole = range_words(observed.whole.min, observed.whole.max or 0, lang)
    if lang == "zh":
        return (
            f"按{first}至{last}办结的{observed.n}件统计，自申报之日起至决定之日止，八成落在这一区间。"
            f"机关等候企业补正的日子不计；计入则为{whole}。仅供参考，方案的日期不据此推算。"
        )
    return (
        f"Counted from the {observed.n} applications decided from {first} to {last}, from filing to decision; eight in "
        f"ten took this long. Days on which the office waited for the company are left out; with them it was {whole}. "
        "No date of this plan rests on it."
    )
