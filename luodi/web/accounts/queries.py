"""Reading about people."""

from datetime import date
from typing import Any

from django.db.models import Prefetch

from luodi.web.accounts.models import Membership, User


def everybody(*, on: date) -> list[dict[str, Any]]:
    """`{"email", "name", "active", "roles"}` of everybody, for the operator's own command."""
    held = Membership.objects.in_force(on).select_related("unit", "company")
    people = User.objects.order_by("email").prefetch_related(Prefetch("memberships", held, to_attr="held"))
    return [
        {"email": one.email, "name": one.name, "active": one.is_active, "roles": [str(m) for m in one.held]}
        for one in people
    ]
