"""Apps below ask for notices by a signal."""

from typing import Any

from django.dispatch import receiver

from luodi.web.core.signals import notice_wanted
from luodi.web.notices.tell import tell


@receiver(notice_wanted)
def store(
    sender: Any, *, kind: str, to: Any, record: Any, reason: str, values: dict[str, Any], **more: Any
) -> list[bool]:
    return [tell(kind, to, record, reason, at=more["at"], words=more["words"], **values)]
