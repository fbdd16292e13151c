"""Taking away what somebody kept or handed over, with everything that was determined for it."""

from luodi.web.advisor.models import Determination, Enquiry, Saved


def enquiry(row: Enquiry) -> None:
    """The enquiry with its replies and its answer."""
    last = row.determination
    row.delete()
    _with_older(last)


def saved(row: Saved) -> None:
    last = row.determination
    row.delete()
    _with_older(last)


def _with_older(last: Determination | None) -> None:
    """A determination and those that it replaced."""
    while last is not None:
        older = last.replaces
        last.delete()
        last = older
