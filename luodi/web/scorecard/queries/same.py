"""Companies that count already: which contribution of an indicator is of the same company, or of the same group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from luodi.scorecard.contributions import Distinct, State, Thing
from luodi.web.accounts.models import Company
from luodi.web.core.permissions import visible
from luodi.web.core.types import AnyUser
from luodi.web.scorecard.models import Contribution, Definition, Indicator
from luodi.web.scorecard.queries.countable import Known
from luodi.web.scorecard.queries.definitions import in_force


def counted_before(indicator: Indicator, line: Definition, about: Known, on: date) -> Contribution | None:
    """The first counted contribution that a thing would be counted as one with; None where it would be one more."""
    if line.distinct == Distinct.THING or about.company is None:
        return None
    rows = indicator.contributions.filter(state=State.COUNTED).exclude(case__reference=about.label)
    if line.distinct == Distinct.COMPANY:
        return rows.filter(company=about.company).order_by("decided", "pk").first()
    head = about.group(on)
    return rows.filter(group=head).order_by("decided", "pk").first()


def doubles(rows: Iterable[Contribution], distinct: Distinct) -> dict[int, Contribution]:
    """Of counted contributions of one indicator those that add nothing, by key, each with the one that counts."""
    first: dict[object, Contribution] = {}
    found = {}
    for row in sorted(rows, key=lambda one: (one.decided is None, one.decided, one.pk)):
        key = row.counted.by(distinct)
        if key in first:
            found[row.pk] = first[key]
        first.setdefault(key, row)
    return found


@dataclass(frozen=True)
class CountedAlready:
    """That a company counts for an indicator. `reference` is blank for who may not see the contribution."""

    indicator: Indicator
    reference: str


def of_company(user: AnyUser, company: Company, on: date) -> list[CountedAlready]:
    """The indicators of landings by company or group for which a company counts already, as somebody may read it."""
    found: list[CountedAlready] = []
    about: Known | None = None
    for indicator in _by_company(user):
        line = in_force(indicator.definitions.all(), on)
        if line is None or line.distinct == Distinct.THING:
            continue
        about = about or Known.of_company(company)
        row = counted_before(indicator, line, about, on)
        if row is not None:
            seen = visible(user, Contribution.objects.filter(pk=row.pk)).exists()
            found.append(CountedAlready(indicator, row.reference if seen else ""))
    return found


def _by_company(user: AnyUser) -> Sequence[Indicator]:
    rows = visible(user, Indicator.objects.filter(thing=Thing.LANDING))
    return list(rows.prefetch_related("definitions").order_by("pk"))
