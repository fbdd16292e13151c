"""Reading the mail of cases."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from luodi.casework.mail import MailState
from luodi.casework.stages import End
from luodi.mail.addressing import case_address, references_in
from luodi.mail.reading import Mail
from luodi.web.accounts.models import User
from luodi.web.cases.models import LandingCase, Proof
from luodi.web.companies.models import Consent, Contact
from luodi.web.core.lists import RecordList, choice
from luodi.web.core.permissions import may, visible
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say
from luodi.web.files.queries import may_be_read
from luodi.web.mail.models import OPEN, Message

STATES: Final = ("unassigned", "held", "set_aside", "failed")
TEMPLATES: Final = ("documents", "meeting", "progress")
_MOST_CASES: Final = 5  # that one message is put on, or that are suggested for it


def address_of(case: LandingCase) -> str:
    """To which answers come; "" where the site has no domain for mail."""
    domain = settings.MAIL_DOMAIN
    return case_address(case.reference, domain, settings.SECRET_KEY.encode()) if domain else ""


def signature(person: User, case: LandingCase, lang: str) -> str:
    unit = case.unit.name_zh if lang == "zh" else case.unit.name_en
    return f"{person}\n{unit}\n{say('mail.signed_case', lang, reference=case.reference)}"


def contacts_of(case: LandingCase, *, on: date | None = None) -> list[Contact]:
    """People of the company with an address, who have not left and have not said that they want no mail about cases."""
    consents = Consent.objects.filter(contact=OuterRef("pk"), purpose="case", channel="email")
    found = _people(on or timezone.localdate()).filter(company=case.company_id).exclude(email="")
    refused = Exists(consents.exclude(withdrawn=None)) & ~Exists(consents.filter(withdrawn=None))
    return list(found.exclude(refused))


def _people(on: date) -> QuerySet[Contact]:
    return Contact.objects.filter(Q(left=None) | Q(left__gt=on))


def documents_of(case: LandingCase) -> list[Proof]:
    """What was sent in for the case and may be given to somebody."""
    return [one for one in case.proofs.filter(withdrawn=None).select_related("file") if may_be_read(one.file)]


# ---- which case a message belongs to, and who sent it


def cases_of(mail: Mail) -> list[LandingCase]:
    """By the addresses of cases that it was sent to; else by the messages that it follows; else none."""
    named = references_in(mail.recipients, settings.MAIL_DOMAIN, settings.SECRET_KEY.encode())
    found = list(LandingCase.objects.filter(reference__in=list(named)[:_MOST_CASES]).order_by("pk"))
    earlier = (
        None if found else _followed(mail.references, Message.objects.exclude(case=None).exclude(state="set_aside"))
    )
    return found if earlier is None or earlier.case is None else [earlier.case]


def thread_of(follows: Iterable[str], case: LandingCase) -> Message | None:
    """The first message of the thread that one belongs to which follows these."""
    found = _followed(follows, Message.objects.filter(case=case))
    return found and (found.thread or found)


def _followed(follows: Iterable[str], rows: QuerySet[Message]) -> Message | None:
    """The nearest of those that are here."""
    wanted = list(follows)
    by_id = {one.message_id: one for one in rows.filter(message_id__in=wanted).select_related("case", "thread")}
    return next((by_id[name] for name in reversed(wanted) if name in by_id), None)


def sender_in(mail: Mail, case: LandingCase, on: date) -> tuple[Contact | None, bool]:
    """The contact of the company who seems to have sent it, and whether it seems to be from somebody of the case: such
    a contact, or an officer who works on it. Anybody can write such an address, so nothing is permitted by it."""
    contact = _people(on).filter(company=case.company_id, email__iexact=mail.sender).exclude(email="").first()
    officer = User.objects.filter(email=mail.sender, is_active=True).first()
    return contact, contact is not None or (officer is not None and may(officer, "work", case, on=on))


def suggested(user: AnyUser, message: Message) -> list[LandingCase]:
    """The open cases of companies that have a contact with the address of its sender, for a message of no case."""
    people = _people(timezone.localdate()).filter(email__iexact=message.sender).exclude(email="")
    rows = LandingCase.objects.filter(company__in=people.values("company"), end=End.NONE).select_related("company")
    return list(visible(user, rows, "work")[:_MOST_CASES]) if message.case_id is None else []


# ---- pages


def mail_of(user: AnyUser, case: LandingCase) -> QuerySet[Message]:
    """What belongs to a case, or waits for somebody to accept it; without what was set aside."""
    rows = visible(user, Message.objects.filter(case=case)).exclude(state=MailState.SET_ASIDE)
    return rows.select_related("by").annotate(files=Count("attachments"))


def whole_thread(user: AnyUser, message: Message) -> list[Message]:
    """The messages around one, the oldest first, with their files."""
    first = message.thread_id or message.pk
    around = (Q(pk=first) | Q(thread=first)) & ~Q(state=MailState.SET_ASIDE) | Q(pk=message.pk)
    rows = visible(user, Message.objects.filter(around, case=message.case_id)).select_related("by")
    return list(rows.prefetch_related("attachments__file").order_by("at", "pk"))


QUEUE: Final = RecordList(
    Message,
    "mail",
    "mail:queue",
    filters=(choice("state", STATES, lambda rows, state, _: rows.filter(state=state), default=STATES[0]),),
    order=("-at", "-pk"),
    related=("case__company", "by"),
)


def to_look_at(user: User, limit: int) -> QuerySet[Message]:
    """Unread and held mail of the cases of an officer, the oldest first."""
    rows = Message.objects.filter(case__officer=user, case__end=End.NONE, state__in=OPEN)
    return rows.select_related("case__company").order_by("at", "pk")[:limit]


def unassigned(user: User, limit: int) -> QuerySet[Message]:
    """Mail of no case, for the officers of the unit that receives it."""
    return visible(user, Message.objects.filter(case=None, state="unassigned"), "work").order_by("at", "pk")[:limit]
