"""Apps below ask for notices by a signal."""

from typing import Any

from django.dispatch import receiver

from luodi.web.core.notify import NoticeKind
from luodi.web.core.signals import notice_kinds, notice_wanted
from luodi.web.notices import links
from luodi.web.notices.making import tell


@receiver(notice_wanted)
def store(
    sender: Any, *, kind: str, to: Any, record: Any, reason: str, values: dict[str, Any], **more: Any
) -> list[bool]:
    return [tell(kind, to, record, reason, at=more["at"], words=more["words"], **values)]


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind("wish", "notices.letter_confirm", links.to_subscription, legal=True),
        NoticeKind("wish_changed", "notices.letter_changed", links.to_subscription, legal=True),
    ]
