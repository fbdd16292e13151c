"""The steps a company must take: which it triggers, which routes are alternatives, and when each can start and end."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any, Final

from luodi.advice.schedule import Task, order
from luodi.advice.timing import UNITS, StepTime, step_time, working_days
from luodi.calendar import WorkingCalendar
from luodi.editions import with_books
from luodi.errors import did_you_mean
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Value
from luodi.rules.book import BadRule, Book, Rule
from luodi.rules.evaluate import Answer, evaluate
from luodi.rules.explain import Explanation, explain
from luodi.rules.library import load_book
from luodi.rules.lower import lower
from luodi.rules.tree import Tree

#: `to_open`: until the company may trade; `to_go_live`: before the service is live; `if_you_want`: nobody has to;
#: `preparation`: the company's own, before an office is asked; `after`: duties and rights, never on the way.
LANES: Final = ("to_open", "to_go_live", "if_you_want", "preparation", "after")


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit of an authority. `counts`: it runs in the ordinary course and adds to the step's days.

    Extensions, special reviews, promises beside a statutory limit are shown and do not count; see
    docs/methods/clocks.md.
    """

    value: int
    unit: str
    basis: str
    counts: bool
    note: Mapping[str, str] | None = None

    def working_days(self, start: date, calendar: WorkingCalendar) -> int:
        """Working days after `start` until the limit ends."""
        return working_days(self.value, self.unit, start, calendar)


@dataclass(frozen=True, slots=True)
class Step:
    """One procedure of the book."""

    rule: Rule
    domain: str
    obligation: str
    authority: Mapping[str, str]
    authority_when: tuple[tuple[Tree, Mapping[str, str], str], ...]
    depends_on: tuple[str, ...]
    any_of: tuple[str, ...]
    runs_with: tuple[str, ...]
    service_codes: frozenset[str]
    decision: tuple[Limit, ...]
    lane: str
    time: StepTime
    gives: Mapping[str, Any]

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def is_optional(self) -> bool:
        return self.obligation == "optional" or self.lane == "if_you_want"

    @property
    def is_voluntary(self) -> bool:
        """Nobody has to take it, whatever the facts are: where a fact is open, the step is on offer all the same."""
        return self.obligation == "optional" and self.lane == "if_you_want"

    @property
    def is_duty(self) -> bool:
        """A duty or a right of a company that has landed: it stands beside the way, never on it."""
        return self.lane == "after"

    def authority_for(self, facts: Facts, on: date) -> tuple[Mapping[str, str], str | None]:
        """The first other authority whose condition is true, else the usual one; with the confidence of the switch."""
        for tree, authority, confidence in self.authority_when:
            if evaluate(tree, facts, on).truth is True:
                return authority, confidence
        return self.authority, None


@dataclass(frozen=True, slots=True)
class Route:
    """`prefer` stands in the place of each of `over`; with `per`, for the codes of that set which it covers."""

    id: str
    prefer: str
    over: tuple[str, ...]
    why: Mapping[str, str]
    per: str | None = None


class StepsBook:
    """The landing-steps book with its references checked: dangling names and cycles do not load."""

    def __init__(self, book: Book) -> None:
        self.book = book
        ids = list(book.tables.get("order") or [rule.id for rule in book.rules])
        made = {rule.id: _step(rule, book) for rule in book.rules}
        self.steps = {i: made[i] for i in ids if i in made} | {i: s for i, s in made.items() if i not in ids}
        self.routes = tuple(_route(row) for row in book.tables.get("routes") or ())
        self._check()

    def _check(self) -> None:
        for step in self.steps.values():
            for other in (*step.depends_on, *step.any_of, *step.runs_with):
                if other not in self.steps:
                    raise BadRule(
                        "advice.step-names-no-step",
                        step=step.id,
                        other=other,
                        meant=did_you_mean(other, self.steps),
                        at=step.rule.at,
                    )
        # Raises CycleError, naming the steps that wait for each other.
        order([task(step, set(self.steps), {}) for step in self.steps.values()])


@dataclass
class Chosen:
    """Which steps are in the plan, open or out; what stands in for what, and what may once a fact is known."""

    explained: dict[str, Explanation]
    plan: list[str]
    open: list[str]
    alternatives: dict[str, list[tuple[str, Route]]] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)
    may_replace: dict[str, list[str]] = field(default_factory=dict)


@with_books()
def steps_book() -> StepsBook:
    return StepsBook(load_book("landing-steps"))


def choose(book: StepsBook, facts: Facts, on: date, readings: Mapping[str, Sequence[Value]] | None = None) -> Chosen:
    """Trigger true: in the plan; unknown: open; false: not. Of alternative routes the plan holds one.

    `readings` are the values that a fact which is not known can still have: what is so for each of them is no question.
    """
    explained = {i: _explained(step, facts, on, book, readings or {}) for i, step in book.steps.items()}
    chosen = Chosen(
        explained,
        [i for i, e in explained.items() if e.answer is Answer.YES],
        [i for i, e in explained.items() if e.answer is Answer.UNKNOWN],
    )
    asked: dict[str, frozenset[str]] = {}
    for route in book.routes:
        _apply(route, book, chosen, facts, on, asked)
    for route in (route for route in book.routes if route.prefer in chosen.open):
        for other in (o for o in route.over if o in chosen.plan):
            if _may_cover(route, book, asked.get(other) or _codes(book.steps[other], route.per, facts), facts, on):
                chosen.may_replace.setdefault(other, []).append(route.prefer)
    return chosen


