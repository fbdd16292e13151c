"""Counting what the answer to each open fact of a case would settle: in the background, since it takes some time."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q
from django.utils.timezone import localdate

from luodi.advice.next_facts import outcomes
from luodi.casework.next_fact import Worth, worth_of
from luodi.casework.stages import End
from luodi.dates import parse_day
from luodi.errors import LuodiError
from luodi.profiles.profile import parse_profile
from luodi.rules.library import company_vocabulary
from luodi.web.advisor.determinations import advice_in, answers_of
from luodi.web.cases.models import FactFigures, LandingCase
from luodi.web.cases.queries.steps import as_steps
from luodi.web.cases.queries.unsettled import unsettled_of

#: Days after which figures are counted again although nothing was done: what runs takes less time by then.
_STALE: Final = timedelta(days=7)
_AT_ONCE: Final = 100  # cases of one task, which takes less than a minute


def count_facts(pk: int, at: datetime) -> bool:
    """Count them for one case, as it is now; whether it is an open case with a plan. Repeating it changes nothing."""
    case = LandingCase.objects.select_related("determination", "unit").filter(pk=pk, end=End.NONE).first()
    if case is None or case.determination is None:
        return False
    worths = {name: [w.steps, w.most_steps, w.days, w.most_days] for name, w in _worths(case, at).items()}
    values = {"determination": case.determination, "on": localdate(at), "worths": worths}
    FactFigures.objects.update_or_create(case=case, defaults=values)
    return True


def _worths(case: LandingCase, at: datetime) -> dict[str, Worth]:
    """Without the facts of which somebody said that they are not sure; nothing where the books do not take the answers
    of the plan any more, or it is of an older shape: it is asked again first."""
    assert case.determination is not None, "it has a plan"
    plan, answers = advice_in(case.determination), answers_of(case.determination)
    if plan is None:
        return {}
    may_be = unsettled_of(case, case.steps.all())
    try:
        tried = outcomes(
            parse_profile(answers.profile, company_vocabulary(), at="answers"), plan, on=parse_day(plan.on)
        )
    except LuodiError:
        return {}
    asked = {name: each for name, each in tried.items() if name not in answers.given}
    missing = {row.id: frozenset(row.missing) for row in may_be.steps}
    return worth_of(as_steps(case, localdate(at)), asked, missing)


def count_due(at: datetime) -> int:
    """Count those of open cases without figures, with figures of another plan or with old ones; how many, so many that
    others may be left where it is `most_at_once`."""
    figures = FactFigures.objects.filter(on__gt=localdate(at) - _STALE, determination=F("case__determination"))
    due = LandingCase.objects.filter(end=End.NONE, determination__isnull=False).exclude(
        Q(pk__in=figures.values("case"))
    )
    return sum(count_facts(pk, at) for pk in list(due.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]))


def are_left(counted: int) -> bool:
    """Whether there may be more after so many."""
    return counted >= _AT_ONCE
