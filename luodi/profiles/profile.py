"""A company's profile as it is written down: facts with where they come from, what it plans, who invests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from luodi.dates import parse_day
from luodi.errors import LuodiError, UnknownKey, WrongType, did_you_mean
from luodi.located import List, Map
from luodi.message import Message, in_key
from luodi.profiles.codes import check_country, industries
from luodi.profiles.vocabulary import Kind, Value, Vocabulary
from luodi.text import read_document

PLAN_KEYS: Final = ("service", "place", "share")
INVESTOR_KEYS: Final = ("country", "cepa_qualified")
OWN_KEYS: Final = ("id", "name", "plans", "investor", "about", "holdings")
_FACT_KEYS: Final = ("value", "source", "as_of", "authorised")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a fact comes from: a source system of the vocabulary, the day it was observed, consent to look it up."""

    source: str | None = None
    as_of: date | None = None
    authorised: bool | None = None


@dataclass(frozen=True)
class Profile:
    """Typed facts, and the raw plans and investor that the advice reads with the access book."""

    facts: Mapping[str, Value]
    plans: tuple[Mapping[str, Any], ...] = ()
    investor: Mapping[str, Any] = field(default_factory=dict)
    name: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None
    about: Mapping[str, str] | None = None
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    warnings: tuple[Mapping[str, str], ...] = ()
    at: str = "profile"
    holdings: Any = None

    def plan_place(self, index: int) -> str:
        plan = self.plans[index]
        return plan.where() if isinstance(plan, Map) else f"{self.at}, plan {index + 1}"


def read_profile(path: Path, vocabulary: Vocabulary) -> Profile:
    """The profile of a YAML or JSON file. Errors name the file, the line and the key."""
    return parse_profile(read_document(path), vocabulary, at=path.name)


def parse_profile(raw: Any, vocabulary: Vocabulary, *, at: str = "profile") -> Profile:
    if not isinstance(raw, dict):
        raise WrongType("profiles.profile-mapping-attribute-names-values", at=at)
    facts: dict[str, Value] = {}
    provenance: dict[str, Provenance] = {}
    for key, value in raw.items():
        if key in OWN_KEYS and key not in vocabulary:
            continue
        place = raw.where(key) if isinstance(raw, Map) else at
        if key not in vocabulary:
            near = did_you_mean(str(key), [*vocabulary.attributes, *OWN_KEYS])
            raise UnknownKey("profiles.no-attribute", key=key, near=near, at=place)
        if isinstance(value, dict) and vocabulary[key].kind is not Kind.MAP:
            provenance[key], value = _provenance(value, place)
        parsed = vocabulary.parse(key, value, at=place)
        if parsed is not None:
            facts[key] = parsed
    own = {key: None if key in vocabulary else raw.get(key) for key in OWN_KEYS}  # a book's own words come first
    return Profile(
        facts=facts,
        plans=_plans(own["plans"], raw, at),
        investor=_investor(own["investor"], raw, at),
        name=_name(own["name"], at),
        id=str(own["id"]) if own["id"] else None,
        about=_name(own["about"], at) or None,
        provenance=provenance,
        warnings=tuple(_warnings(facts)),
        at=at,
        holdings=raw.get("holdings"),
    )


def _provenance(value: dict[str, Any], at: str) -> tuple[Provenance, Any]:
    for key in value:
        if key not in _FACT_KEYS:
            raise UnknownKey(
                "profiles.fact-no-key",
                key=key,
                meant=did_you_mean(str(key), _FACT_KEYS),
                at=at,
            )
    as_of = value.get("as_of")
    authorised = value.get("authorised")
    return (
        Provenance(
            source=value.get("source"),
            as_of=parse_day(str(as_of)) if as_of else None,
            authorised=None if authorised is None else str(authorised).lower() == "true",
        ),
        value.get("value"),
    )


def _plans(plans: Any, raw: dict[str, Any], at: str) -> tuple[Mapping[str, Any], ...]:
    if plans is None:
        return ()
    place = raw.where("plans") if isinstance(raw, Map) else in_key("plans", at)
    if not isinstance(plans, list):
        raise WrongType("profiles.plans-list", at=place)
    for index, plan in enumerate(plans):
        spot = plans.where(index) if isinstance(plans, List) else f"{place}, plan {index + 1}"
        _closed(plan, PLAN_KEYS, "a-plan", spot)
    return tuple(plans)


def _investor(investor: Any, raw: dict[str, Any], at: str) -> Mapping[str, Any]:
    if investor is None:
        return {}
    place = raw.where("investor") if isinstance(raw, Map) else in_key("investor", at)
    _closed(investor, INVESTOR_KEYS, "the-investor", place)
    home = investor.get("country")
    if home is not None:
        try:
            check_country(str(home))
        except LuodiError as problem:
            raise problem.located(in_key("country", place)) from None
    return dict(investor)


def _closed(row: Any, keys: tuple[str, ...], what: str, at: str) -> None:
    if not isinstance(row, dict):
        raise WrongType("profiles.mapping-with", what=Message(f"noun.{what}"), keys=keys, at=at)
    for key in row:
        if key not in keys:
            spot = row.where(key) if isinstance(row, Map) else at
            near = did_you_mean(str(key), keys)
            raise UnknownKey("profiles.no-key", what=Message(f"noun.{what}"), key=key, keys=keys, near=near, at=spot)


def _name(raw: Any, at: str) -> Mapping[str, str]:
    if raw is None:
        return {}
    if isinstance(raw, str):
        return {"zh": raw, "en": raw}
    if isinstance(raw, dict) and set(raw) <= {"zh", "en"} and raw:
        first = str(next(iter(raw.values())))
        return {"zh": str(raw.get("zh") or first), "en": str(raw.get("en") or first)}
    raise WrongType("profiles.name-text-or-text-zh", at=in_key("name", at))


def _warnings(facts: Mapping[str, Value]) -> list[Mapping[str, str]]:
    found: list[Mapping[str, str]] = []
    code = facts.get("industry_code")
    if isinstance(code, str) and code not in industries():
        near = did_you_mean(code, industries())
        found.append(
            {
                "zh": f"行业代码{code}不在GB/T 4754-2017（2019年修改）中，仅按前缀比较",
                "en": f"Industry code {code} is not in GB/T 4754-2017 as amended; it is compared by prefix only.{near}",
            }
        )
    return found


def current_facts(profile: Profile, on: date) -> tuple[dict[str, Value], list[Mapping[str, str]]]:
    """The facts as they stand on a day: recognitions whose certificate expired before it are taken off, and said."""
    facts = dict(profile.facts)
    held, expiry = facts.get("qualifications"), facts.get("qualification_expiry")
    warnings: list[Mapping[str, str]] = []
    if not isinstance(held, frozenset) or not isinstance(expiry, Mapping):
        return facts, warnings
    lapsed = set()
    for name, text in expiry.items():
        try:
            last = text if isinstance(text, date) else parse_day(str(text))
        except LuodiError as problem:
            raise problem.located(
                Message("place.name", outer=in_key("qualification_expiry", profile.at), name=name)
            ) from None
        if name in held and last < on:
            lapsed.add(name)
            warnings.append(
                {
                    "zh": f"资质{name}已于{last}到期，{on}不再计入",
                    "en": f"The recognition {name} expired on {last} and does not count on {on}.",
                }
            )
    if lapsed:
        facts["qualifications"] = held - lapsed or frozenset(("none",))
    return facts, warnings
