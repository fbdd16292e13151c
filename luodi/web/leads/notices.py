"""Notices about leads. Each call belongs in the transaction of its action; letters name no company."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from luodi.casework.leads import Act
from luodi.web.accounts.models import User
from luodi.web.accounts.queries import officers_of, stand_ins_of
from luodi.web.core.pages import place
from luodi.web.core.permissions import may
from luodi.web.leads.models import Lead, Signal
from luodi.web.notices.making import make_notice


def arrived(lead: Lead, kind: str, *, at: datetime) -> None:
    """A stranger wrote: the officers of the unit are told. Of an enquiry of the advisor they are told there."""
    if kind == Signal.Kind.FORM:
        unit = {"zh": lead.unit.name_zh, "en": lead.unit.name_en}
        for officer in officers_of(lead.unit, on=timezone.localdate(at)):
            make_notice("lead_arrived", officer, lead, "arrived", at=at, number=lead.pk, unit=unit)


def acted(lead: Lead, act: Act, *, by: User | None, at: datetime) -> None:
    """Whoever was given it by somebody else; whose parked lead wakes; whose lead another one is the same as."""
    if act is Act.ASSIGN and lead.officer is not None:
        _notify("lead_assigned", [lead.officer], lead, f"assigned {lead.version}", by, at)
    elif act is Act.WAKE and by is None:
        _notify("lead_woke", _responsible(lead, at), lead, f"woke {lead.version}", by, at)
    elif act is Act.DUPLICATE and lead.duplicate_of is not None:
        kept = lead.duplicate_of
        _notify("lead_merged", _responsible(kept, at), kept, f"merged {lead.pk} {lead.version}", by, at, other=lead.pk)


def _responsible(lead: Lead, at: datetime) -> set[User]:
    """Its officer with whoever stands in; where it has none who still works here, the officers of the unit."""
    on = timezone.localdate(at)
    there = lead.officer is not None and may(lead.officer, "work", lead, on=on)
    own = [lead.officer] if lead.officer is not None and there else officers_of(lead.unit, on=on)
    return {*own, *stand_ins_of(own, on=on)}


def _notify(
    kind: str, people: Iterable[User], lead: Lead, reason: str, by: User | None, at: datetime, **values: Any
) -> None:
    """Nobody gets a notice of their own action."""
    for one in sorted((one for one in people if one != by), key=lambda one: one.pk):
        make_notice(kind, one, lead, reason, at=at, number=lead.pk, **values)


# ---- where the letters lead


def to_lead(row: Lead, lang: str) -> dict[str, str]:
    return {"place": place("leads:lead", lang, row.pk)}


def is_new(row: Lead) -> bool:
    """Whether nobody has taken it on yet."""
    return row.officer_id is None and row.state == "new"
