"""What companies say that they can do, and an officer's look at what proves it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from luodi.casework.states import NotNow
from luodi.casework.wishes import technologies
from luodi.errors import MissingKey, UnknownValue
from luodi.web.accounts.models import Company, User
from luodi.web.cases.acting import add, perform
from luodi.web.docking.models import Capability
from luodi.web.docking.names import must_not_name


def add_capability(company: Company, fields: Mapping[str, Any], *, by: User, at: datetime, key: str = "") -> Capability:
    """`title`, `text`, `technology`, `proof` and `proof_text`, its number, issuer and day.

    Title and text are read by others before names are shown, so they name nobody.
    """

    def make() -> Capability:
        _check(company, fields)
        return Capability.objects.create(company=company, added=at, changed=at, **fields)

    return add(Capability, make, "write", by=by, at=at, key=key)


def _check(company: Company, fields: Mapping[str, Any]) -> None:
    for name in ("title", "text", "proof_text"):
        if not str(fields.get(name, "")).strip():
            raise MissingKey("docking.say-what-what-proves", at=name)
    if fields.get("technology") and fields["technology"] not in technologies():
        raise UnknownValue("docking.no-field-technology-list", at="technology")
    must_not_name(company, title=fields["title"], text=fields["text"])


def check_proof(
    capability: Capability, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> Capability:
    """An officer has looked at the proof. Raises `NotNow` where somebody has."""

    def change(row: Capability) -> dict[str, Any]:
        if row.checked is not None:
            raise NotNow("docking.somebody-looked-proof")
        return {"checked": timezone.localdate(at), "checked_by": by}

    return perform(capability, "check", change, by=by, at=at, key=key, version=version)
