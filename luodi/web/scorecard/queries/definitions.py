"""Lines of an indicator as the library has them: which one holds on a day, what it takes, and what it promises."""

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction

from django.utils.timezone import localdate

from luodi.access.treatments import access_book
from luodi.casework.book import proof_kinds
from luodi.dates import parse_day
from luodi.errors import MissingKey, OutOfRange, UnknownValue, did_you_mean
from luodi.scorecard.attainment import Path, Promise
from luodi.scorecard.contributions import Distinct, Filter, Thing
from luodi.web.core.types import Json
from luodi.web.scorecard.models import Definition, DefinitionState, Indicator

#: What a new line is given by; `holds`, `starts`, `due` are days, `baseline` and `target` counts.
FIELDS = ("holds", "takes", "proofs", "distinct", "baseline", "target", "starts", "due", "path", "source", "reason")


def approved(lines: Iterable[Definition], day: date, at: datetime | None = None) -> list[tuple[date, Definition]]:
    """Those that were approved by a moment and hold by a day, each with the day from which it holds, in order.

    The first promise holds from the day it names; a revision not before it was approved, so that nothing that stood
    before is changed by it.
    """
    found: list[tuple[date, Definition]] = []
    for line in sorted(lines, key=lambda line: line.number):
        if line.state != DefinitionState.APPROVED or line.decided is None or (at is not None and line.decided > at):
            continue
        found.append((max(line.holds, localdate(line.decided)) if found else line.holds, line))
    return [pair for pair in found if pair[0] <= day]


def in_force(lines: Iterable[Definition], day: date, at: datetime | None = None) -> Definition | None:
    """The line that holds on a day: the one with the latest first day; of two with the same, the later one."""
    found = approved(lines, day, at)
    return max(found, key=lambda pair: (pair[0], pair[1].number))[1] if found else None


def line_of(indicator: Indicator, day: date) -> Definition:
    """Raises `MissingKey` where no line was approved yet."""
    found = in_force(indicator.definitions.all(), day)
    if found is None:
        raise MissingKey("scorecard.indicator-no-approved-definition-yet", at="definition")
    return found


def filter_of(line: Definition) -> Filter:
    takes = line.takes
    first, last = (parse_day(takes[name]) if takes.get(name) else None for name in ("first", "last"))
    places, services = (frozenset(takes.get(name, ())) for name in ("places", "services"))
    return Filter(first, last, takes.get("foreign"), places, services)


def promise_of(line: Definition) -> Promise:
    baseline = Fraction(line.baseline)
    if line.target is None:
        return Promise(baseline, None)
    target = Fraction(line.target)
    between = [(parse_day(point["day"]), Fraction(point["value"])) for point in line.path]
    return Promise(baseline, target, Path(((line.starts, baseline), *between, (line.due, target))))


def checked(given: Json, thing: Thing) -> Json:
    """The columns of a new line. Raises `MissingKey`, `UnknownValue` or `OutOfRange`, each naming its field."""
    found = {name: given[name] for name in FIELDS if name in given}
    found["distinct"] = _distinct(given.get("distinct") or "", thing)
    if not str(found.get("reason", "")).strip():
        raise MissingKey("scorecard.say-why-counted", at="reason")
    if found["due"] <= found["starts"]:
        raise OutOfRange("scorecard.due-after-starts", at="due")
    for name in ("baseline", "target"):
        if found.get(name) is not None and not 0 <= found[name] < 2**31:
            raise OutOfRange("scorecard.count-whole-number-from-0", at=name)
    for kind in found.get("proofs", ()):
        if kind not in proof_kinds():
            raise UnknownValue(
                "scorecard.no-kind-proof", kind=kind, meant=did_you_mean(kind, proof_kinds()), at="proofs"
            )
    _takes(found.get("takes", {}))
    _path(found.get("path", ()), found["starts"], found["due"])
    return {**found, "reason": found["reason"].strip()}


def _distinct(given: str, thing: Thing) -> Distinct:
    """Landings are counted by company unless the line says otherwise; what has no company is counted as itself."""
    if thing is Thing.LANDING:
        return Distinct(given or Distinct.COMPANY)
    if given not in ("", Distinct.THING):
        raise OutOfRange("scorecard.only-landings-have-company", at="distinct")
    return Distinct.THING


def _takes(takes: Json) -> None:
    book = access_book()
    for name, known in (("places", book.zones), ("services", book.services)):
        for code in takes.get(name, ()):
            if code not in known:
                raise UnknownValue("scorecard.none-book-knows", written=code, meant=did_you_mean(code, known), at=name)
    if takes.get("first") and takes.get("last") and takes["last"] < takes["first"]:
        raise OutOfRange("scorecard.last-day-not-before-first", at="last")


def _path(points: Iterable[Json], starts: date, due: date) -> None:
    before = starts
    for point in points:
        day = parse_day(point["day"])
        if not before < day < due:
            raise OutOfRange("scorecard.points-path-lie-order-between", at="path")
        if not 0 <= int(point["value"]) < 2**31:
            raise OutOfRange("scorecard.count-whole-number-from-0", at="path")
        before = day
