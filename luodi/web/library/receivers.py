"""The texts of search follow the books."""

from datetime import datetime

from django.dispatch import receiver

from luodi.web.books.signals import entering_force, preparing
from luodi.web.library import index
from luodi.web.library.subjects import CellSubject, EntrySubject
from luodi.web.notices.signals import subjects
from luodi.web.notices.subjects import Subject as NoticeSubject


@receiver(preparing)
def prepare(sender: object, **_: object) -> list[tuple[str, object]]:
    """The records of the coming books are cached for the transaction that writes them."""
    index.ahead()
    return []


@receiver(entering_force)
def refresh(sender: object, *, at: datetime, **_: object) -> None:
    index.refresh(at)


@receiver(subjects)
def subjects_of_notices(sender: object, **_: object) -> list[type[NoticeSubject]]:
    return [EntrySubject, CellSubject]
