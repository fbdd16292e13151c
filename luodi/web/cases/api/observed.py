"""What offices took, beside law and usual times, for programs. `/api/v1/observed-times`."""

from collections.abc import Sequence

import msgspec

from luodi.casework.observed import ENOUGH
from luodi.web.accounts.models import User
from luodi.web.advisor.models import ObservedTime
from luodi.web.advisor.observed import as_observed
from luodi.web.api import inputs
from luodi.web.api.endpoints import Document, Listing, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.values import day_or_none
from luodi.web.cases.models import CaseStep
from luodi.web.cases.queries import observed as queries
from luodi.web.core.permissions import visible

router = Router(KeyScope.OFFICE)


@router.collection("/observed-times", "observed_times", "ObservedTime")
def observed_times(user: User, words: str = "") -> Listing[ObservedTime]:
    """Of the latest count, each of ten applications or more."""
    return Listing(queries.OBSERVED.found(user, {"enough": "enough", "words": words}), _row)


@router.collection("/observed-times/{number}/cases", "cases", "ObservedCase", 404, of={"number": "observed_time"})
def observed_cases(user: User, number: str) -> Listing[CaseStep]:
    """Those behind one of them that the user may see."""
    found = visible(user, ObservedTime.objects.filter(pk=inputs.number_of(number), n__gte=ENOUGH)).first()
    row = inputs.existing(found, "api.no-observed-time-number-you")
    return Listing(queries.behind(user, row), show_all=_cases)


def _row(row: ObservedTime) -> Document:
    """As a plan shows it, with what the book says of the step."""
    time = queries.book_time(row.step, row.last)
    said = msgspec.to_builtins(time) if time else {"law": None, "usual": None}
    return {
        "number": row.pk,
        "step": row.step,
        "title": queries.title_of_step(row.step),
        "office": {"zh": row.office, "en": row.office_en},
        "law": said["law"],
        "usual": said["usual"],
        "observed": msgspec.to_builtins(as_observed(row)),
    }


def _cases(rows: Sequence[CaseStep]) -> list[Document]:
    return [
        {
            "case": one.step.case.reference,
            "filed": day_or_none(one.step.submitted),
            "decided": day_or_none(one.step.decided),
            "state": one.step.state,
            "working_days": one.took.office,
            "waited_working_days": one.took.whole - one.took.office,
        }
        for one in queries.with_times(rows)
    ]
