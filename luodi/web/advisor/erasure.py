"""Taking away what somebody kept or handed over, with everything that was determined for it."""

from datetime import datetime

from luodi.web.advisor.models import Determination, Enquiry, Saved
from luodi.web.files.actions.stored import remove


def enquiry(row: Enquiry, *, at: datetime) -> None:
    """The enquiry with its replies, its files and its answer."""
    last, sent = row.determination, [one.file for one in row.files.select_related("file")]
    row.delete()
    for file in sent:
        remove(file, "its enquiry is erased", by=None, at=at)
    determinations(last)


def saved(row: Saved, *, at: datetime) -> None:
    last = row.determination
    row.delete()
    determinations(last)


def determinations(last: Determination | None) -> None:
    """The last determination and those that it replaced."""
    while last is not None:
        older = last.replaces
        last.delete()
        last = older
