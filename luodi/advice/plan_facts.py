"""What a company's plan already says about it: facts that follow from the services, the share and the investor.

They fill gaps only; a fact the company gave itself is never replaced.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from luodi.access.holdings import Holdings
from luodi.access.question import AccessQuestion
from luodi.access.treatments import CEPA_REGIONS, AccessBook
from luodi.profiles.vocabulary import Value, Vocabulary, as_json
from luodi.values import Percent, exact

REGION = "registered_region_code"


def facts_of_plans(
    questions: Sequence[AccessQuestion],
    given: Mapping[str, Value],
    vocabulary: Vocabulary,
    book: AccessBook,
    table: Mapping[str, Mapping[str, Any]],
) -> tuple[dict[str, Value], dict[str, str], list[dict[str, Any]]]:
    """Facts to add, beginnings of codes, and how each came about, for the reader to check.

    `table` says which facts a service code stands for (books/landing-steps/plan-facts.yaml).
    """
    found: dict[str, tuple[Value, dict[str, str]]] = {}
    services = [q.service for q in questions if q.service]
    if services and len(services) == len(questions):
        allowed = vocabulary["telecom_service_codes"].allowed or ()
        lines = [book.service(s).line for s in services]
        codes = frozenset(c for line in lines for c in line if c in allowed)
        if codes:
            found["telecom_service_codes"] = codes, _from("plans")
        for name, value in _table_facts(lines, vocabulary, table).items():
            found[name] = value, _from("plans")
    shares = {q.share for q in questions}
    if len(shares) == 1 and None not in shares:
        found["foreign_share"] = exact(Percent(next(iter(shares))).ratio), _from("share")
    _investor(questions, found)
    added = {name: value for name, (value, _) in found.items() if name not in given}
    notes = [
        {"attribute": name, "value": as_json(value), "from": found[name][1]} for name, value in sorted(added.items())
    ]
    region = region_of_plans(questions, book)
    prefixes = {REGION: region} if region is not None and REGION not in given else {}
    notes += [{"attribute": name, "value": f"{head}..", "from": _from("place")} for name, head in prefixes.items()]
    return added, prefixes, notes


def _table_facts(
    lines: Sequence[tuple[str, ...]], vocabulary: Vocabulary, table: Mapping[str, Mapping[str, Any]]
) -> dict[str, Value]:
    raw: dict[str, Any] = {}
    for line in lines:
        for code in line:
            for name, value in (table.get(code) or {}).items():
                raw[name] = [*raw.get(name, []), *value] if isinstance(value, list) else value
    return vocabulary.parse_facts(raw, at="plan-facts.yaml")


def _investor(questions: Sequence[AccessQuestion], found: dict[str, tuple[Value, dict[str, str]]]) -> None:
    homes = {q.investor for q in questions if q.investor and q.investor != "CN" and not q.is_domestic}
    if len(homes) == 1:
        home = next(iter(homes))
        found["foreign_investor_countries"] = frozenset((home,)), _from("investor")
        certified = {q.cepa_qualified for q in questions}
        if home in CEPA_REGIONS and len(certified) == 1 and None not in certified:
            found["hk_macao_service_supplier"] = bool(next(iter(certified))), _from("investor")


def facts_of_holdings(held: Holdings, known: Mapping[str, Value]) -> tuple[dict[str, Value], list[dict[str, Any]]]:
    """The foreign share and foreign control as the holdings have them, where they are determined and not given."""
    found: dict[str, Value] = {}
    if held.equity.determined:
        found["foreign_share"] = exact(held.equity.low)
    if held.foreign_control is not None:
        found["foreign_investor_obtains_control"] = held.foreign_control
    added = {name: value for name, value in found.items() if name not in known}
    return added, [{"attribute": n, "value": as_json(v), "from": _from("holdings")} for n, v in added.items()]


def region_of_plans(questions: Sequence[AccessQuestion], book: AccessBook) -> str | None:
    """The beginning of the region code (GB/T 2260) that every planned place shares; None where they differ.

    Province or city only: zone borders do not follow districts.
    """
    rows = {row["id"]: row for row in book.book.tables["places"]}
    found: set[str | None] = set()
    for question in questions:
        place = question.place
        while place and not rows[place].get("division"):
            place = rows[place].get("parent")
        found.add(str(rows[place]["division"]) if place else None)
    return next(iter(found)) if len(found) == 1 else None


def _from(part: str) -> dict[str, str]:
    return {
        "plans": {"zh": "由拟经营业务得出", "en": "follows from the planned services"},
        "share": {"zh": "由计划外资股比得出", "en": "follows from the planned foreign share"},
        "holdings": {"zh": "由持股穿透得出", "en": "looked through the holdings"},
        "place": {"zh": "由拟落户地点得出，区县未定", "en": "follows from the planned place; the district is open"},
        "investor": {"zh": "由投资者信息得出", "en": "follows from the investor"},
    }[part]
