"""The chart of time: which bars, in words that the chart and its description share. How it is drawn: `gantt`."""

from collections.abc import Sequence
from typing import Final

from luodi.advice.landing_plan.steps import Step
from luodi.documents.say import Say
from luodi.documents.view import Bar, Chart

_MOST: Final = 5
#: Beyond the known end an open bar is drawn a little further, so that its hatching is seen.
_FURTHER: Final = 1.35


def time_chart(say: Say) -> Chart:
    """The few steps of page one: what the duration is made of, on the path of the upper ends."""
    duration = say.plan.page_one.duration
    assert duration is not None
    way = [s for s in say.plan.steps if s.critical and s.lane == "to_open" and _draws(s)]
    return _chart(say, _longest(way))


def whole_chart(say: Say, steps: Sequence[Step]) -> Chart | None:
    """Every step of a section that takes a time; None where none does."""
    drawn = [s for s in steps if _draws(s)]
    return _chart(say, drawn) if drawn else None


def _draws(step: Step) -> bool:
    return step.time.rests in ("law", "usual", "open") and (step.time.max_working_days != 0)


def _longest(steps: Sequence[Step]) -> list[Step]:
    """The few that take longest, in their order."""
    kept = sorted(steps, key=lambda s: -(s.time.max_working_days or 10_000))[:_MOST]
    return [s for s in steps if s in kept]


def _chart(say: Say, steps: Sequence[Step]) -> Chart:
    bars = [_bar(step, say) for step in steps]
    known = max([b.high for b in bars if b.high is not None] + [b.low for b in bars], default=0)
    open_ends = any(b.high is None for b in bars)
    return Chart(
        title=say.both(
            f"到可以开业的时间，自{say.day(say.plan.on)}起的工作日",
            f"Time until you may open, in working days from {say.day(say.plan.on)}",
        ),
        says=say.both("；", "; ").join(f"{say.of(s.title)}{say.both('，', ', ')}{say.time(s)}" for s in steps)
        + say.both("。", "."),
        bars=bars,
        first=say.short(say.plan.on),
        last=round(known * _FURTHER) + 3 if open_ends else known,
    )


def _bar(step: Step, say: Say) -> Bar:
    """From the earliest start to the latest finish; solid up to the earliest one. What no text ends is open."""
    is_open = step.time.rests == "open"
    start = step.start.max if is_open and step.start.max is not None else step.start.min
    return Bar(
        label=say.of(step.title),
        words=say.in_short(step),
        start=start,
        low=max(step.finish.min, start),
        high=None if is_open else step.finish.max,
        law=step.time.rests == "law",
        critical=step.critical,
        lane=step.lane,
    )
