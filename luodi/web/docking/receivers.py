"""What this app shows on the pages of cases and companies, once names are revealed or to the company itself."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from django.db.models import Q
from django.dispatch import receiver

from luodi.casework.matches import NAMED, MatchState
from luodi.web.accounts.models import Company
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.agreements import Subject
from luodi.web.cases.queries.steps import is_read
from luodi.web.cases.signals import agreement_subjects, case_facts, case_panels
from luodi.web.companies.signals import company_events
from luodi.web.core.agenda import Event, Panel
from luodi.web.core.notify import NoticeKind
from luodi.web.core.pages import url
from luodi.web.core.permissions import visible
from luodi.web.core.prepared import Prepared
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say
from luodi.web.docking import notices
from luodi.web.docking.lists import MATCHES
from luodi.web.docking.models import Match, Side
from luodi.web.docking.permissions import shown
from luodi.web.docking.queries import results

_MOST: Final = 30
_COMPANY: Final = ("company__name_zh", "company__name_en")
_DAYS: Final = timedelta(days=9)  # to say whether one may be named


def of_company(user: AnyUser, company: Company) -> list[Match]:
    """The latest matches of a company whose name the reader may see in them."""
    mine = visible(user, Side.objects.filter(company=company))
    rows = visible(user, Match.objects.filter(sides__company=company)).filter(
        Q(revealed__isnull=False) | Q(sides__in=mine)
    )
    keys = list(rows.order_by("-pk").values_list("pk", flat=True).distinct()[:_MOST])
    return list(MATCHES.complete(Match.objects.filter(pk__in=keys))) if keys else []


@receiver(case_panels)
def panels(sender: object, *, user: AnyUser, case: LandingCase, on: date, **_: object) -> list[Panel]:
    """Matches of the case's company."""
    found = of_company(user, case.company) if _states(case) else []
    if not found:
        return []
    return [Panel("docking", "docking/panel.html.j2", {"matches": found, "shown": shown(user, found)})]


@receiver(case_facts)
def facts(sender: object, *, case: LandingCase, on: date, **_: object) -> list[tuple[str, bool]]:
    """For gates: whether the company was introduced to somebody, and whether a deal came of it."""
    states = _states(case)
    return [
        ("has_introduction", bool(states & (NAMED - {MatchState.CONSENTED}))),
        ("has_deal", MatchState.DEAL in states),
    ]


def _states(case: LandingCase) -> set[str]:
    """Those of the matches of the case's company; where a page has read the case, once for its gates and its panel."""
    states: set[str] | None = case.__dict__.get("states_of_matches")
    if states is None:
        states = set(_STATES_OF_COMPANY(case.company.pk))
        if is_read(case):
            case.__dict__["states_of_matches"] = states
    return states


_STATES_OF_COMPANY: Final[Prepared[str]] = Prepared(
    lambda company: Match.objects.filter(sides__company=company).order_by().values_list("state", flat=True), int
)


@receiver(agreement_subjects)
def subjects(sender: object, **_: object) -> list[Subject]:
    """Results of pilots, on the page of their match."""
    return [
        Subject(results.RESULT, "docking.kind_result", "docking:match", key=results.match_of_test, asked=results.asked)
    ]


@receiver(company_events)
def events(sender: object, *, user: AnyUser, company: Company, on: date, **_: object) -> Iterator[Event]:
    """When its matches were made and when it was introduced."""
    for match in of_company(user, company):
        address = url("docking:match", match.reference)
        texts = {
            lang: say(
                "docking.event_match",
                lang,
                reference=match.reference,
                title=match.of.title(lang),
                state=say(f"docking.match_{match.state}", lang),
            )
            for lang in ("zh", "en")
        }
        yield Event(match.made, "match", address=address, **texts)


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind(
            "match_proposed", "docking.letter_proposed", notices.to_match, roles=[Role.REPRESENTATIVE, Role.OFFICER]
        ),
        NoticeKind(
            "match_agreed", "docking.letter_agreed", notices.to_match, roles=[Role.REPRESENTATIVE, Role.OFFICER]
        ),
        NoticeKind("match_moved", "docking.letter_moved", notices.to_match, roles=[Role.REPRESENTATIVE, Role.OFFICER]),
        NoticeKind(
            "match_outcome", "docking.letter_outcome", notices.to_match, roles=[Role.REPRESENTATIVE, Role.OFFICER]
        ),
        NoticeKind(
            "meeting_seated",
            "docking.letter_seated",
            notices.to_meeting,
            still=notices.is_on,
            roles=[Role.REPRESENTATIVE, Role.OFFICER],
        ),
        NoticeKind(
            "meeting_cancelled",
            "docking.letter_cancelled",
            notices.to_match_of,
            roles=[Role.REPRESENTATIVE, Role.OFFICER],
        ),
    ]
