"""One block of made-up companies, from what they are to what they report; what hangs together is drawn together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from luodi.world.cells import Cells, Columns
from luodi.world.draws import Draws, whole
from luodi.world.shape import Shape
from luodi.world.stakes import FOREIGN, HMT, STATE, WHOLE, Held

EPOCH = date(1970, 1, 1).toordinal()


@dataclass
class Firms:
    """A block on its way: `columns` by attribute, and `flags`, by which others are drawn."""

    draws: Draws
    shape: Shape
    first: int
    on: int  # days since 1970
    columns: Columns = field(default_factory=dict)
    flags: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.draws.rows

    def put(self, name: str, values: Any, *, lacks: Any = None, places: int = 0) -> Any:
        self.columns[name] = Cells(values, lacks, places=places)
        return values

    def put_words(self, name: str, places: Any, words: Sequence[str], *, lacks: Any = None) -> None:
        self.columns[name] = Cells(places, lacks, list(words))

    def put_set(self, name: str, has: dict[str, Any], *, lacks: Any = None, none: bool = True) -> None:
        """A set of those words that are true; `none` where not one is."""
        table = np.column_stack(list(has.values()))
        words = list(has)
        if none:
            table = np.column_stack([table, ~table.any(axis=1)])
            words.append("none")
        self.columns[name] = Cells(table, lacks, words)

    def values(self, name: str) -> Any:
        return self.columns[name].values

    def ratio(self, name: str, part: Any, of: Any, *, most: int | None = WHOLE) -> Any:
        """Part of the whole to four places, rounded down; it lacks where the whole is nothing."""
        found = part * WHOLE // np.maximum(of, 1)
        return self.put(name, found if most is None else np.minimum(found, most), lacks=of == 0, places=4)


def what_they_are(firms: Firms) -> Any:
    """Industry, place, age, kind and number of employees. Gives the day each was founded."""
    draws, shape = firms.draws, firms.shape
    industry, region = draws.pick("industry", shape.industries), draws.pick("region", shape.regions)
    kind = draws.pick("kind", shape.kinds)
    founded = firms.on - whole(draws.spread("age", shape.spreads["age_days"]))
    small = np.isin(kind, [shape.kinds.words.index(word) for word in ("sole_proprietorship", "individual_business")])
    employees = whole(draws.spread("employees", shape.spreads["employees"]))
    employees = np.where(small, 1 + employees % 8, employees)
    firms.put_words("entity_type", kind, shape.kinds.words)
    firms.put("founded_date", founded)
    firms.put_words("registered_region_code", region, shape.regions.words)
    firms.put_words("industry_code", industry, shape.industries.words)
    firms.put("employees", employees)
    _flags(firms, industry, region, founded, employees)
    corporate, firms.flags["holding"] = kind <= 1, kind <= 2  # companies with shares, and who can hold them
    firms.flags["corporate"] = corporate
    firms.put("is_resident_enterprise", corporate)
    firms.put("is_independent_legal_person", corporate)
    return founded


def _flags(firms: Firms, industry: Any, region: Any, founded: Any, employees: Any) -> None:
    draws, shape, flags = firms.draws, firms.shape, firms.flags
    flags["all"] = np.ones(firms.rows, np.bool_)
    flags["technical"] = draws.chance("technical", shape.numbered["technical"][industry])
    for name, prefixes in {
        "maker": ("C",),
        "trading": ("F",),
        "software": ("I65",),
        "service": ("I", "L", "M"),
        "finance": ("J",),
    }.items():
        flags[name] = shape.industry(*prefixes)[industry]
    flags["beijing"], flags["guangdong"] = shape.region("11")[region], shape.region("44")[region]
    flags["large"], flags["staffed"] = employees >= 300, employees >= 10
    flags["young"] = firms.on - founded < 3 * 365
    internet = shape.industry("I64")[industry]
    flags["digital"] = draws.chance("digital", np.where(internet, 0.7, np.where(flags["software"], 0.16, 0.01)))
    flags["borrows"] = draws.chance("borrows", np.where(flags["staffed"], 0.45, 0.16))
    flags["beijing_borrows"] = flags["borrows"] & flags["beijing"]
    flags["project"] = draws.chance("project", np.where(flags["staffed"], 0.12, 0.02))
    flags["maker_project"] = flags["maker"] & flags["project"]
    flags["transfers"] = flags["technical"] & draws.chance("transfers", 0.14)
    flags["funded"] = flags["technical"] & draws.chance("funded", 0.14)
    flags["listable"] = (employees >= 60) & (firms.values("entity_type") == 1)
    flags["compute"] = flags["technical"] & draws.chance("compute", 0.16)


def where_they_are(firms: Firms) -> None:
    """Tax place, zones, classes of industry."""
    draws, shape = firms.draws, firms.shape
    region, industry = firms.values("registered_region_code"), firms.values("industry_code")
    elsewhere = draws.chance("taxed elsewhere", 0.03)
    firms.put_words(
        "tax_region_code", np.where(elsewhere, draws.pick("tax", shape.regions), region), shape.regions.words
    )
    zones = {
        name: draws.chance(f"zone {name}", shape.by_prefix(shape.regions.words, chances)[region])
        for name, chances in shape.raw["zones"].items()
    }
    park = np.logical_or.reduce([flags for name, flags in zones.items() if name.startswith("zgc_")])
    zones["zgc_demo_zone"] = park
    zones["bj_ftz"] |= zones["bj_ftz_etown_cluster"]
    zones["bj_bda"] |= zones["bj_ftz_etown_cluster"]
    firms.put_set("special_zones", zones)
    firms.flags["park"] = park
    words, places = shape.fdi_classes
    firms.put_words("industry_class_fdi_reward", places[industry], words)
    sectors = {
        name: draws.chance(f"sector {name}", shape.by_prefix(shape.industries.words, chances)[industry])
        for name, chances in shape.raw["sectors"].items()
    }
    firms.put_set("strategic_sector", sectors)
    _scope(firms, industry)


def _scope(firms: Firms, industry: Any) -> None:
    """Items of the business scope: the usual ones of the branch."""
    branches = [zh for zh, _ in firms.shape.branches]
    words = sorted(set(branches))
    own = np.array([words.index(branch) for branch in branches])[industry]
    has = {word if word.endswith("服务") else f"{word}服务": own == at for at, word in enumerate(words)}
    has |= {name: firms.draws.chance(f"scope {name}", often) for name, often in _EXTRAS.items()}
    firms.put_set("business_scope_items", has, none=False)


_EXTRAS = {"技术开发": 0.35, "货物进出口": 0.2, "会议及展览服务": 0.15, "广告发布": 0.1}


# ---- ownership


def who_owns_them(firms: Firms, held: Held, share: Any, open_: Any) -> None:
    """What the stakes say: the share looked through, the class of owner, the countries. `share` in 10^-12."""
    draws, flags = firms.draws, firms.flags
    foreign, hmt, state = held.direct(FOREIGN), held.direct(HMT), held.direct(STATE)
    direct = foreign + hmt
    flags["invested"] = direct > 0
    flags["technical_invested"] = flags["technical"] & flags["invested"]
    flags["reinvests"] = flags["invested"] & draws.chance("reinvests too", 0.3)
    firms.put("foreign_share", share, lacks=open_, places=12)
    firms.put_words("ownership_type", _classes(draws, foreign, hmt, state), _CLASSES)
    firms.put("foreign_investor_obtains_control", direct * 2 > WHOLE)
    firms.put("hk_macao_service_supplier", (hmt > 0) & draws.chance("supplier", 0.3))
    _countries(firms, held, (share > 0) & (direct == 0))
    _capital(firms, direct)


_CLASSES = [
    "foreign_wholly_owned",
    "foreign_joint_venture",
    "hk_macao_taiwan",
    "private",
    "state_owned",
    "collective",
    "mixed",
]


def _classes(draws: Draws, foreign: Any, hmt: Any, state: Any) -> Any:
    direct = foreign + hmt
    return np.select(
        [hmt > foreign, foreign == WHOLE, direct == WHOLE, direct > 0, state * 2 > WHOLE, state > 0],
        [2, 0, 0, 1, 4, 6],
        np.where(draws.chance("collective", 0.006), 5, 3),
    )


def _countries(firms: Firms, held: Held, indirect: Any) -> None:
    """Where foreign and HMT holders come from; a holder of many companies is from one country."""
    shape, draws = firms.shape, firms.draws
    has: dict[str, Any] = {}
    for kind, weights in ((FOREIGN, shape.countries), (HMT, shape.regions_abroad)):
        of_pool = weights.at((held.owner * 7919 % 997) / 997)
        own = draws.pick(f"country {kind}", weights, held.live.shape[1])
        country = np.where(held.pooled, of_pool, own)
        theirs = held.live & (held.kind == kind)
        has |= {word: (theirs & (country == at)).any(axis=1) for at, word in enumerate(weights.words)}
    firms.put_set("foreign_investor_countries", has, lacks=indirect, none=False)


_STEPS = np.array([0, 3, 5, 10, 20, 30, 50, 100, 200, 500]) * 10_000
_PAID = np.array([0, 0, 10, 20, 30, 50, 50, 100, 100, 100])


def _capital(firms: Firms, direct: Any) -> None:
    """Registered and paid-in capital in round figures, and what of it came from abroad (in USD, at 7 to 1)."""
    draws, invested = firms.draws, firms.flags["invested"]
    scale = np.array([1, 3, 10, 40, 200])[np.searchsorted([5, 20, 100, 1000], firms.values("employees"), side="right")]
    registered = firms.put("registered_capital", _STEPS[1 + draws.below("capital", 9)] * scale)
    paid = firms.put("paid_in_capital", registered * _PAID[draws.below("paid", 10)] // 100)
    abroad = firms.put("paid_in_foreign_capital_usd", paid * direct // (7 * WHOLE))
    this_year = np.where(draws.chance("fdi this year", 0.35), draws.below("fdi part", 100) + 1, 0)
    firms.put("fdi_actual_current_year_usd", abroad * this_year // 100)
    firms.put("fdi_paid_within_1y_of_establishment_usd", abroad * (draws.below("fdi first", 101)) // 100)
    total = registered * (10 + draws.below("total investment", 16)) // 70
    firms.put("total_investment_usd", np.where(invested, total, 0))


# ---- figures


def what_they_report(firms: Firms) -> None:
    """Revenue of three years, assets, income, taxes, R&D; each figure follows from the ones before it."""
    age = firms.on - firms.values("founded_date")
    revenue = _revenue(firms, age)
    assets = whole(revenue[0] * firms.draws.spread("assets", firms.shape.spreads["assets_by_revenue"]))
    firms.put("total_assets", assets + firms.values("paid_in_capital"))
    _income(firms, revenue[0], age)
    niche = np.minimum(age * 10 // 365, 10 + firms.draws.below("niche", 150))
    firms.put("years_in_niche_market", niche, places=1)
    _research(firms, revenue, age)


def _revenue(firms: Firms, age: Any) -> list[Any]:
    """Of the last year and the two before it, as far as the company existed."""
    draws, shape = firms.draws, firms.shape
    employees, industry = firms.values("employees"), firms.values("industry_code")
    productivity = draws.spread("productivity", shape.spreads["productivity"])
    earned = employees * (shape.numbered["revenue_per_employee"][industry] * productivity)
    revenue = np.where(draws.chance("no revenue", 0.05), 0, whole(np.minimum(earned, 2e12)))
    growth = [whole(draws.spread(f"growth {year}", shape.spreads["growth"])) for year in (1, 2)]
    before = np.where(age >= 730, revenue * 1000 // (1000 + growth[0]), 0)
    earlier = np.where(age >= 1095, before * 1000 // (1000 + growth[1]), 0)
    firms.put("operating_revenue", revenue)
    firms.put("operating_revenue_prev", before, lacks=age < 730)
    firms.put("sales_revenue_3y", revenue + before + earlier)
    both = np.sqrt((1000.0 + growth[0]) * (1000.0 + growth[1]))
    firms.put("revenue_cagr_2y", whole(both * 10) - WHOLE, lacks=(age < 1095) | (earlier == 0), places=4)
    return [revenue, before, earlier]


def _income(firms: Firms, revenue: Any, age: Any) -> None:
    """Taxable income, years since the first profit, and what the VAT goes by."""
    draws = firms.draws
    margin = whole(draws.spread("margin", firms.shape.spreads["margin"]))
    wages = np.where(revenue == 0, firms.values("employees") * 60_000, 0)
    firms.put("taxable_income", revenue * margin // 1000 - wages)
    firms.put("profit_year_count", np.where(margin > 0, 1 + draws.below("profit years", 1 + age // 365), 0))
    firms.put("vat_monthly_sales", revenue // 12)
    small = (revenue <= 5_000_000) & draws.chance("small taxpayer", 0.86)
    firms.put_words("vat_taxpayer_type", small.astype(np.int64), ["general", "small_scale"])


def _research(firms: Firms, revenue: Sequence[Any], age: Any) -> None:
    """R&D of three years in proportion to revenue; who does none spends nothing. Staff ratios are of whole persons."""
    draws, shape, technical = firms.draws, firms.shape, firms.flags["technical"]
    permille = whole(draws.spread("rd", shape.spreads["rd_permille"]))
    before = np.maximum(permille * (70 + draws.below("rd before", 60)) // 100, 1)
    spent = [
        np.where(technical, year * rate // 1000, 0)
        for year, rate in zip(revenue, (permille, before, before), strict=True)
    ]
    none_yet = age < 730
    firms.put("rd_expense", spent[0])
    firms.put("rd_expense_avg_2y", (spent[0] + spent[1]) // 2, lacks=none_yet)
    firms.put("rd_expense_min_2y", np.minimum(spent[0], spent[1]), lacks=none_yet)
    firms.put("rd_expense_3y", sum(spent[1:], spent[0]))
    ratios = [part * WHOLE // np.maximum(of, 1) for part, of in zip(spent, revenue[:2], strict=False)]
    firms.put("rd_ratio_min_2y", np.minimum(*ratios), lacks=none_yet | (revenue[0] == 0), places=4)
    _staff(firms, permille)


def _staff(firms: Firms, permille: Any) -> None:
    draws, technical, employees = firms.draws, firms.flags["technical"], firms.values("employees")
    college = whole(
        employees * np.where(technical, 0.55 + 0.45 * draws.evenly("college"), 0.8 * draws.evenly("college"))
    )
    bachelor = whole(college * (0.3 + 0.6 * draws.evenly("bachelor")))
    part = np.where(technical, 0.05 + 0.5 * draws.evenly("scientists") + permille / 2000, 0)
    scientists = np.minimum(whole(employees * part), employees)
    research = whole(scientists * (0.5 + 0.5 * draws.evenly("researchers")))
    firms.ratio("college_staff_ratio", college, employees)
    firms.ratio("bachelor_staff_ratio", bachelor, employees)
    firms.ratio("sci_tech_staff_ratio", scientists, employees)
    firms.ratio("rd_staff_ratio", research, employees)
    firms.put("rd_staff_full_time", research)
    software = np.where(
        firms.flags["software"], 4000 + draws.below("software part", 6001), draws.below("some software", 1500)
    )
    firms.put("software_revenue_ratio", software, places=4)
    firms.put("own_software_revenue_ratio", software * (50 + draws.below("own software", 51)) // 100, places=4)
