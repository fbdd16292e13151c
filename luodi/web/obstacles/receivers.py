"""What this app shows on the pages of cases and companies."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from luodi.web.accounts.models import Company
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.agreements import Subject
from luodi.web.cases.queries.steps import may_have
from luodi.web.cases.signals import agreement_subjects, case_dues, case_panels
from luodi.web.companies.signals import company_events
from luodi.web.core.agenda import Due, Dues, Event, Panel
from luodi.web.core.notify import NoticeKind
from luodi.web.core.pages import url
from luodi.web.core.permissions import may, visible
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say
from luodi.web.obstacles import notices, queries
from luodi.web.obstacles.models import OPEN, Obstacle


@receiver(case_panels)
def panels(sender: object, *, user: AnyUser, case: LandingCase, on: date, **_: object) -> list[Panel]:
    found = visible(user, Obstacle.objects.filter(case=case)).select_related("unit")
    rows = list(found[:20]) if may_have(case, "obstacles") else []
    works = may(user, "work", case)
    if not rows and not works:
        return []
    return [Panel("obstacles", "obstacles/panel.html.j2", {"rows": rows, "works": works, "case": case, "on": on})]


@receiver(case_dues)
def dues(sender: object, *, user: AnyUser, case: LandingCase, by: date, **_: object) -> list[Dues]:
    """What the company reported and nobody has answered."""
    if not may_have(case, "obstacles"):
        return []
    rows = visible(user, Obstacle.objects.filter(case=case, state__in=OPEN, due__lte=by))
    if user is not None and user.pk is not None:
        rows = rows.exclude(against_person=user.pk)  # somebody else answers a complaint about the reader
    return [Dues("obstacle", rows, "text", "unit__name_zh", "unit__name_en", "unit__path", _due)]


def _due(row: Mapping[str, Any]) -> Due:
    return Due.of(row, "obstacles.one", "obstacles.act_answer", url("obstacles:obstacle", row["row"]))


@receiver(company_events)
def events(sender: object, *, user: AnyUser, company: Company, on: date, **_: object) -> list[Event]:
    """When obstacles were raised and answered."""
    rows = visible(user, Obstacle.objects.filter(company=company))[:100]
    raised = [_event(one.at, "obstacles.event_raised", one) for one in rows]
    return raised + [_event(one.answered, "obstacles.event_answered", one) for one in rows if one.answered]


def _event(at: datetime, key: str, one: Obstacle) -> Event:
    said = {lang: say(key, lang, kind=say(f"obstacles.kind_{one.kind}", lang)) for lang in ("zh", "en")}
    return Event(at, "obstacle", said["zh"], said["en"], url("obstacles:obstacle", one.pk))


@receiver(agreement_subjects)
def subjects(sender: object, **_: object) -> list[Subject]:
    return [Subject(queries.OBSTACLE, "obstacles.one", "obstacles:obstacle", seen=_seen)]


def _seen(user: AnyUser) -> Q:
    """A complaint is not for those whom it is about."""
    return Q(number__in=visible(user, Obstacle.objects.all()).values("pk"))


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind(
            "obstacle_raised",
            "obstacles.letter_raised",
            notices.to_obstacle,
            still=notices.is_new,
            roles=[Role.OFFICER],
        ),
        NoticeKind(
            "complaint_raised",
            "obstacles.letter_complaint",
            notices.to_obstacle,
            still=notices.is_new,
            roles=[Role.OFFICER, Role.LEADER],
        ),
        NoticeKind("obstacle_moved", "obstacles.letter_moved", notices.to_obstacle, roles=[Role.REPRESENTATIVE]),
        NoticeKind("obstacle_judged", "obstacles.letter_judged", notices.to_obstacle, roles=[Role.OFFICER]),
        NoticeKind("issue_settled", "obstacles.letter_issue", notices.to_obstacle, roles=[Role.REPRESENTATIVE]),
    ]
