"""What changes companies, as an administrator does."""

from luodi.web.accounts.company_index import index_names
from luodi.web.accounts.forms.units import CompanyForm
from luodi.web.accounts.models import Company
from luodi.web.accounts.validation import MergedAway, checked_company
from luodi.web.core.actions import Changed, Created, Unchanged, action


@action("add", model=Company, form=CompanyForm, permission="change", creates=True)
def add_company(name_zh: str, name_en: str, credit_code: str | None = None, country: str = "") -> Created:
    """A company that somebody may act for. Raises `BadInput` without a name, for a bad code or one that is taken."""
    return Created(new_company(name_zh, name_en, credit_code, country))


def new_company(name_zh: str, name_en: str, typed: str | None, country: str) -> Company:
    """Stored, and found by its names. Raises what `checked_company` raises."""
    code = checked_company(name_zh, name_en, typed, country)
    company = Company.objects.create(name_zh=name_zh, name_en=name_en, credit_code=code, country=country)
    index_names(company, (name_zh, name_en))
    return company


@action("change", model=Company, form=CompanyForm, permission="change")
def change_company(
    company: Company, name_zh: str, name_en: str, credit_code: str | None, country: str
) -> Changed | Unchanged:
    """Raises `BadInput` without a name or for a bad code, `DuplicateKey` for a code that is taken, and `MergedAway` for
    one that became another."""
    if company.merged_into_id:
        raise MergedAway("accounts.company-merged", company=str(company))
    code = checked_company(name_zh, name_en, credit_code, country, but=company.pk)
    new = {"name_zh": name_zh, "name_en": name_en, "credit_code": code, "country": country}
    if all(getattr(company, name) == value for name, value in new.items()):
        return Unchanged()
    index_names(company, (name_zh, name_en))
    return Changed(new)
