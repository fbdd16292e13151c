"""What this app answers to the signals of others."""

from django.dispatch import receiver

from luodi.web.core.notify import NoticeKind
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds
from luodi.web.workbench import notices


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind(
            "view_entered", "workbench.letter_cases_entered", notices.to_view, roles=[Role.OFFICER, Role.LEADER]
        ),
    ]
