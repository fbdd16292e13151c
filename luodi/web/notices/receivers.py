"""Apps below ask for notices by a signal."""

from typing import Any

from django.dispatch import receiver

from luodi.web.core.notify import NoticeKind
from luodi.web.core.signals import notice_kinds, notice_wanted
from luodi.web.notices import wishes
from luodi.web.notices.tell import tell


@receiver(notice_wanted)
def store(
    sender: Any, *, kind: str, to: Any, record: Any, reason: str, values: dict[str, Any], **more: Any
) -> list[bool]:
    return [tell(kind, to, record, reason, at=more["at"], words=more["words"], **values)]


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind("wish", "notices.letter_confirm", wishes.to_wish, legal=True),
        NoticeKind("wish_changed", "notices.letter_changed", wishes.to_wish, legal=True),
    ]
