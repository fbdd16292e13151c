"""Reporting a line, and closing the report: one function an act."""

from datetime import datetime

from django.db import IntegrityError, transaction

from luodi.errors import MissingKey
from luodi.web.accounts.models import User
from luodi.web.advisor.lines import title_of
from luodi.web.advisor.models import Report
from luodi.web.advisor.stages import NotNow
from luodi.web.core.notify import Address
from luodi.web.core.permissions import require
from luodi.web.journal.actions import snapshot, write
from luodi.web.notices.tell import tell


def report_line(
    kind: str,
    line: str,
    *,
    fault: str,
    text: str,
    key: str,
    language: str,
    at: datetime,
    query: str = "",
    email: str = "",
    by: User | None = None,
) -> Report:
    """Keep what somebody finds wrong. The same key again gives the report that there is."""
    try:
        with transaction.atomic():
            found = Report.objects.filter(key=key).first()
            if found is not None:
                return found
            made = Report.objects.create(
                kind=kind,
                line=line,
                fault=fault,
                text=text,
                key=key,
                language=language,
                query=query,
                email=email,
                received=at,
            )
            write("report", made, by=by, after=snapshot(made))
            return made
    except IntegrityError:  # two clicks at once: the other one came first
        found = Report.objects.filter(key=key).first()
        if found is None:
            raise
        return found


@transaction.atomic
def close_report(report: Report, reason: str, *, by: User, at: datetime) -> Report:
    """End it, and tell the reporter where there is an address. The same reason again changes nothing.

    Raises `MissingKey` without a reason, `NotNow` where it was closed for another one.
    """
    report = Report.objects.select_for_update().get(pk=report.pk)
    require(by, "close", report)
    reason = reason.strip()
    if report.closed and report.reason == reason:
        return report
    if report.closed:
        raise NotNow("advisor.report-closed-already-another-reason")
    if not reason:
        raise MissingKey("advisor.say-why-since-reporter-reads", at="reason")
    before = snapshot(report)
    report.closed, report.reason = at, reason
    report.save(update_fields=["closed", "reason"])
    write("close", report, by=by, before=before, after=snapshot(report), reason=reason)
    if report.email:
        _tell(report, at)
    return report


def _tell(report: Report, at: datetime) -> None:
    line = {lang: title_of(report.kind, report.line, lang) or report.line for lang in ("zh", "en")}
    to = Address(report.email, report.language)
    tell("report_closed", to, report, "closed", at=at, line=line, why=report.reason)
