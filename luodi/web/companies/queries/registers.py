"""The register that this site asks, and what is kept of a company as it is compared with it."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from luodi.profiles.identifiers import USCC
from luodi.registers.differences import Difference, HeldStake, Ours, differences
from luodi.registers.entries import Register
from luodi.registers.files import FileRegister
from luodi.services.register import ServiceRegister
from luodi.web.accounts.models import Company
from luodi.web.companies.models import RegisterExtract
from luodi.web.companies.queries import known


def register() -> Register | None:
    """The service of the settings, else the file of the settings where there is one, else none."""
    if settings.REGISTER_SERVICE is not None:
        return ServiceRegister(settings.REGISTER_SERVICE)
    path: Path = settings.REGISTER_FILE
    if settings.DEMO and not path.is_file():
        path = settings.DEMO_REGISTER
    return _file(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=1)
def _file(path: Path, _changed: int) -> FileRegister:
    """Read once, until the file is another one."""
    return FileRegister(path)


def differs(extract: RegisterExtract) -> list[Difference]:
    """What it says otherwise than is kept by now; nothing once something was taken."""
    return [] if extract.taken is not None else differences(extract.entry, ours(extract.company, on=extract.day))


def extracts_of(company: Company) -> QuerySet[RegisterExtract]:
    """The last one first, which alone can be taken from."""
    rows = RegisterExtract.objects.filter(company=company).select_related("company", "by", "taken_by")
    return rows.order_by("-at", "-pk")


def ours(company: Company, *, on: date) -> Ours:
    """As of a day, that of the extract."""
    number = company.identifiers.filter(scheme=USCC).order_by("pk").first()
    status = [one.counts for one in known(company, on=on) if one.attribute == "operating_status"]
    stakes = company.holdings.filter(ends=None).select_related("holder").order_by("pk")
    return Ours(
        name_zh=company.name_zh,
        name_en=company.name_en,
        code=company.credit_code or "",
        verified=number.verified if number and number.value == company.credit_code else None,
        status=str(status[0].value) if status else "",
        stakes=tuple(HeldStake(one.pk, str(one.holder or one.holder_name), one.share) for one in stakes),
    )
