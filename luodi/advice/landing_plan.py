"""The landing plan as frozen types. Their fields are the keys of `luodi advise --json`, so one definition serves both.

`as_json` gives the document, `LandingPlan.of` reads one back (a plan that was kept). Days are ISO texts, offsets whole
working days from `on`, money whole CNY unless a `currency` says otherwise, shares percent numbers. None is "not known"
or "does not apply", never 0. The meaning of each key stands in docs/reference/landing-plan.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

Answer = Literal["allowed", "conditional", "not_allowed", "unknown", "silent"]
Lane = Literal["to_open", "to_go_live", "if_you_want"]
Group = Literal["fits", "one_fact_away", "further", "not_for_you"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What every part of a plan is."""


class Text(msgspec.Struct, frozen=True):
    """The same sentence in both languages."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    @classmethod
    def of(cls, words: Mapping[str, str]) -> "Text":
        return cls(words["zh"], words["en"])

    @classmethod
    def maybe(cls, words: Mapping[str, str] | None) -> "Text | None":
        return cls.of(words) if words else None


class Cite(msgspec.Struct, frozen=True):
    """Where in the law a statement stands, and the row that rests on it."""

    instrument: str
    article: str | None = None
    rule: str | None = None


class Named(Row, frozen=True, kw_only=True):
    id: str
    name: Text


class Office(Row, frozen=True, kw_only=True):
    zh: str
    en: str
    level: str | None = None


# ---- time


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


class Time(Row, frozen=True, kw_only=True):
    """`rests` says what the range of the step was made of: `law`, `usual`, `open`, `own` (the company's own pace),
    `with` (handed in with another step) or `duty` (only the company has a term)."""

    kind: str
    law: Law | None = None
    usual: Usual | None = None
    rests: str = "open"
    min_working_days: int | None = None
    max_working_days: int | None = None


class Span(Row, frozen=True, kw_only=True):
    """Offsets in working days; `max` is None where something open lies before."""

    min: int
    max: int | None


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


# ---- what is open


class Chain(Row, frozen=True, kw_only=True):
    holds: bool | None
    text: Text


class Licence(Row, frozen=True, kw_only=True):
    id: str
    name: Text
    authority: Office | None = None
    note: Text | None = None


class Requirement(Row, frozen=True, kw_only=True):
    name: str
    title: Text
    rule: str | None = None
    value: int | bool | None = None
    says: Text | None = None
    scope: str | None = None
    confidence: str | None = None
    read: str | None = None
    basis: Sequence[Cite] = ()


class Gate(Row, frozen=True, kw_only=True):
    """Something that had to be looked at before a stamp. `holds` is False for a contradiction or a bar, None where it
    cannot be told. `between` names the two facts, or the path, that it rests on; `ask` the attribute that settles it,
    `who` the one who can."""

    id: str
    holds: bool | None
    text: Text
    between: Sequence[str] = ()
    ask: str | None = None
    who: Text | None = None
    plan: int | None = None
    basis: Sequence[Cite] = ()


class Access(Row, frozen=True, kw_only=True):
    """One answer of `luodi access`, for one plan of the profile, with what a page needs beside it."""

    id: str
    answer: Answer
    cap: int | float | None
    basis: Sequence[Cite]
    question: Mapping[str, Any]
    on: str
    confidence: str | None = None
    read: str | None = None
    conditions: Sequence[Text] = ()
    licences: Sequence[str] = ()
    requirements: Sequence[Requirement] = ()
    rules: Sequence[str] = ()
    alternatives: Sequence[Mapping[str, Any]] = ()
    missing: Sequence[str] = ()
    possible: Sequence[str] = ()
    announced: Sequence[Mapping[str, Any]] = ()
    does_not_apply: Sequence[str] = ()
    note: Text | None = None
    speaks_from: str | None = None
    as_known_on: str | None = None
    would_change: Sequence[Mapping[str, Any]] = ()
    books: Sequence[Mapping[str, Any]] = ()
    service: Named | None = None
    place: Named | None = None
    rule: Mapping[str, Any] | None = None
    licence_details: Sequence[Licence] = ()
    chain: Sequence[Chain] = ()
    holdings: Mapping[str, Any] | None = None
    without_gates: Answer | None = None

    @property
    def is_open(self) -> bool:
        return self.answer in ("allowed", "conditional")


class Cell(Row, frozen=True, kw_only=True):
    """One of the services at one of the places, at the share of the plan."""

    service: str
    place: str
    answer: Answer
    cap: int | float | None
    basis: Sequence[Cite]


class Column(Row, frozen=True, kw_only=True):
    """What one company can do at a place. `one_company`: the highest share at which it may do all of it, None where no
    share opens all. The services by how they stand at the share asked for: `open`, `apart` (in another company, with a
    lower share), `shut` (closed at every share)."""

    place: str
    name: Text
    takes_all: bool
    one_company: int | float | None
    open: Sequence[str]
    apart: Sequence[str]
    shut: Sequence[str]
    says: Text


class Whole(Row, frozen=True, kw_only=True):
    """Several services of one company: they share one shareholding. `take` is the place where all is open."""

    answer: str
    says: Text
    take: str | None
    services: Sequence[Named]
    columns: Sequence[Column]
    cells: Sequence[Cell]


# ---- steps


class Fee(Row, frozen=True, kw_only=True):
    """The official charge; `amount` None is not known, 0 a finding with its basis."""

    amount: int | None
    currency: str = "CNY"
    basis: Text | None = None
    confidence: str | None = None
    url: str | None = None


class Portal(Row, frozen=True, kw_only=True):
    name: Text | None = None
    address: str | None = None
    confidence: str | None = None


class Alternative(Row, frozen=True, kw_only=True):
    id: str
    title: Text
    why: Text
    basis: Sequence[Cite]


class Step(Row, frozen=True, kw_only=True):
    """One step of the plan. `preparation`: the company's own, in a lane of its own on the chart."""

    id: str
    title: Text
    lane: Lane
    preparation: bool
    domain: str
    obligation: str
    authority: Office
    why: Sequence[Mapping[str, Any]]
    needs: Sequence[str]
    documents: Sequence[Text]
    time: Time
    fee: Fee | None
    start: Span
    finish: Span
    critical: bool
    basis: Sequence[Cite]
    confidence: str
    read: str
    authority_confidence: str | None = None
    assumed: Sequence[str] = ()
    waits_on_open: Sequence[str] = ()
    runs_with: str | None = None
    prerequisites: Sequence[Text] = ()
    deadline: Sequence[Mapping[str, Any]] = ()
    output: Text | None = None
    licence: str | None = None
    validity: Text | None = None
    online: Mapping[str, Any] | None = None
    portal: Portal | None = None
    alternatives: Sequence[Alternative] = ()
    until: str | None = None
    verification: str | None = None
    seen_at: str | None = None
    note: Text | None = None

    @property
    def is_optional(self) -> bool:
        return self.lane == "if_you_want"


class OpenStep(Row, frozen=True, kw_only=True):
    """A step that may be needed: `missing` names the facts that settle it. Of one that nobody has to take, and which is
    on offer whatever the facts are, `only_if` says whom it is for."""

    id: str
    title: Text
    lane: Lane
    domain: str
    obligation: str
    authority: Office
    missing: Sequence[str]
    time: Time
    start: Span
    finish: Span
    basis: Sequence[Cite]
    confidence: str
    read: str
    only_if: Sequence[Text] = ()


class Document(Row, frozen=True, kw_only=True):
    name: Text
    steps: Sequence[str]


class Obligation(Row, frozen=True, kw_only=True):
    """What the company must keep after it has landed. `every` is None for a duty that comes once; `right` is something
    that the company may use and need not."""

    id: str
    title: Text
    authority: Office
    deadline: Sequence[Mapping[str, Any]]
    basis: Sequence[Cite]
    confidence: str
    read: str
    every: Mapping[str, Any] | None = None
    window: str | None = None
    next_due: str | None = None
    right: bool = False
    note: Text | None = None


class Coming(Row, frozen=True, kw_only=True):
    """What begins after the day of the plan."""

    kind: str
    id: str
    title: Text
    begins: str
    basis: Sequence[Cite]


class Expiring(Row, frozen=True, kw_only=True):
    """What ends within a year of the day of the plan."""

    kind: str
    id: str
    title: Text
    ends: str


# ---- routes


class Need(Row, frozen=True, kw_only=True):
    """Something that a route takes; `step` is the step of the book, where there is one."""

    text: Text
    step: str | None = None


class Rechecked(Row, frozen=True, kw_only=True):
    """The answer that a route leads to, asked of the engine with these parts of the question changed."""

    set: Mapping[str, Any]
    answer: Answer
    cap: int | float | None
    basis: Sequence[Cite]


class Route(Row, frozen=True, kw_only=True):
    """A lawful way after a no. `standing` is `offer`, `question` (it fits if `missing` is as it needs it),
    `to_be_checked` (recalled and not read) or `caution` (not settled in law, never recommended). `plan` is the number
    of the plan that was answered with no."""

    id: str
    kind: str
    standing: str
    title: Text
    what_it_is: Text
    gives_up: Text
    access: Sequence[Rechecked]
    basis: Sequence[Cite]
    confidence: str
    read: str
    plan: int
    needs: Sequence[Need] = ()
    limits: Text | None = None
    share_allowed: int | float | None = None
    share_note: Text | None = None
    unsettled: Text | None = None
    missing: Sequence[str] = ()


# ---- what you get


class Amount(Row, frozen=True, kw_only=True):
    min: int
    max: int | None
    currency: str = "CNY"


class Page(Row, frozen=True, kw_only=True):
    """A page where a row was seen: `official` of a government, else a `report`."""

    kind: str
    url: str


class Policy(Row, frozen=True, kw_only=True):
    """One policy as `luodi match` answers it, and the group it falls into. `money`: `one_off`, `yearly`, `tax`, `rate`
    or `non_money`; `sum` is what the rule states, or its formula comes to for the company, a year where `yearly`.
    `not_with`: policies for the same matter."""

    id: str
    title: Text
    answer: str
    group: Group
    missing: Sequence[str]
    reasons: Sequence[Mapping[str, Any]]
    basis: Sequence[Cite]
    confidence: str
    read: str
    decides: bool
    assumed: Sequence[str] = ()
    would_change: Sequence[Mapping[str, Any]] = ()
    amount: Mapping[str, Any] | None = None
    window: Mapping[str, Any] = {}
    kind: str | None = None
    level: str | None = None
    authority: Text | None = None
    delivery: str | None = None
    status: str | None = None
    benefit: Any = None
    money: str | None = None
    sum: Amount | None = None
    not_with: Sequence[str] = ()
    replaced_by: Sequence[str] = ()
    apply: Text | None = None
    documents: Sequence[Text] = ()
    links: Sequence[Page] = ()
    when: Mapping[str, Any] | None = None
    verification: str | None = None
    seen_at: str | None = None
    note: Text | None = None
    error: Mapping[str, Any] | None = None


class Beside(Row, frozen=True, kw_only=True):
    """A policy that is not for the company, with the reason in a line."""

    id: str
    title: Text
    why: Text


class Total(Row, frozen=True, kw_only=True):
    """What the policies that fit come to, without counting twice: once, and in a year. `counted` are those in it,
    `left_out` those for the same matter as one that is counted, `open_ended` those without a figure."""

    once: Amount | None
    yearly: Amount | None
    counted: Sequence[str]
    open_ended: Sequence[str]
    left_out: Sequence[str]


class Overlap(Row, frozen=True, kw_only=True):
    policies: Sequence[str]
    on: Sequence[str]
    text: Text


# ---- asking


class Settles(Row, frozen=True, kw_only=True):
    access: int
    steps: int
    policies: int


class Item(Row, frozen=True, kw_only=True):
    """One fact of a checklist with the names of its ticks: its own, or one for each of the `values` of a set."""

    attribute: str
    label: Text
    text: Text
    help: Text | None
    example: Text | None
    where: Text | None
    doubt: Text | None
    values: Mapping[str, Any]
    ticks: Sequence[str]
    decides: int
    # `for` is a word of Python
    rules: Sequence[str] = msgspec.field(name="for", default=())


class Question(Row, frozen=True, kw_only=True):
    """A fact worth asking, or several of a `checklist`: `attributes` names all that the answer gives, and `attribute`
    the one that decides most. `decides` counts what they keep open, `settles` the same by kind."""

    attribute: str
    label: Text
    text: Text
    type: str
    unit: str | None
    allowed: Sequence[Any] | None
    values: Mapping[str, Any]
    decides: int
    settles: Settles
    note: Text | None = None
    help: Text | None = None
    example: Text | None = None
    where: Text | None = None
    doubt: Text | None = None
    plan: int | None = None
    attributes: Sequence[str] = ()
    checklist: str | None = None
    items: Sequence[Item] = ()
    # `for` is a word of Python
    rules: Sequence[str] = msgspec.field(name="for", default=())


# ---- page one


class Verdict(Row, frozen=True, kw_only=True):
    """`stamp` is None where several services are answered differently: never one stamp that hides a yes."""

    stamp: Answer | None
    says: Text
    decides: Text | None
    read: str | None
    basis: Sequence[Cite]


class Point(Row, frozen=True, kw_only=True):
    text: Text
    basis: Sequence[Cite] = ()


class Capital(Row, frozen=True, kw_only=True):
    minimum: Sequence[Point]
    paid_in: Point | None


class Fees(Row, frozen=True, kw_only=True):
    amount: int
    currency: str
    unknown: Sequence[str]
    basis: Sequence[Text]


class Risk(Row, frozen=True, kw_only=True):
    kind: str
    text: Text
    basis: Sequence[Cite] = ()


class Act(Row, frozen=True, kw_only=True):
    """To take a step, or to ask for a policy: one of both is named. `by` where a last day is known, else `since` stands
    alone."""

    step: str | None
    title: Text
    office: Text
    document: Text | None
    since: str
    by: str | None
    policy: str | None = None


class Unknown(Row, frozen=True, kw_only=True):
    attribute: str
    text: Text
    settles: Settles


class PageOne(Row, frozen=True, kw_only=True):
    answer: Verdict
    conditions: Sequence[Point]
    capital: Capital | None
    licences: Sequence[Licence]
    duration: Duration | None
    fees: Fees | None
    risks: Sequence[Risk]
    next: Sequence[Act]
    unknown: Sequence[Unknown]


# ---- the whole


class Totals(Row, frozen=True, kw_only=True):
    """Counted from the lists they stand before."""

    steps: int
    steps_needed: int
    steps_optional: int
    steps_open: int
    steps_offered: int = 0
    authorities: int
    documents: int
    policies_fit: int
    policies_one_fact_away: int
    duration: Duration | None


class Source(Row, frozen=True, kw_only=True):
    n: int
    instrument: str
    title: Text
    number: str | None = None
    number_en: str | None = None
    issuer: Text | None = None
    effective: str | None = None
    ended: str | None = None
    url: str | None = None
    confidence: str | None = None
    note: Text | None = None
    articles: Sequence[Text] = ()
    used_by: Sequence[str] = ()


class LandingPlan(Row, frozen=True, kw_only=True):
    """All that one answer holds; see the module."""

    on: str
    id: str | None
    company: Mapping[str, str]
    about: Mapping[str, str] | None
    verdict: str | None
    as_known_on: str | None
    page_one: PageOne
    whole: Whole | None
    gates: Sequence[Gate]
    totals: Totals
    access: Sequence[Access]
    steps: Sequence[Step]
    open_steps: Sequence[OpenStep]
    offered_steps: Sequence[OpenStep] = ()
    critical_path: Sequence[str]
    routes: Sequence[Route]
    documents: Sequence[Document]
    policies: Sequence[Policy]
    policies_beside: Sequence[Beside]
    policies_total: Total
    overlaps: Sequence[Overlap]
    obligations: Sequence[Obligation]
    coming: Sequence[Coming]
    expiring: Sequence[Expiring]
    data_export: Mapping[str, Any]
    questions: Sequence[Question]
    would_change: Sequence[Mapping[str, Any]]
    announced: Sequence[Mapping[str, Any]]
    facts: Sequence[Mapping[str, Any]]
    derived: Sequence[Mapping[str, Any]]
    calendar: Mapping[str, Any]
    cautions: Sequence[Text]
    warnings: Sequence[Mapping[str, Any]]
    sources: Sequence[Source]
    books: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "LandingPlan":
        """Read a plan that was kept. Raises `msgspec.ValidationError` for a document of another shape."""
        return msgspec.convert(document, cls)

    def as_json(self) -> dict[str, Any]:
        """The document of the contract."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


#: The verdict of a plan whose services are answered differently.
MIXED: Final = "mixed"
