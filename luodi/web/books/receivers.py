"""What this app answers to the signals of others."""

from django.dispatch import receiver

from luodi.web.books.actions import notices
from luodi.web.core.notify import NoticeKind
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind("draft_review", "books.letter_review", notices.to_draft, roles=[Role.POLICY_OFFICER]),
        NoticeKind("draft_back", "books.letter_sent_back", notices.to_draft, roles=[Role.POLICY_OFFICER]),
        NoticeKind("check_wanted", "books.letter_check", notices.to_check, roles=[Role.POLICY_OFFICER]),
        NoticeKind("draft_refused", "books.letter_refused", notices.to_draft, roles=[Role.POLICY_OFFICER]),
        NoticeKind("edition_published", "books.letter_published", notices.to_draft, roles=[Role.POLICY_OFFICER]),
        NoticeKind("edition_withdrawn", "books.letter_withdrawn", notices.to_draft, roles=[Role.POLICY_OFFICER]),
    ]
