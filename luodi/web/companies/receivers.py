"""The time line of a company: what was said of it and done to it."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone

from luodi.web.accounts.models import Company
from luodi.web.companies import notices
from luodi.web.companies.models import Consent, Fact, Merge
from luodi.web.companies.queries import attribute_name, shown
from luodi.web.companies.queries.registers import extracts_of
from luodi.web.companies.signals import company_events
from luodi.web.core.agenda import Event
from luodi.web.core.notify import NoticeKind
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds
from luodi.web.core.words import say

_MOST: Final = 30


@receiver(company_events)
def events(sender: Any, *, user: Any, company: Company, on: date, **_: object) -> Iterator[Event]:
    """Facts as they were entered, and merges with what was undone of them."""
    facts = visible(user, Fact.objects.filter(company=company, at__date__lte=on)).order_by("-at")[:_MOST]
    for fact in facts:
        texts = {
            lang: say(
                "companies.event_fact",
                lang,
                name=attribute_name(fact.attribute, lang),
                value=shown(fact.value, lang),
                origin=say(f"companies.origin_{fact.origin}", lang),
                day=fact.as_of.isoformat(),
            )
            for lang in ("zh", "en")
        }
        yield Event(fact.at, "fact", **texts)
    for extract in visible(user, extracts_of(company))[:_MOST]:
        said = {"source": extract.source, "day": extract.day.isoformat()}
        yield Event(
            extract.at, "look_up", **{lang: say("companies.event_look_up", lang, **said) for lang in ("zh", "en")}
        )
    merges = visible(user, Merge.objects.filter(Q(kept=company) | Q(gone=company))).select_related("gone")
    for merge in merges.order_by("-at")[:_MOST]:
        yield _event(merge, "merge")
        if merge.undone:
            yield _event(merge, "undo_merge")
    for consent in visible(user, Consent.objects.filter(contact__company=company, withdrawn__isnull=False))[:_MOST]:
        yield from _withdrawn(consent)


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    staff = [Role.OFFICER, Role.ADMINISTRATOR]
    return [
        NoticeKind(
            "merge_proposed", "companies.letter_merge_proposed", notices.to_proposal, still=notices.is_open, roles=staff
        ),
        NoticeKind("merge_decided", "companies.letter_merge_confirmed", notices.to_proposal, roles=staff),
        NoticeKind("access_waits", "companies.letter_access_waits", notices.to_company, roles=staff),
        NoticeKind("access_on_hold", "companies.letter_access_on_hold", notices.to_account, legal=True),
        NoticeKind(
            "representative_proposed",
            "companies.letter_representative_proposed",
            notices.to_representative,
            still=notices.is_open,
            roles=staff,
        ),
        NoticeKind(
            "representative_decided",
            "companies.letter_representative_confirmed",
            notices.to_representative,
            roles=staff,
        ),
        NoticeKind("representative_added", "companies.letter_representative_added", notices.to_account, legal=True),
    ]


def _event(merge: Merge, kind: str) -> Event:
    texts = {lang: say(f"companies.event_{kind}", lang, name=str(merge.gone)) for lang in ("zh", "en")}
    return Event((merge.undone if kind == "undo_merge" else None) or merge.at, kind, **texts)


def _withdrawn(consent: Consent) -> Iterator[Event]:
    assert consent.withdrawn is not None
    at = timezone.make_aware(datetime.combine(consent.withdrawn, time()))
    texts = {
        lang: say("companies.event_withdrawn", lang, purpose=say(f"companies.purpose_{consent.purpose}", lang))
        for lang in ("zh", "en")
    }
    yield Event(at, "withdraw", **texts)
