"""How long a step takes: by law, by usage, and from the day of the plan on."""

from collections.abc import Sequence

from luodi.advice.landing_plan.common import Cite, Row, Text


class Law(Row, frozen=True, kw_only=True):
    """What a text gives the authority. `unit` as in `UNITS` of luodi/advice/timing.py."""

    days: int
    unit: str
    basis: Cite | None = None
    text: Text | None = None
    note: Text | None = None
    confidence: str | None = None


class Seen(Row, frozen=True, kw_only=True):
    title: str
    url: str | None = None
    dated: str | None = None
    seen_at: str | None = None


class Usual(Row, frozen=True, kw_only=True):
    """What it takes in practice, as advisers, officials or news tell. An end that nobody tells is None."""

    unit: str
    min: int | None = None
    max: int | None = None
    source: Seen | None = None
    note: Text | None = None
    confidence: str | None = None


class Span(Row, frozen=True, kw_only=True):
    """Offsets in working days; `max` is None where something open lies before."""

    min: int
    max: int | None


class Observed(Row, frozen=True, kw_only=True):
    """What the office took for the `n` procedures that it decided from `first` to `last`, in working days from filing
    to decision: eight in ten of them took `min` to `max`. Days on which it waited for the company are left out; `whole`
    is the range with them. It stands beside law and usual times and enters no range of the plan."""

    min: int
    max: int
    n: int
    first: str
    last: str
    whole: Span


class Time(Row, frozen=True, kw_only=True):
    """`rests` says what the range of the step was made of: `law`, `usual`, `open`, `own` (the company's own pace),
    `with` (handed in with another step) or `duty` (only the company has a term). `observed` is None where a plan is not
    made on a site, and below ten procedures."""

    kind: str
    law: Law | None = None
    usual: Usual | None = None
    rests: str = "open"
    min_working_days: int | None = None
    max_working_days: int | None = None
    observed: Observed | None = None


class RangesBy(Row, frozen=True, kw_only=True):
    law: int
    usual: int
    open: int


class OpensOn(Row, frozen=True, kw_only=True):
    earliest: str
    latest: str | None


class Duration(Row, frozen=True, kw_only=True):
    """Of the required steps to open. `open`: steps on the way whose time nobody tells; `unsettled`: steps that may lie
    on the way, until a fact is known; `own`: what the company does at its own pace. `known` is the range of all the
    rest, so that a page can say "4 to 25 working days, and the approval"."""

    min_working_days: int
    max_working_days: int | None
    open: Sequence[str]
    unsettled: Sequence[str]
    own: Sequence[str]
    known: Span
    opens_on: OpensOn
    ranges_by: RangesBy
