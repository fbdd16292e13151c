"""Rows for the matrix of access, of models that a random row would not fit."""

from datetime import date
from typing import Any, Final

from django.utils import timezone

from luodi.web.companies.models import (
    CompanyName,
    Consent,
    Contact,
    Holding,
    Merge,
    MergeProposal,
    RegisterExtract,
    RepresentativeProposal,
)


def _name(town: Any) -> CompanyName:
    return CompanyName.objects.create(company=town.ours, text="Old Mill", script="Latn")


def _holding(town: Any) -> Holding:
    return Holding.objects.create(company=town.ours, holder_name="Nordlicht", share="51 %")


def _consent(town: Any) -> Consent:
    contact = Contact.objects.create(company=town.ours, name="Mei")
    return Consent.objects.create(
        contact=contact, purpose="case", channel="email", given=date(2026, 1, 1), how="letter"
    )


def _merge(town: Any) -> Merge:
    return Merge.objects.create(kept=town.ours, gone=town.theirs, reason="the same", moved={}, at=timezone.now())


def _proposal(town: Any) -> MergeProposal:
    said = {"reason": "the same", "doubts": ["cases"], "seen": "x", "by": town.owner, "at": timezone.now()}
    return MergeProposal.objects.create(kept=town.ours, gone=town.theirs, **said)


def _representative(town: Any) -> RepresentativeProposal:
    said = {"email": "mei@example.com", "reason": "power of attorney", "by": town.owner}
    now = timezone.now()
    return RepresentativeProposal.objects.create(company=town.ours, at=now, expires=now, **said)


def _extract(town: Any) -> RegisterExtract:
    said = {"code": "91110108551385082Q", "said": {}, "day": date(2026, 11, 3), "source": "register"}
    return RegisterExtract.objects.create(company=town.ours, by=town.owner, at=timezone.now(), **said)


ROWS: Final = {
    CompanyName: _name,
    Holding: _holding,
    Consent: _consent,
    Merge: _merge,
    MergeProposal: _proposal,
    RepresentativeProposal: _representative,
    RegisterExtract: _extract,
}
