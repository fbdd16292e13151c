"""What companies hold and do: recognitions, rights, data, people; and attributes that `shape.yaml` alone describes."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np

from luodi.world.cells import Cells
from luodi.world.draws import whole
from luodi.world.firms import EPOCH, Firms

_TERM: Final = 3 * 365
_LASTING: Final = ("hnte", "zgc_hte", "tech_sme", "innovative_sme", "srdi_sme", "little_giant", "tase")


def recognitions(firms: Firms) -> None:
    """Recognitions build on each other: a little giant is a specialised company, and that an innovative one."""
    has = _national(firms) | _others(firms)
    firms.put_set("qualifications", has)
    _expiry(firms, has)
    year = firms.draws.chance("certified this year", 0.3)
    fresh = firms.draws.chance("for the first time", 0.4)
    firms.put("hnte_first_certified_in_year", has["hnte"] & year & fresh)
    firms.put("hnte_recertified_in_year", has["hnte"] & year & ~fresh)
    headquarters = has["mnc_regional_hq_bj"] | has["mnc_hq_gd"]
    new = headquarters & firms.draws.chance("new headquarters", 0.4)
    kinds = np.where(has["mnc_global_hq_bj"], 2, 1 + 2 * firms.draws.chance("functional", 0.2))
    firms.put_words("mnc_hq_newly_recognised", np.where(new, kinds, 0), ["none", "regional", "global", "functional"])


def _national(firms: Firms) -> dict[str, Any]:
    draws, technical, staff = firms.draws, firms.flags["technical"], firms.values("employees")
    age, spent = firms.on - firms.values("founded_date"), firms.values("rd_expense")
    able = technical & firms.flags["corporate"] & (age >= 365) & (spent > 0)
    hnte = able & (spent >= 200_000) & draws.chance("hnte", 0.5)
    tech_sme = able & (staff <= 500) & draws.chance("tech sme", 0.4)
    innovative = able & (staff <= 1000) & (tech_sme | hnte) & draws.chance("innovative", 0.35)
    srdi = innovative & (spent >= 1_000_000) & draws.chance("srdi", 0.5)
    giant = srdi & (age >= 1095) & draws.chance("giant", 0.2)
    return {
        "hnte": hnte,
        "zgc_hte": able & firms.flags["park"] & draws.chance("zgc hte", 0.55),
        "tech_sme": tech_sme,
        "innovative_sme": innovative,
        "srdi_sme": srdi,
        "little_giant": giant,
        "mfg_champion": giant & firms.flags["maker"] & draws.chance("champion", 0.1),
        "innovation_points_selected": hnte & draws.chance("points", 0.06),
    }


def _others(firms: Firms) -> dict[str, Any]:
    draws, flags, shape = firms.draws, firms.flags, firms.shape
    industry, revenue = firms.values("industry_code"), firms.values("operating_revenue")
    able, abroad = flags["technical"] & flags["corporate"], flags["invested"]
    regional = abroad & flags["beijing"] & draws.chance("regional", 0.06)
    return {
        "tase": able & flags["service"] & draws.chance("tase", 0.05),
        "software_enterprise_encouraged": able & flags["software"] & draws.chance("software enterprise", 0.3),
        "ic_enterprise_listed": able & shape.industry("C397", "I652")[industry] & draws.chance("ic", 0.3),
        "machine_tool_enterprise_listed": able & shape.industry("C342")[industry] & draws.chance("machine tools", 0.4),
        "advanced_mfg_listed": able & flags["maker"] & draws.chance("advanced", 0.3),
        "foreign_rd_centre_bj": flags["technical_invested"] & flags["beijing"] & draws.chance("foreign centre", 0.1),
        "mnc_regional_hq_bj": regional,
        "mnc_global_hq_bj": regional & draws.chance("global", 0.1),
        "foreign_rd_hq_bj": flags["technical_invested"] & flags["beijing"] & draws.chance("foreign rd hq", 0.02),
        "mnc_hq_gd": abroad & flags["guangdong"] & draws.chance("hq gd", 0.06),
        "above_scale_industrial": shape.industry("B", "C", "D")[industry] & (revenue >= 20_000_000),
    }


def _expiry(firms: Firms, has: Mapping[str, Any]) -> None:
    """The last day of each recognition that runs out; a few have run out already."""
    left = firms.draws.below("expiry", _TERM, len(_LASTING)) - 20
    held = np.column_stack([has[name] for name in _LASTING])
    days = np.where(held, firms.on + left, 0)
    firms.columns["qualification_expiry"] = Cells(days, None, list(_LASTING))


def rights(firms: Firms) -> None:
    """Patents and copyrights; those of the first class are among them."""
    draws, flags = firms.draws, firms.flags
    patents = np.where(flags["technical"], whole(draws.spread("patents", firms.shape.spreads["patents"])), 0)
    firms.put("invention_patents", patents)
    firms.put("class1_ip_count", patents * (30 + draws.below("first class", 71)) // 100)
    copies = whole(draws.spread("copyrights", firms.shape.spreads["patents"]) * 2)
    firms.put("software_copyrights", np.where(flags["software"] | flags["technical"], copies, 0))


def data(firms: Firms) -> None:
    """Persons whose data is processed, users among them; part of it goes abroad, and part of that is sensitive."""
    draws, flags = firms.draws, firms.flags
    users = np.where(flags["digital"], whole(draws.spread("users", firms.shape.spreads["users"])), 0)
    subjects = users + firms.values("employees") * (1 + draws.below("subjects", 400))
    exports = draws.chance("exports data", np.where(flags["invested"], 0.35, np.where(flags["digital"], 0.06, 0.004)))
    sent = np.where(exports, subjects * (1 + draws.below("sent", 100)) // 1000, 0)
    firms.put("platform_users_pi", users)
    firms.put("pi_subjects_processed", subjects)
    firms.put("exports_pi", exports)
    firms.put("pi_export_count_ytd", sent)
    firms.put("spi_export_count_ytd", sent * draws.below("sensitive", 12) // 100)
    important = firms.values("important_data_processor") & draws.chance("important abroad", 0.25)
    firms.put("exports_important_data", important)
    grounds = ["none", "contract_with_individual", "hr_management", "transit_of_foreign_data", "off_negative_list"]
    firms.put_words("export_exemption_ground", draws.below("ground", 5), grounds, lacks=~(exports | important))
    risks = {
        "sensitive_pi": 0.12,
        "automated_decision": 0.05,
        "entrust_share_disclose": 0.1,
        "other_major_impact": 0.01,
    }
    has = {name: draws.chance(f"risk {name}", often) for name, often in risks.items()}
    firms.put_set("pi_high_risk_processing", has | {"export": exports})
    public = (firms.values("generative_ai_model_origin") > 0) & draws.chance("to the public", 0.7)
    firms.put("generative_ai_to_public", public)


def people(firms: Firms) -> None:
    """New staff and insured staff are parts of the whole; ratios are of those very numbers."""
    draws, flags, staff = firms.draws, firms.flags, firms.values("employees")
    age_months = (firms.on - firms.values("founded_date")) // 31
    disabled = firms.put("disabled_employees", _part(firms, staff, "disabled", 0.3, 0.04))
    firms.ratio("disabled_employee_ratio", disabled, staff)
    priority = firms.put("new_hires_priority_group", _part(firms, staff, "priority", 0.3, 0.2))
    firms.ratio("new_hire_ratio_12m_priority", priority, staff)
    veterans = firms.put("new_hires_veterans", _part(firms, staff, "veterans", 0.2, 0.08))
    graduates = firms.put("graduate_hires_within_2y", _part(firms, staff, "graduates", 0.4, 0.2))
    flags["priority"], flags["veterans"], flags["graduates"] = priority > 0, veterans > 0, graduates > 0
    firms.put("hire_year", year_of(firms.on) - draws.chance("hired last year", 0.35), lacks=graduates == 0)
    insured = np.maximum(staff - 1, 0) * (60 + draws.below("insured", 41)) // 100
    firms.put("insured_employees_excl_founder", insured)
    months = np.minimum(age_months, draws.below("insured months", 120))
    firms.put("insured_months_before_application", months)
    firms.put("social_insurance_paid_months", months)
    firms.put("unemployment_premium_prev_year", insured * (700 + draws.below("premium", 900)))


def year_of(day: int) -> int:
    return date.fromordinal(day + EPOCH).year


def _part(firms: Firms, staff: Any, name: str, how_often: float, most: float) -> Any:
    """Some of the staff, at least one person where there are any."""
    found = np.minimum(1 + whole(staff * most * firms.draws.evenly(f"how many {name}")), staff)
    return np.where(firms.draws.chance(f"any {name}", how_often), found, 0)


def dates(firms: Firms) -> None:
    """Days of loans and contracts, within two years; and imports, which need the customs."""
    draws, flags = firms.draws, firms.flags
    for name, flag in (("loan_disbursed_date", "borrows"), ("compute_contract_date", "compute")):
        firms.put(name, firms.on - draws.below(name, 730), lacks=~flags[flag])
    firms.put("imports_goods", firms.values("customs_registered") & draws.chance("imports", 0.6))
    outside = draws.chance("project elsewhere", 0.25)
    place = np.where(outside, draws.pick("project place", firms.shape.regions), firms.values("registered_region_code"))
    firms.put_words("project_region_code", place, firms.shape.regions.words, lacks=~flags["project"])


# ---- what `shape.yaml` alone describes


def described(firms: Firms) -> None:
    for name, row in firms.shape.raw["attributes"].items():
        firms.columns[name] = _drawn(firms, name, row)
        if name == "employs_foreigners":
            firms.flags["foreigners"] = firms.values(name)
        if name == "reinvests_distributed_profit":
            firms.flags["reinvests"] = firms.values(name)


def _drawn(firms: Firms, name: str, row: Mapping[str, Any]) -> Cells:
    only = firms.flags[row["only"]] if "only" in row else None
    if "chance" in row:
        found = _truth(firms, name, row["chance"])
        return Cells(found if only is None else found & only, None if only is None else ~only)
    if "choose" in row:
        return _chosen(firms, name, row, only)
    if "some" in row:
        return _some(firms, name, row, only)
    knots = row["knots"]
    places = int(row.get("places", 0))
    spread = firms.shape.spread(name, knots)
    found = whole(firms.draws.spread(name, spread) * 10**places)
    if only is None:
        return Cells(found, places=places)
    if "else" in row:
        return Cells(np.where(only, found, int(row["else"]) * 10**places), places=places)
    return Cells(found, ~only, places=places)


def _truth(firms: Firms, name: str, chances: Mapping[str, str]) -> Any:
    how_often = np.zeros(firms.rows)
    for flag, often in reversed(list(chances.items())):
        how_often = np.where(firms.flags[flag], float(often), how_often)
    return firms.draws.chance(name, how_often)


def _chosen(firms: Firms, name: str, row: Mapping[str, Any], only: Any) -> Cells:
    weights = firms.shape.weights(name, row["choose"])
    places = firms.draws.pick(name, weights)
    if only is None:
        return Cells(places, words=weights.words)
    if "else" not in row:
        return Cells(places, ~only, weights.words)
    words = weights.words if row["else"] in weights.words else [*weights.words, row["else"]]
    return Cells(np.where(only, places, words.index(row["else"])), words=words)


def _some(firms: Firms, name: str, row: Mapping[str, Any], only: Any) -> Cells:
    table = np.column_stack([firms.draws.chance(f"{name} {word}", float(often)) for word, often in row["some"].items()])
    table &= only[:, None]
    words = list(row["some"])
    if "none" in row["else"]:
        table, words = np.column_stack([table, ~table.any(axis=1)]), [*words, "none"]
    return Cells(table, words=words)
