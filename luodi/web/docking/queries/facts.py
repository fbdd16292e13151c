"""What is known of companies, as the criteria of others ask for it."""

from collections.abc import Iterable
from datetime import date
from typing import Final, TypeAlias

from luodi.casework.criteria import rule_of, with_parents
from luodi.rules.book import Rule
from luodi.web.accounts.models import Company
from luodi.web.companies.models import Fact, Label, Origin
from luodi.web.core.types import Json
from luodi.web.docking.models import CapitalNeed, InvestorProfile, Posted

#: Values by attribute, as `luodi.casework.criteria.facts` reads them.
Facts: TypeAlias = Json
_BEST: Final = {str(Origin.REGISTER): 2, str(Origin.DOCUMENT): 1, str(Origin.DECLARED): 0}


def facts_of(company: Company, on: date) -> Facts:
    return facts_of_many([company.pk], on)[company.pk]


def facts_of_many(companies: Iterable[int], on: date) -> dict[int, Facts]:
    """Value by attribute of each company, in two queries. A register counts before a document, and that before what was
    declared; of the same origin the latest counts."""
    keys = list(companies)
    found: dict[int, Facts] = {key: {} for key in keys}
    facts = Fact.objects.filter(company__in=keys, as_of__lte=on).values_list(
        "company_id", "attribute", "value", "origin", "as_of", "pk"
    )
    for key, name, value, *_ in sorted(facts, key=lambda row: (_BEST[row[3]], row[4], row[5])):
        found[key][name] = value
    labels: dict[tuple[int, str], list[str]] = {}
    for key, kind, code in Label.objects.filter(company__in=keys).values_list("company_id", "kind", "code"):
        labels.setdefault((key, kind), []).append(code)
    for (key, kind), codes in labels.items():
        found[key] |= _of_labels(kind, codes)
    for given in found.values():
        if "industry_code" in given:
            given["sector_codes"] = with_parents({*given.get("sector_codes", ()), str(given["industry_code"])})
    return found


def _of_labels(kind: str, codes: list[str]) -> Facts:
    if kind == Label.Kind.TECHNOLOGY:
        return {"technology_fields": sorted(codes)}
    return {"sector_codes": with_parents(codes)}


def facts_of_need(need: CapitalNeed, investor: InvestorProfile, on: date) -> Facts:
    """Those of its company, with the capital that it seeks; in the currency of an investor where it says how much that
    is at the rate of a day."""
    assert need.company is not None
    given = facts_of(need.company, on)
    if need.converted_amount is not None and need.converted_currency in asked_currencies(investor):
        given["capital_converted"] = need.converted_amount
    if need.amount is not None:
        given |= {"capital_sought": need.amount, "capital_currency": need.currency}
    return given | {"capital_stage": need.stage}


def asked_currencies(investor: InvestorProfile) -> set[str]:
    return {
        str(one) for criterion in investor.wishes if criterion.get("ask") == "currency" for one in criterion["value"]
    }


def rule_for(posted: Posted) -> Rule:
    """What it asks of the other side, until its last day."""
    return rule_of(posted.reference, posted.titles, posted.wishes, until=posted.until)
