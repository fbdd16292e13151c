"""What this app shows on the pages of cases and companies."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Case, F, Model, QuerySet, TextField, When
from django.dispatch import receiver

from luodi.web.accounts.models import Company
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.agreements import Subject
from luodi.web.cases.queries.steps import may_have
from luodi.web.cases.signals import agreement_subjects, case_dues, case_panels
from luodi.web.companies.signals import company_events
from luodi.web.core.agenda import Due as DueOfCase
from luodi.web.core.agenda import Dues, Event, Panel
from luodi.web.core.notify import NoticeKind
from luodi.web.core.pages import url
from luodi.web.core.permissions import may, visible
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say
from luodi.web.dealings import notices, queries
from luodi.web.dealings.actions.interactions import noon
from luodi.web.dealings.models import Interaction, Promise, Proposition, Task

_MOST: Final = 20  # rows of a panel


@receiver(case_panels)
def panels(sender: object, *, user: AnyUser, case: LandingCase, on: date, **_: object) -> list[Panel]:
    """For officers and leaders all of it; for the company what it was shown."""
    works = may(user, "work", case)
    found: dict[str, QuerySet[Model]] = {
        "hand_offs": queries.hand_offs(user, case),
        "promises": queries.of_case(user, Promise, case),
        "propositions": queries.of_case(user, Proposition, case),
        "tasks": queries.of_case(user, Task, case).order_by("-state", "due"),
        "talks": queries.of_case(user, Interaction, case),
    }
    shown = {key: list(rows[:_MOST]) if may_have(case, _RELATIONS.get(key, key)) else [] for key, rows in found.items()}
    agreements = queries.agreements([one for one in shown["promises"] if isinstance(one, Promise)])
    more = {"works": works, "case": case, "on": on, "agreements": agreements}
    return [
        Panel(key, f"dealings/panel_{key}.html.j2", {"rows": rows, **more})
        for key, rows in shown.items()
        if rows or works
    ]


_RELATIONS: Final = {"talks": "interactions"}


@receiver(case_dues)
def dues(sender: object, *, user: AnyUser, case: LandingCase, by: date, **_: object) -> list[Dues]:
    """Promises to keep, tasks to do, and what other units were asked."""
    owner = Case(When(owner__name="", then=F("owner__email")), default=F("owner__name"), output_field=TextField())
    of_owner, of_unit = (owner, owner, "case__unit__path"), ("unit__name_zh", "unit__name_en", "unit__path")
    found = {
        "promises": Dues("promise", queries.promises_due(user, case, by), "what", *of_owner, _due),
        "tasks": Dues("task", queries.tasks_due(user, case, by), "what", *of_owner, _due),
        "hand_offs": Dues("referral", queries.referrals_due(user, case, by), "hand_off__question", *of_unit, _due),
    }
    return [one for relation, one in found.items() if may_have(case, relation)]


_TO_DO: Final = {"promise": "keep_promise", "task": "do_task", "referral": "ask"}


def _due(row: Mapping[str, Any]) -> DueOfCase:
    kind = row["of_kind"]
    address = url("dealings:record", kind, row["row"])
    return DueOfCase.of(row, f"dealings.kind_{kind}", f"dealings.act_{_TO_DO[kind]}", address)


@receiver(company_events)
def events(sender: object, *, user: AnyUser, company: Company, on: date, **_: object) -> list[Event]:
    """Talks, promises that were shown, and offers."""
    talks = visible(user, Interaction.objects.filter(company=company))[:100]
    promises = visible(user, Promise.objects.filter(case__company=company, shown__isnull=False))
    offers = visible(user, Proposition.objects.filter(case__company=company, offered__isnull=False))
    return [
        *(_event(noon(one.day), "talk", f"dealings.talk_{one.kind}", one.note, "") for one in talks),
        *(_event(one.shown, "promise", "dealings.kind_promise", one.what, _address(one)) for one in promises[:100]),
        *(
            _event(one.offered, "proposition", "dealings.kind_proposition", one.title, _address(one))
            for one in offers[:100]
        ),
    ]


def _event(at: datetime | None, kind: str, key: str, text: str, address: str) -> Event:
    short = text if len(text) <= 120 else f"{text[:119]}…"
    assert at is not None
    return Event(at, kind, f"{say(key, 'zh')}：{short}", f"{say(key, 'en')}: {short}", address)


def _address(row: Promise | Proposition) -> str:
    return url("dealings:record", row._meta.model_name, row.pk)


@receiver(agreement_subjects)
def subjects(sender: object, **_: object) -> list[Subject]:
    return [Subject(queries.PROMISE, "dealings.kind_promise", "dealings:record", (queries.PROMISE,))]


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind(
            "referral_sent",
            "dealings.letter_referral",
            notices.to_referral,
            still=notices.is_waiting,
            roles=[Role.OFFICER],
        ),
        NoticeKind(
            "referral_chased",
            "dealings.letter_chased",
            notices.to_referral,
            still=notices.is_waiting,
            roles=[Role.OFFICER],
        ),
        NoticeKind(
            "referral_late", "dealings.letter_late", notices.to_referral, still=notices.is_open, roles=[Role.OFFICER]
        ),
        NoticeKind("referral_answered", "dealings.letter_answered", notices.to_referral, roles=[Role.OFFICER]),
        NoticeKind("nobody_answered", "dealings.letter_nobody", notices.to_own, roles=[Role.REPRESENTATIVE]),
        NoticeKind("promise_shown", "dealings.letter_promise", notices.to_own, roles=[Role.REPRESENTATIVE]),
        NoticeKind("promise_settled", "dealings.letter_settled", notices.to_own, roles=[Role.REPRESENTATIVE]),
        NoticeKind("promise_judged", "dealings.letter_judged", notices.to_promise, roles=[Role.OFFICER]),
        NoticeKind("offer_made", "dealings.letter_offer", notices.to_proposition, roles=[Role.REPRESENTATIVE]),
        NoticeKind("offer_answered", "dealings.letter_reply", notices.to_proposition, roles=[Role.OFFICER]),
    ]
