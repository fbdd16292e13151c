"""What accounts answer to the core: the roles of a person."""

from datetime import date

from django.dispatch import receiver

from luodi.web.accounts import adapters
from luodi.web.accounts.memberships import memberships_of
from luodi.web.accounts.models import Membership, User
from luodi.web.core import signals
from luodi.web.core.notify import NoticeKind
from luodi.web.core.roles import Role
from luodi.web.core.signals import notice_kinds


@receiver(signals.memberships)
def memberships(sender: object, *, user: User, on: date, **_: object) -> list[Membership]:
    return memberships_of(user, on)


@receiver(notice_kinds)
def kinds_of_notices(sender: object, **_: object) -> list[NoticeKind]:
    return [
        NoticeKind("stand_in", "accounts.letter_stand_in", adapters.to_absence, roles=[Role.OFFICER]),
        NoticeKind("security", "accounts.letter_factors_removed", adapters.to_account, legal=True),
    ]
