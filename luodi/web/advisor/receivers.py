"""What the advisor answers to the books: which answers rest on them, and what other editions do to these."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from django.dispatch import receiver

from luodi.advice.landing_plan.times import Observed
from luodi.advice.observed import Key as StepAndOffice
from luodi.rules.kept_rows import Key
from luodi.web.advisor import mail, reliance, staleness
from luodi.web.advisor.determinations import answers_of
from luodi.web.advisor.models import Saved
from luodi.web.advisor.observed import observed_on
from luodi.web.advisor.subjects import PlanSubject
from luodi.web.api.signals import observed_times
from luodi.web.books.signals import answers_relied_on, entering_force, preparing, rows_relied_on, saved_answers
from luodi.web.books.trials import Subject
from luodi.web.core.notify import NoticeKind
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds
from luodi.web.core.types import AnyUser
from luodi.web.notices.signals import subjects
from luodi.web.notices.subjects import Subject as NoticeSubject

_APP = "advisor"


@receiver(preparing)
def look(sender: object, *, at: datetime, **_: object) -> list[tuple[str, staleness.Looked]]:
    return [(_APP, staleness.look(at))]


@receiver(entering_force)
def mark_stale(sender: object, *, at: datetime, prepared: Mapping[str, object], **_: object) -> None:
    looked = prepared.get(_APP)
    staleness.refresh(at, looked=looked if isinstance(looked, staleness.Looked) else None)


@receiver(rows_relied_on)
def rows(sender: object, **_: object) -> Iterable[tuple[Key, int, int]]:
    return reliance.rows_relied_on()


@receiver(answers_relied_on)
def answers(sender: object, **_: object) -> Iterator[Subject]:
    """Nobody's name is among them: an answer is known by its reference, place and service."""
    for determination in staleness.relied_on().defer("packed").select_related("enquiry"):
        given, enquiry = answers_of(determination), getattr(determination, "enquiry", None)
        name = {key: given.given.get(key, "") for key in ("service", "place", "share")}
        yield Subject(
            str(determination.pk),
            {"reference": enquiry.reference if enquiry is not None else f"#{determination.pk}", **name},
            "enquiry" if enquiry is not None else "saved",
            given.profile,
            determination.on if determination.has_day else None,
        )


@receiver(saved_answers)
def saved(sender: object, *, user: AnyUser, **_: object) -> Iterator[Subject]:
    for row in visible(user, Saved.objects.select_related("determination")).order_by("id"):
        given = answers_of(row.determination)
        yield Subject(f"mine-{row.pk}", row.name, "mine", given.profile, given.on)


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind("plan_changed", "advisor.letter_changed", mail.to_answers),
        NoticeKind("enquiry_arrived", "advisor.letter_arrived", mail.to_desk, still=mail.is_new, roles=[Role.OFFICER]),
        NoticeKind("enquiry_received", "advisor.letter_received", mail.to_enquiry, legal=True),
        NoticeKind("enquiry_answered", "advisor.letter_answered", mail.to_enquiry, legal=True),
        NoticeKind("enquiry_closed", "advisor.letter_closed", mail.to_enquiry, legal=True),
        NoticeKind("report_closed", "advisor.letter_report", mail.to_line, legal=True),
    ]


@receiver(subjects)
def subjects_of_notices(sender: object, **_: object) -> list[type[NoticeSubject]]:
    return [PlanSubject]


@receiver(observed_times)
def times_until(sender: object, *, on: date, **_: object) -> Iterable[tuple[StepAndOffice, Observed]]:
    return observed_on(on).rows
