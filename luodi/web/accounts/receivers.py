"""What accounts answer to the core: the roles of a person."""

from datetime import date
from typing import Any

from django.dispatch import receiver

from luodi.web.accounts.memberships import memberships_of
from luodi.web.accounts.models import Membership
from luodi.web.core import signals


@receiver(signals.memberships)
def memberships(sender: Any, *, user: Any, on: date, **_: Any) -> list[Membership]:
    return memberships_of(user, on)
