"""What a page, a PDF, a terminal and a site show of a landing plan, in one language: finished sentences in their order.

`plan_view` in luodi/documents/plan_view.py makes it from a `LandingPlan`; a renderer places it and says nothing of its
own. `Ref` names what a line is about, so that a site can link it; a document leaves it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ref:
    """What a line is about: `attribute`, `step`, `policy`, `rule`, `route`, `service`, `place`, with its id. `plan` is
    the number of the plan that it belongs to."""

    kind: str
    id: str
    plan: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation: the number of its source, the article in short, and its whole name to be read aloud."""

    n: int
    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with its citations. `gloss` is the term in the other language; `quiet` stands back."""

    text: str
    marks: Sequence[Mark] = ()
    gloss: str = ""
    quiet: bool = False
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A verdict: its word, the sign of one character, the four of the seal, the tone of the stylesheet, and in three
    words how it was read."""

    word: str
    sign: str
    seal: str
    tone: str
    read: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A term of page one and what stands beside it. `figure` is the one large figure, `numbered` a short list."""

    id: str
    term: str
    lines: Sequence[Line]
    figure: str = ""
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A step on the chart of time, in working days. `high` None: its end is open. `law` is the end by law, where one
    is known beside the usual time; `shown` where its hatching ends on paper."""

    label: str
    words: str
    start: int
    low: int
    high: int | None
    law: bool
    critical: bool
    lane: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Ranges of steps from the day of the plan. `says` is the chart in words, for those who do not see it."""

    title: str
    says: str
    bars: Sequence[Bar]
    first: str
    last: int


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do next: its office in `where`, its first paper, its day in `when`. `paper` is blank where none is
    known, or of what the company prepares by itself."""

    title: str
    when: str
    day: str
    where: str
    ref: Ref
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A fact that would settle something, and what."""

    text: str
    settles: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class CellView:
    stamp: Stamp
    line: Line


@dataclass(frozen=True, slots=True)
class ColumnView:
    name: str
    taken: bool
    whole: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class SeveralView:
    """Services by places: a stamp in each cell, the company as a whole in the last row."""

    columns: Sequence[ColumnView]
    rows: Sequence[tuple[str, str, Sequence[CellView]]]


@dataclass(frozen=True, slots=True)
class RouteView:
    """A way after a no as a small plan: what it is, and pairs of a term and its words."""

    letter: str
    title: str
    what: str
    pairs: Sequence[tuple[str, Line]]
    ref: Ref


@dataclass(frozen=True, slots=True)
class StepView:
    """A step in its row: office, time, when; behind it the papers, why, and what else there is to know."""

    title: Line
    office: str
    time: str
    when: str
    critical: bool
    optional: bool
    papers: Sequence[str]
    more: Sequence[tuple[str, Line]]
    ref: Ref


@dataclass(frozen=True, slots=True)
class Para:
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a list: its title, what stands beside it in short, and lines behind it."""

    title: Line
    beside: str = ""
    lines: Sequence[Line] = ()
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Items:
    rows: Sequence[Item]
    head: str = ""
    intro: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class StepTable:
    steps: Sequence[StepView]
    head: str = ""
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class SourceView:
    n: int
    title: str
    gloss: str
    number: str
    about: str
    articles: str
    url: str


@dataclass(frozen=True, slots=True)
class SourceList:
    rows: Sequence[SourceView]


Block = Para | Items | StepTable | SourceList


@dataclass(frozen=True, slots=True)
class Section:
    """A section behind page one. A closed one says its finding in a line."""

    id: str
    title: str
    finding: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class PlanView:
    """The whole in its order: page one, then the sections."""

    lang: str
    on: str
    title: str
    kicker: str
    headline: str
    stamp: Stamp | None
    decides: Line | None
    takes: Sequence[Entry]
    chart: Chart | None
    acts: Sequence[Act]
    unknown: Sequence[Asked]
    several: SeveralView | None
    routes: Sequence[RouteView]
    unsettled: Sequence[Item]
    warnings: Sequence[Line]
    sections: Sequence[Section]
    notices: Sequence[str]
    words: "Headings" = field(repr=False)


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings that a renderer places."""

    takes: str
    next: str
    unknown: str
    rest: str
    decides: str
    routes: str
    routes_intro: str
    unsettled: str
    unsettled_intro: str
    whole: str
    skip: str
    step: str
    office: str
    time: str
    when: str
    papers: str
    by_law: str
    usual: str
    open: str
    own: str
    critical: str
    read_by: str
    day: str
