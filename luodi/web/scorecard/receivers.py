"""What this app shows on the pages of cases and companies."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Model
from django.dispatch import receiver
from django.utils.timezone import now

from luodi.scorecard.contributions import Asked
from luodi.web.accounts.models import Company
from luodi.web.cases.models import DayCorrection, LandingCase
from luodi.web.cases.queries.steps import may_have
from luodi.web.cases.signals import case_opening, case_panels
from luodi.web.companies.models import Merge
from luodi.web.companies.signals import company_events
from luodi.web.core.agenda import Event, Panel
from luodi.web.core.notify import NoticeKind
from luodi.web.core.pages import url
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds, recorded
from luodi.web.core.types import AnyUser
from luodi.web.core.words import language, say
from luodi.web.scorecard import notices
from luodi.web.scorecard.actions import reversals
from luodi.web.scorecard.models import Contribution, ContributionStep
from luodi.web.scorecard.queries import board as queries
from luodi.web.scorecard.queries.editions import MERGE_UNDONE, MERGED, UNDECIDED
from luodi.web.scorecard.queries.same import CountedAlready, of_company

_SOON: Final = timedelta(days=7)


@receiver(case_panels)
def panels(sender: object, *, user: AnyUser, case: LandingCase, on: date, **_: object) -> list[Panel]:
    """For what the landing was claimed, and for what it may be claimed."""
    mine = queries.CONTRIBUTIONS.complete(visible(user, Contribution.objects.filter(case=case)))
    rows = list(mine[:20]) if may_have(case, "contributions") else []
    offered = queries.proposals(user, on, 5, case=case) if case.stage in queries.LANDED else []
    if not rows and not offered:
        return []
    return [Panel("scorecard", "scorecard/panel.html.j2", {"rows": rows, "offered": offered})]


@receiver(company_events)
def events(sender: object, *, user: AnyUser, company: Company, on: date, **_: object) -> list[Event]:
    """When a landing of the company was counted, rejected or reversed."""
    steps = visible(user, ContributionStep.objects.filter(contribution__case__company=company))
    rows = (
        steps.exclude(act__in=["claim", "check", *UNDECIDED]).select_related("contribution__indicator").order_by("-id")
    )
    return [_event(one) for one in rows[:50]]


@receiver(case_opening)
def counted_already(sender: object, *, user: AnyUser, company: Company, on: date, **_: object) -> list[tuple[str, str]]:
    """That another landing of the company would not raise a figure."""
    return [_counted(one) for one in of_company(user, company, on)]


def _counted(one: CountedAlready) -> tuple[str, str]:
    title = one.indicator.titles[language()]
    if not one.reference:
        return say("scorecard.opening_counted", title=title), ""
    words = say("scorecard.opening_counted_by", title=title, reference=one.reference)
    return words, url("scorecard:contribution", one.reference)


@receiver(recorded)
def ask_reversals(
    sender: object, *, action: str, record: Model, by: AnyUser, at: datetime | None, **_: object
) -> tuple[()]:
    """What was done to a case or a company may speak against what counts already."""
    moment = at or now()
    if isinstance(record, LandingCase) and action in _OF_CASES:
        reversals.of_case(record, _OF_CASES[action], at=moment)
    elif isinstance(record, DayCorrection) and action == "confirm":
        reversals.of_day(record.case, at=moment)
    elif isinstance(record, Merge) and action in _OF_MERGES:
        reversals.of_merge(record.kept, record.gone, _OF_MERGES[action], by=by, at=moment)
    return ()


_OF_CASES: Final = {"end": Asked.ENDED, "reopen": Asked.REOPENED}
_OF_MERGES: Final = {"merge": MERGED, "undo_merge": MERGE_UNDONE}


def _event(one: ContributionStep) -> Event:
    row = one.contribution
    said = {lang: say(f"scorecard.event_{one.state}", lang, title=row.indicator.titles[lang]) for lang in ("zh", "en")}
    return Event(one.at, "contribution", said["zh"], said["en"], url("scorecard:contribution", row.reference))


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind(
            "contribution_claimed",
            "scorecard.letter_claimed",
            notices.to_contribution,
            still=notices.waits,
            roles=[Role.OFFICER],
        ),
        NoticeKind(
            "reversal_asked",
            "scorecard.letter_reversal",
            notices.to_contribution,
            still=notices.is_asked,
            roles=[Role.LEADER],
        ),
        NoticeKind("contribution_decided", "scorecard.letter_decided", notices.to_contribution, roles=[Role.OFFICER]),
    ]
