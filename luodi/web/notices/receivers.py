"""Apps below ask for notices by a signal."""

from datetime import datetime

from django.db.models import Model
from django.dispatch import receiver

from luodi.web.accounts.models import User
from luodi.web.core.notify import Address, NoticeKind
from luodi.web.core.signals import notice_kinds, notice_wanted
from luodi.web.notices import links
from luodi.web.notices.making import make_notice


@receiver(notice_wanted)
def store(
    sender: object,
    *,
    kind: str,
    to: User | Address,
    record: Model,
    reason: str,
    at: datetime,
    words: str,
    values: dict[str, object],
    **_: object,
) -> list[bool]:
    return [make_notice(kind, to, record, reason, at=at, words=words, **values)]


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind("wish", "notices.letter_confirm", links.to_subscription, legal=True),
        NoticeKind("wish_changed", "notices.letter_changed", links.to_subscription, legal=True),
    ]
