"""Rows for the matrix of access, of models that a random row would not fit."""

from typing import Any, Final

from django.utils import timezone

from luodi.web.leads.models import Adjustment, Evidence, Lead, LeadFile, LeadMatch, LeadRow, Score, Signal


def lead(town: Any) -> Lead:
    now = timezone.now()
    return Lead.objects.create(unit=town.here, title="Amber Quay", received=now, changed=now)


def _adjustment(town: Any) -> Adjustment:
    return Adjustment.objects.create(lead=lead(town), points=5, reason="known to us", at=timezone.now())


def _signal(town: Any) -> Signal:
    return Signal.objects.create(lead=lead(town), kind="fair", source="fair", external="1", raw={}, at=timezone.now())


def _evidence(town: Any) -> Evidence:
    now = timezone.now()
    return Evidence.objects.create(lead=lead(town), part="fit", value="one", day=now.date(), source="x", at=now)


def _score(town: Any) -> Score:
    now = timezone.now()
    return Score.objects.create(lead=lead(town), on=now.date(), book={}, rows=[], low=0, high=1, at=now)


def _file(town: Any) -> LeadFile:
    return LeadFile.objects.create(unit=town.here, source="fair", name="x.csv", form="csv", at=timezone.now())


def _row(town: Any) -> LeadRow:
    return LeadRow.objects.create(run=_file(town), line=2, raw={}, at=timezone.now())


def _match(town: Any) -> LeadMatch:
    return LeadMatch.objects.create(row=_row(town), lead=lead(town), score=90, parts={"name": 90})


ROWS: Final = {
    LeadFile: _file,
    LeadRow: _row,
    LeadMatch: _match,
    Lead: lead,
    Adjustment: _adjustment,
    Signal: _signal,
    Evidence: _evidence,
    Score: _score,
}
