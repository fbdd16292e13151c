"""What this app answers to the signals of others."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q
from django.dispatch import receiver

from luodi.casework.book import proof_kinds
from luodi.casework.stages import End
from luodi.rules.library import load_book
from luodi.web.accounts.models import Company, User
from luodi.web.advisor.models import Determination
from luodi.web.advisor.signals import open_cases, relied_on, went_stale
from luodi.web.books.models import Publication
from luodi.web.books.signals import entering_force
from luodi.web.cases import notices
from luodi.web.cases.actions import law
from luodi.web.cases.models import CaseStep, Claim, InfoRequest, LandingCase, Obligation, Proof
from luodi.web.cases.queries.agreements import is_last, to_subject
from luodi.web.cases.queries.facts import own_facts
from luodi.web.cases.queries.steps import may_have
from luodi.web.cases.signals import case_dues, case_facts
from luodi.web.cases.tasks import count_facts
from luodi.web.companies.signals import company_events, company_officers, company_open_cases, company_records
from luodi.web.core.agenda import Due, Dues, Event
from luodi.web.core.notify import NoticeKind
from luodi.web.core.pages import url
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds, recorded
from luodi.web.core.types import AnyUser, Json
from luodi.web.core.words import language


@receiver(case_facts)
def facts(sender: object, *, case: LandingCase, on: date, **_: object) -> Iterable[tuple[str, object]]:
    return own_facts(case, on).items()


@receiver(case_dues)
def dues(sender: object, *, user: AnyUser, case: LandingCase, by: date, **_: object) -> list[Dues]:
    """Continuing duties of the company."""
    if not may_have(case, "obligations"):
        return []
    rows = visible(user, Obligation.objects.filter(case=case, due__lte=by))
    names = ("case__company__name_zh", "case__company__name_en", "case__unit__path")
    return [Dues("duty", rows, "step", *names, lambda row: _due(case, row))]


def _due(case: LandingCase, row: Mapping[str, Any]) -> Due:
    rule = load_book("landing-steps").by_id.get(row["in_words"])
    title = rule.title[language()] if rule else row["in_words"]
    return Due.of(row, "cases.duty_one", "cases.due_look", url("cases:part", case.reference, "permits"), title)


# ---- a company's time line


@receiver(company_events)
def events(sender: object, *, user: AnyUser, company: Company, on: date, **_: object) -> list[Event]:
    """Its cases opened and ended, landings claimed and verified, questions asked and answered."""
    mine = visible(user, LandingCase.objects.filter(company=company))
    found = [event for one in mine[:100] for event in _of_case(one)]
    claims = visible(user, Claim.objects.filter(case__company=company)).select_related("case")
    found += [event for one in claims[:100] for event in _of_claim(one)]
    judged = visible(user, Proof.objects.filter(case__company=company).exclude(judged=None)).select_related("case")
    found += [_of_proof(one) for one in judged[:100]]
    asked = visible(user, InfoRequest.objects.filter(case__company=company)).select_related("case")
    return found + [event for one in asked[:100] for event in _of_request(one)]


def _of_case(one: LandingCase) -> list[Event]:
    address = url("cases:case", one.reference)
    found = [Event(one.opened, "case", f"立案 {one.reference}", f"Case {one.reference} opened", address)]
    if not one.is_open:
        found.append(
            Event(one.changed, "case", f"案件结束：{one.end_reason}", f"Case ended: {one.end_reason}", address)
        )
    return found


def _of_claim(one: Claim) -> list[Event]:
    address, day = url("cases:case", one.case.reference), one.day.isoformat()
    found = [Event(one.at, "claim", f"申报落地（{day}）", f"Landing claimed ({day})", address)]
    if one.decided:
        zh, en = {"verified": ("核验落地", "Landing verified")}.get(one.state, ("申报未通过", "Claim rejected"))
        found.append(Event(one.decided, "claim", zh, en, address))
    return found


def _of_proof(one: Proof) -> Event:
    kind = proof_kinds().get(one.proves)
    title = kind.title if kind else {"zh": one.proves, "en": one.proves}
    zh, en = ("认可材料", "Document accepted") if one.verdict == "accepted" else ("退回材料", "Document refused")
    address = url("cases:proof_page", one.case.reference, one.pk)
    assert one.judged is not None
    return Event(one.judged, "proof", f"{zh}：{title['zh']}", f"{en}: {title['en']}", address)


def _of_request(one: InfoRequest) -> list[Event]:
    address = url("cases:case", one.case.reference)
    found = [Event(one.at, "question", f"询问企业：{one.question[:80]}", f"Asked: {one.question[:80]}", address)]
    if one.answered:
        found.append(
            Event(one.answered, "answer", f"企业答复：{one.answer[:80]}", f"Answered: {one.answer[:80]}", address)
        )
    return found


# ---- merges, and answers that no longer hold


@receiver(company_open_cases)
def open_cases_of(sender: object, *, company: Company, **_: object) -> Iterable[int]:
    return LandingCase.objects.filter(company=company, end=End.NONE).values_list("pk", flat=True)


@receiver(company_officers)
def officers_of_companies(sender: object, *, companies: list[Company], **_: object) -> Iterable[User]:
    return User.objects.filter(cases__company__in=companies, cases__end=End.NONE, is_active=True).distinct()


@receiver(company_records)
def records_of(sender: object, *, user: AnyUser, company: Company, **_: object) -> list[tuple[str, int]]:
    """Cases that somebody may see, and the files in them."""
    proofs = visible(user, Proof.objects.filter(case__company=company))
    return [
        ("companies.side_cases", visible(user, LandingCase.objects.filter(company=company)).count()),
        ("companies.side_open_cases", visible(user, LandingCase.objects.filter(company=company, end=End.NONE)).count()),
        ("companies.side_files", proofs.count()),
    ]


@receiver(relied_on)
def relied_on_by_cases(sender: object, **_: object) -> list[Q]:
    """Determinations that an open case rests on."""
    return [Q(cases__end=End.NONE)]


@receiver(open_cases)
def count_open_cases(sender: object, **_: object) -> Iterable[tuple[int, int]]:
    """How many open cases rest on each determination."""
    rows = LandingCase.objects.filter(end=End.NONE).exclude(determination=None).order_by()
    return rows.values_list("determination").annotate(n=Count("pk"))


@receiver(went_stale)
def flag_cases(
    sender: object, *, changed: list[tuple[Determination, list[Json]]], since: date | None, at: datetime, **_: object
) -> None:
    """Flag the open cases that rest on them, and tell their officers."""
    law.flag(changed, since, at)


@receiver(entering_force)
def note_change_of_law(
    sender: object,
    *,
    at: datetime,
    before: Mapping[str, Publication],
    after: Mapping[str, Publication],
    by: User | None,
    **_: object,
) -> None:
    law.enter_force(at, before, after, by)


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind("case_question", "cases.letter_question", notices.to_own, legal=True, still=notices.is_open),
        NoticeKind("case_chased", "cases.letter_chased", notices.to_own, legal=True, still=notices.is_open),
        NoticeKind("case_expired", "cases.letter_expired", notices.to_own, legal=True),
        NoticeKind("case_stage", "cases.letter_stage", notices.to_own, roles=[Role.REPRESENTATIVE]),
        NoticeKind("case_answered", "cases.letter_answered", notices.to_desk, roles=[Role.OFFICER]),
        NoticeKind("case_fact", "cases.letter_fact", notices.to_desk, roles=[Role.OFFICER]),
        NoticeKind("case_unanswered", "cases.letter_unanswered", notices.to_desk, roles=[Role.OFFICER]),
        NoticeKind("case_proof", "cases.letter_proof", notices.to_desk, roles=[Role.OFFICER]),
        NoticeKind("case_proof_refused", "cases.letter_proof_refused", notices.to_own, legal=True),
        NoticeKind("case_proof_back", "cases.letter_proof_back", notices.to_desk, roles=[Role.OFFICER]),
        NoticeKind("case_proof_again", "cases.letter_proof_again", notices.to_proof, roles=[Role.OFFICER]),
        NoticeKind("case_claimed", "cases.letter_claimed", notices.to_desk, roles=[Role.OFFICER]),
        NoticeKind("case_rejected", "cases.letter_rejected", notices.to_desk, roles=[Role.OFFICER]),
        NoticeKind("case_date", "cases.letter_date", notices.to_desk, roles=[Role.LEADER]),
        NoticeKind("case_correction", "cases.letter_correction", notices.to_desk, roles=[Role.LEADER, Role.OFFICER]),
        NoticeKind("case_law", "cases.letter_law", notices.to_own, roles=[Role.REPRESENTATIVE]),
        NoticeKind("case_left_out", "cases.letter_left_out", notices.to_own, roles=[Role.REPRESENTATIVE]),
        NoticeKind("cases_given", "cases.letter_given", notices.to_list, roles=[Role.OFFICER]),
        NoticeKind("case_stale", "cases.letter_stale", notices.to_desk, roles=[Role.OFFICER]),
        NoticeKind("case_permit_expired", "cases.letter_permit_expired", notices.to_desk, roles=[Role.OFFICER]),
        NoticeKind("case_permit_ends", "cases.letter_permit_ends", notices.to_desk, roles=[Role.OFFICER]),
        NoticeKind("case_permit_renew", "cases.letter_permit_renew", notices.to_own, roles=[Role.REPRESENTATIVE]),
        NoticeKind(
            "agreement_asked",
            "cases.letter_asked",
            to_subject,
            still=is_last,
            roles=[Role.REPRESENTATIVE, Role.OFFICER],
        ),
        NoticeKind("disagreement", "cases.letter_disagreement", to_subject, still=is_last, roles=[Role.LEADER]),
        NoticeKind("case_rated_poor", "cases.letter_rated_poor", notices.to_desk, roles=[Role.LEADER]),
        NoticeKind("case_rating_answered", "cases.letter_rating_answered", notices.to_own, roles=[Role.REPRESENTATIVE]),
        NoticeKind("case_duty_due", "cases.letter_duty_due", notices.to_own, roles=[Role.REPRESENTATIVE]),
        NoticeKind("case_duty_late", "cases.letter_duty_late", notices.to_desk, roles=[Role.OFFICER]),
    ]


#: Entries after which other facts are open.
_RECOUNTED: Final = ("take_plan", "answer_fact", "add", "reopen")


@receiver(recorded)
def recount_facts(sender: object, *, action: str, record: object, **_: object) -> list[object]:
    case = record.case_id if isinstance(record, CaseStep) else record.pk if isinstance(record, LandingCase) else None
    if case is not None and action in _RECOUNTED:
        transaction.on_commit(lambda: count_facts.enqueue(case))
    return []
