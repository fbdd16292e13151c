"""What gives and ends roles."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from luodi.errors import BadInput
from luodi.message import Message
from luodi.web.accounts.forms.roles import GiveRole
from luodi.web.accounts.models import Membership, User
from luodi.web.accounts.validation import Grant, not_oneself, still_there
from luodi.web.core.actions import Changed, Created, Deleted, Unchanged, action
from luodi.web.core.forms import ActionForm
from luodi.web.core.roles import Role


@action("give_role", model=Membership, form=GiveRole, permission="administer", parent=User, parent_permits=True)
def give_role(user: User, grant: Grant, starts: date, ends: date | None = None) -> Created:
    """The user's permission is asked before: afterwards the new role itself might permit it.

    Raises `BadInput` where the role is not tied to what it must be tied to.
    """
    still_there(grant.company)
    closes = grant.unit.closes if grant.unit else None
    if closes and (ends is None or ends > closes):
        raise BadInput("accounts.unit-closes", unit=str(grant.unit), day=closes.isoformat())
    tied = {"role": grant.role, "unit": grant.unit, "company": grant.company, "scope": grant.scope}
    try:
        with transaction.atomic():
            return Created(Membership.objects.create(user=user, **tied, starts=starts, ends=ends))
    except IntegrityError:
        raise BadInput("accounts.role-days", ties=_ties(grant.role)) from None


def _ties(role: Role) -> Message:
    named = role if role in (Role.REPRESENTATIVE, Role.ADMINISTRATOR, Role.POLICY_OFFICER) else "of_a_unit"
    return Message(f"accounts.role-{named.replace('_', '-')}")


@action("end_role", model=Membership, form=ActionForm, permission="change")
def end_role(
    held: Membership, on: date | None = None, reason: str = "", *, actor: User | None, at: datetime
) -> Changed | Deleted | Unchanged:
    """The role ends with the day before `on`, today if left out; one that had not begun, or begins then, goes
    altogether, and one that was over by then stays as it was."""
    day = on or timezone.localdate(at)
    not_oneself(actor, held.user_id)
    if held.ends is not None and held.ends <= day:
        return Unchanged()
    return Deleted(reason=reason) if held.starts >= day else Changed({"ends": day}, reason=reason)
