"""Changing companies, as an administrator does: one function an act, each written down."""

from django.db import transaction

from luodi.web.accounts.actions import MergedAway, checked_company
from luodi.web.accounts.company_index import index_names
from luodi.web.accounts.models import Company, User
from luodi.web.core.errors import StaleVersion
from luodi.web.core.permissions import require
from luodi.web.core.snapshots import snapshot
from luodi.web.journal.actions import write


@transaction.atomic
def change_company(
    company: Company,
    *,
    name_zh: str,
    name_en: str,
    credit_code: str | None,
    country: str,
    by: User | None = None,
    version: int | None = None,
) -> Company:
    """Raises `BadInput` without a name or for a bad code, `DuplicateKey` for a code that is taken, `StaleVersion`, and
    `MergedAway` for one that became another."""
    company = Company.objects.select_for_update().get(pk=company.pk)
    if by is not None:
        require(by, "change", company)
    if company.merged_into_id:
        raise MergedAway("accounts.company-merged", company=str(company))
    code = checked_company(name_zh, name_en, credit_code, country, but=company.pk)
    before = snapshot(company)
    company.name_zh, company.name_en, company.country = name_zh, name_en, country
    company.credit_code = code
    if before != snapshot(company):
        if version is not None and version != company.version:  # a double click changes nothing, and is none of these
            raise StaleVersion(company, version=company.version)
        company.version += 1
        company.save()
        after = snapshot(company)
        index_names(company, (name_zh, name_en))
        write("change", company, by=by, before=before, after=after)
    return company