def _explained(
    step: Step, facts: Facts, on: date, book: StepsBook, readings: Mapping[str, Sequence[Value]]
) -> Explanation:
    found = explain(step.rule, facts, on, book.book)
    names = [name for name in found.missing if name in readings]
    if found.answer is not Answer.UNKNOWN or not names:
        return found
    cases = (dict(zip(names, values, strict=True)) for values in product(*(readings[name] for name in names)))
    each = [explain(step.rule, facts.having(case), on, book.book) for case in cases]
    return each[0] if len({one.answer for one in each}) == 1 else found


def _apply(
    route: Route, book: StepsBook, chosen: Chosen, facts: Facts, on: date, asked: dict[str, frozenset[str]]
) -> None:
    if route.prefer not in chosen.plan:
        return
    for other in [o for o in route.over if o in chosen.plan]:
        if route.per is not None:
            codes = asked.get(other) or _codes(book.steps[other], route.per, facts)
            asked[other] = codes - _covered(book.steps[route.prefer], route.per, codes, facts, on)
            if asked[other]:
                continue
        chosen.plan.remove(other)
        chosen.replaced[other] = route.prefer
        chosen.alternatives.setdefault(route.prefer, []).append((other, route))


def _may_cover(route: Route, book: StepsBook, codes: Iterable[str], facts: Facts, on: date) -> bool:
    """Whether the preferred step may come to stand for all of the codes, as far as the facts tell."""
    if route.per is None:
        return True
    tree, covers = book.steps[route.prefer].rule.tree(on), book.steps[route.prefer].service_codes
    return all(
        code in covers and evaluate(tree, facts.having({route.per: frozenset((code,))}), on).truth is not False
        for code in codes
    )


def _codes(step: Step, per: str | None, facts: Facts) -> frozenset[str]:
    value = None if per is None else facts.value(per)
    asked = value if isinstance(value, frozenset) else frozenset()
    return asked & step.service_codes or asked


def _covered(step: Step, per: str, codes: Iterable[str], facts: Facts, on: date) -> frozenset[str]:
    """The codes for which the step would be triggered by that code alone."""
    return frozenset(
        code
        for code in codes
        if code in step.service_codes
        and evaluate(step.rule.tree(on), facts.having({per: frozenset((code,))}), on).truth is True
    )


def task(step: Step, present: set[str], replaced: Mapping[str, str], *, required: bool = True) -> Task:
    """A step as a task among those that are present."""

    def standing(ids: Sequence[str]) -> frozenset[str]:
        names = (replaced.get(i, i) for i in ids)
        return frozenset(i for i in names if i in present and i != step.id)

    return Task(
        id=step.id,
        days=0,
        needs=standing(step.depends_on),
        any_of=standing(step.any_of),
        runs_with=host(step, present, replaced),
        required=required,
    )


def host(step: Step, present: Collection[str], replaced: Mapping[str, str]) -> str | None:
    """The step that this one is handed in with: the first of its hosts that is there."""
    names = (replaced.get(i, i) for i in step.runs_with)
    return next((i for i in names if i in present and i != step.id), None)


def _step(rule: Rule, book: Book) -> Step:
    gives = rule.gives
    for key in ("domain", "obligation", "authority"):
        if key not in gives:
            raise BadRule("advice.step-needs-gives", rule=rule.id, key=key, at=rule.at)
    switches = tuple(
        (lower(row["when"], book.vocabulary), row["authority"], row.get("confidence", ""))
        for row in gives.get("authority_when") or ()
    )
    return Step(
        rule=rule,
        domain=gives["domain"],
        obligation=gives["obligation"],
        authority=gives["authority"],
        authority_when=switches,
        depends_on=tuple(gives.get("depends_on") or ()),
        any_of=tuple(gives.get("any_of") or ()),
        runs_with=_names(gives.get("runs_with")),
        service_codes=frozenset(gives.get("service_codes") or ()),
        decision=tuple(_limit(row, rule) for row in gives.get("decision") or ()),
        lane=_lane(rule),
        time=step_time(rule),
        gives=gives,
    )


def _names(raw: Any) -> tuple[str, ...]:
    return (raw,) if isinstance(raw, str) else tuple(raw or ())


def _lane(rule: Rule) -> str:
    lane = str(rule.gives.get("lane") or "")
    if lane not in LANES:
        raise BadRule("advice.step-needs-lane", rule=rule.id, lanes=LANES, at=rule.at)
    return lane


def _limit(row: Mapping[str, Any], rule: Rule) -> Limit:
    if row.get("unit") not in UNITS or not str(row.get("value", "")).isdigit():
        raise BadRule("advice.time-limit-needs-value-unit", rule=rule.id, units=UNITS, at=rule.at)
    return Limit(int(row["value"]), row["unit"], row.get("basis", ""), row.get("counts") != "false", row.get("note"))


def _route(row: Mapping[str, Any]) -> Route:
    return Route(row["id"], row["prefer"], tuple(row["over"]), row["why"], row.get("per"))
