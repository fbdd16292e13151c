"""The document of an edition, worked out from what was written down until a moment: the same whenever it is made.

Everything that may change afterwards is taken from records that are only added to: acts on contributions, lines of
tasks, definitions by the moment of their approval. What the books said is stored in the document itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction

from django.utils.timezone import localdate

from luodi.casework.book import casework_book
from luodi.dates import parse_day
from luodi.scorecard.attainment import Attainment, Band, Rate, Thresholds, assigned, attainment, quantified, roll_up
from luodi.scorecard.contributions import Act, Counted, Distinct, State, number
from luodi.scorecard.editions import Edition, NotReproduced
from luodi.scorecard.plan import plan, thresholds
from luodi.scorecard.statuses import Declared, schedule
from luodi.web.accounts.models import Unit
from luodi.web.core.types import Json
from luodi.web.journal.models import Entry
from luodi.web.scorecard.models import ContributionStep, Definition, FrozenEdition, Indicator, TaskLine
from luodi.web.scorecard.queries.definitions import in_force, promise_of

#: Acts that decide nothing: somebody kept what counts, its company was merged, or a merge of it undone.
MERGED, MERGE_UNDONE = "merged", "undone"
UNDECIDED = (Act.KEEP, MERGED, MERGE_UNDONE)


@dataclass(frozen=True)
class Cut:
    """What is taken, until when, and what the books said then. `tasks`: each task of the plan, and whether the plan
    itself gives it a figure."""

    unit: int
    units: tuple[int, ...]
    number: int
    day: date
    at: datetime
    plan: str
    tasks: Mapping[str, bool]
    books: tuple[Mapping[str, str], ...]
    bands: Thresholds

    @classmethod
    def now(cls, unit: Unit, number: int, day: date, at: datetime) -> "Cut":
        found, work = plan(), casework_book()
        units = Unit.objects.filter(path__startswith=unit.path).order_by("pk").values_list("pk", flat=True)
        books = (found.book, {"name": work.id, "version": work.version, "hash": work.hash})
        given = {name: not t.indicator.assumed and t.indicator.target is not None for name, t in found.tasks.items()}
        return cls(unit.pk, tuple(units), number, day, at, found.id, given, books, thresholds())

    @classmethod
    def of(cls, document: Json) -> "Cut":
        bands = {name: Fraction(text) for name, text in document["thresholds"].items()}
        return cls(
            document["unit"],
            tuple(document["units"]),
            document["number"],
            parse_day(document["day"]),
            datetime.fromisoformat(document["at"]),
            document["plan"],
            document["plan_tasks"],
            tuple(document["books"]),
            Thresholds(**bands),
        )


def document(cut: Cut) -> Json:
    contributions, counted = _contributions(cut)
    indicators = [_indicator(one, cut, counted.get(one.code, ())) for one in _indicators(cut)]
    tasks = _tasks(cut)
    with_target = {row["of"] for row in indicators if row["target"] is not None}
    return {
        "number": cut.number,
        "unit": cut.unit,
        "units": list(cut.units),
        "day": cut.day.isoformat(),
        "at": cut.at.astimezone(UTC).isoformat(),
        "plan": cut.plan,
        "plan_tasks": dict(cut.tasks),
        "books": [dict(book) for book in cut.books],
        "thresholds": {"green": str(cut.bands.green), "amber": str(cut.bands.amber)},
        "indicators": indicators,
        "contributions": contributions,
        "tasks": tasks,
        "bands": {band.value: n for band, n in roll_up(row["band"] for row in indicators).items()},
        "rates": [
            rate_shown(quantified([given or name in with_target for name, given in cut.tasks.items()])),
            rate_shown(assigned([name in {row["id"] for row in tasks} for name in cut.tasks])),
        ],
    }


def rate_shown(rate: Rate) -> Json:
    return {"numerator": rate.numerator, "denominator": rate.denominator, "counts": rate.counts, "of": rate.of}


# ---- contributions, by the acts on them


def _contributions(cut: Cut) -> tuple[list[Json], dict[str, list[Counted]]]:
    """All that were claimed, and by the code of their indicator those that counted, each with its company then."""
    steps = ContributionStep.objects.filter(contribution__indicator__unit__in=cut.units, at__lte=cut.at)
    steps = steps.select_related("contribution__indicator").order_by("id")
    found: dict[str, Json] = {}
    of_companies: dict[str, Counted] = {}
    for step in steps:
        if localdate(step.at) <= cut.day:
            reference = step.contribution.reference
            found[reference] = _after(found.get(reference), step)
            of_companies[reference] = Counted(reference, step.rests_on.get("company"), step.rests_on.get("group"))
    counted: dict[str, list[Counted]] = {}
    for reference, row in found.items():
        if row["state"] == State.COUNTED:
            counted.setdefault(row["indicator"], []).append(of_companies[reference])
    return sorted(found.values(), key=lambda row: row["reference"]), counted


def _after(before: Json | None, step: ContributionStep) -> Json:
    if before is not None and step.act in UNDECIDED:
        return before
    rests, state = step.rests_on, State(step.state)
    row = {
        **(before or {"reference": step.contribution.reference, "indicator": step.contribution.indicator.code}),
        "unit": step.contribution.unit_id,
        "state": state.value,
        "reason": step.reason,
        "thing": rests["thing"],
        "day": rests["day"],
        "line": rests["line"],
        "proofs": rests["proofs"],
        "decided": None if state.is_open else localdate(step.at).isoformat(),
    }
    if step.act == Act.CLAIM:
        return {**row, "claimed": localdate(step.at).isoformat(), "claimed_by": rests["by"], "checker": None}
    return {**row, "checker": rests["by"]}


# ---- indicators


def _indicators(cut: Cut) -> list[Indicator]:
    found = Indicator.objects.filter(unit__in=cut.units, made__lte=cut.at).order_by("code")
    return list(found.prefetch_related("definitions"))


def _indicator(one: Indicator, cut: Cut, counted: Iterable[Counted]) -> Json:
    line = in_force(one.definitions.all(), cut.day, cut.at)
    value = number(counted, Distinct(line.distinct) if line else Distinct.THING)
    found = attained(line, value, cut.bands, cut.day)
    return {
        "code": one.code,
        "of": one.of,
        "unit": one.unit_id,
        "thing": one.thing,
        "title": one.titles,
        "measured": one.measured,
        "value": value,
        "target": line.target if line else None,
        "definition": line_shown(line) if line else None,
        "band": found.band.value,
        "why": found.why,
        "attained": _text(found.attained),
        "expected": _text(found.expected),
        "index": _text(found.index),
    }


def attained(line: Definition | None, value: int | None, bands: Thresholds, on: date) -> Attainment:
    """Of an indicator; without an approved line nothing was promised yet."""
    if line is None:
        return Attainment(Band.UNQUANTIFIED, why="no_definition")
    return attainment(value, promise_of(line), bands, on=on)


def line_shown(line: Definition) -> Json:
    return {
        "number": line.number,
        "holds": line.holds.isoformat(),
        "takes": line.takes,
        "proofs": line.proofs,
        "baseline": line.baseline,
        "target": line.target,
        "starts": line.starts.isoformat(),
        "due": line.due.isoformat(),
        "path": line.path,
        "source": line.source,
        "reason": line.reason,
        # lines of things alone are written as they were before there were others, so that old editions stay the same
        **({} if line.distinct == Distinct.THING else {"distinct": line.distinct}),
    }


def _text(share: Fraction | None) -> str | None:
    return None if share is None else str(share)


# ---- tasks, by what was said of them


def _tasks(cut: Cut) -> list[Json]:
    lines = TaskLine.objects.filter(at__lte=cut.at).select_related("task").order_by("id")
    latest: dict[str, dict[str, TaskLine]] = {}
    for line in lines:
        if localdate(line.at) <= cut.day:
            latest.setdefault(line.task.task, {})[line.kind] = line
    rows = (_task(name, said, cut.day) for name, said in sorted(latest.items()))
    return [row for row in rows if row["unit"] in cut.units]


def _task(name: str, said: Mapping[str, TaskLine], on: date) -> Json:
    given, declared, evidenced = (said.get(kind) for kind in ("assigned", "declared", "evidenced"))
    assert given is not None  # a task has a row from the day on which it was given to a unit
    done = localdate(declared.at) if declared else None
    timing = schedule(given.due, Declared(declared.value) if declared else None, done, on=on)
    return {
        "id": name,
        "unit": given.unit_id,
        "due": given.due.isoformat() if given.due else None,
        "declared": declared.value if declared else None,
        "evidenced": evidenced.value if evidenced else None,
        "schedule": timing.timing.value,
        "late": timing.days,
    }


# ---- making it again


def reproduced(edition: FrozenEdition) -> None:
    """The records of that day give the edition again, to the last letter, and the journal knows its hash.

    Raises `NotReproduced`, which says what differs.
    """
    stored = Edition(edition.content)
    if stored.hash != edition.hash:
        raise NotReproduced("scorecard.text-edition-not-hashed")
    entry = Entry.objects.filter(kind=edition._meta.label, subject=str(edition.pk), act="freeze").first()
    if entry is None or (entry.after or {}).get("hash") != edition.hash:
        raise NotReproduced("scorecard.journal-does-not-know-edition")
    made = Edition.of(document(Cut.of(stored.document)))
    if made.hash != edition.hash:
        raise NotReproduced("scorecard.records-day-give-another-text")
