"""Reporting a line, and closing the report."""

from datetime import datetime

from luodi.casework.enquiries import NotNow
from luodi.errors import MissingKey
from luodi.web.advisor.forms import CloseForm, ReportForm
from luodi.web.advisor.models import Report
from luodi.web.advisor.reportable import title_of
from luodi.web.core.actions import Changed, Created, Unchanged, action
from luodi.web.core.notify import Address, notify


@action("report", model=Report, form=ReportForm, permission="report", creates=True)
def report_line(
    kind: str,
    line: str,
    *,
    fault: str,
    text: str,
    language: str,
    at: datetime,
    query: str = "",
    email: str = "",
) -> Created:
    """Store what somebody finds wrong."""
    return Created(
        Report.objects.create(
            kind=kind, line=line, fault=fault, text=text, language=language, query=query, email=email, received=at
        )
    )


@action("close", model=Report, form=CloseForm, permission="close", fits=lambda report: report.closed is None)
def close_report(report: Report, reason: str, *, at: datetime) -> Changed | Unchanged:
    """End it, and notify the reporter where there is an address.

    Raises `MissingKey` without a reason, `NotNow` where it was closed for another one.
    """
    reason = reason.strip()
    if report.closed and report.reason == reason:
        return Unchanged()
    if report.closed:
        raise NotNow("advisor.report-closed-already-another-reason")
    if not reason:
        raise MissingKey("advisor.say-why-since-reporter-reads", at="reason")
    return Changed({"closed": at, "reason": reason}, reason=reason, notify=lambda closed: _notify_reporter(closed, at))


def _notify_reporter(report: Report, at: datetime) -> None:
    if report.email:
        line = {lang: title_of(report.kind, report.line, lang) or report.line for lang in ("zh", "en")}
        to = Address(report.email, report.language)
        notify("report_closed", to, report, "closed", at=at, line=line, why=report.reason)
