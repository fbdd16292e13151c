"""What companies say that they can do, and an officer's look at what proves it."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from luodi.casework.criteria import technologies
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, UnknownValue
from luodi.web.accounts.models import Company, User
from luodi.web.core.actions import Changed, Created, action
from luodi.web.docking.forms.fields import Plain
from luodi.web.docking.forms.matches import CapabilityForm
from luodi.web.docking.models import Capability
from luodi.web.docking.permissions import must_not_name


@action("write", model=Capability, form=CapabilityForm, permission="write", creates=True)
def add_capability(company: Company, fields: Mapping[str, str], *, at: datetime) -> Created:
    """`title`, `text`, `technology`, `proof` and `proof_text`, its number, issuer and day.

    Title and text are read by others before names are shown, so they name nobody.
    """
    _check(company, fields)
    return Created(Capability.objects.create(company=company, added=at, changed=at, **fields))


def _check(company: Company, fields: Mapping[str, str]) -> None:
    for name in ("title", "text", "proof_text"):
        if not fields.get(name, "").strip():
            raise MissingKey("docking.say-what-what-proves", at=name)
    if fields.get("technology") and fields["technology"] not in technologies():
        raise UnknownValue("docking.no-field-technology-list", at="technology")
    must_not_name(company, title=fields["title"], text=fields["text"])


@action("check", model=Capability, form=Plain, permission="check")
def check_proof(capability: Capability, *, actor: User, at: datetime) -> Changed:
    """An officer has looked at the proof. Raises `NotNow` where somebody has."""
    if capability.checked is not None:
        raise NotNow("docking.somebody-looked-proof")
    return Changed({"checked": timezone.localdate(at), "checked_by": actor})
