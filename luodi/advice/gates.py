"""What has to be looked at before any stamp: do the facts agree, and is what the answer rests on known?

Each gate that does not hold names the two facts, or the path, that it rests on, and who can settle it. A contradiction
makes the answer `unknown`, with both sides said; a bar makes it `not_allowed`. Why, in order: docs/methods/gates.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from luodi.access.holdings import Holdings
from luodi.access.question import AccessQuestion
from luodi.access.treatments import CEPA_REGIONS, AccessBook
from luodi.advice.asking import NOT_YET
from luodi.advice.landing_plan.answers import Gate
from luodi.advice.landing_plan.common import Text
from luodi.advice.plan_facts import REGION, region_of_plans
from luodi.errors import LuodiError
from luodi.places import country, division
from luodi.profiles.vocabulary import Value, Vocabulary
from luodi.values import Number, exact, plain

FACTS_AGREE: Final = "facts-agree"
_COMPANY: Final = Text("企业（核对材料后更正其中一项）", "the company, which corrects one of the two")
_FOREIGN: Final = frozenset(("foreign_wholly_owned", "foreign_joint_venture"))
_MAINLAND: Final = frozenset(("private", "state_owned", "collective"))


@dataclass(frozen=True)
class Asked:
    """What the gates look at: the plans, the facts as given, the holdings, and the books."""

    questions: Sequence[AccessQuestion]
    given: Mapping[str, Value]
    investor: Mapping[str, Any]
    held: Holdings | None
    access: AccessBook
    vocabulary: Vocabulary
    on: date


def facts_agree(asked: Asked) -> list[Gate]:
    """Every pair of facts that contradict each other, each with the plans that rest on it."""
    found = [*_shares(asked), *_countries(asked), *_places(asked), *_control(asked)]
    found += [*_existing(asked), *_founding(asked)]
    return list(dict.fromkeys(found))


# ---- how much


def _shares(asked: Asked) -> Iterator[Gate]:
    """The share of a plan, of the profile and of the holdings are one figure."""
    told = _profile_share(asked)
    for n, question in enumerate(asked.questions):
        if question.share is None:
            continue
        if told is not None and told != question.share:
            yield _contradiction(
                "share", ("share", "foreign_share"), _share_in_plan(question.share), _share_in_profile(told), n
            )
        if asked.held is not None and not _within(question.share, asked.held):
            yield _contradiction(
                "share", ("share", "holdings"), _share_in_plan(question.share), _share_held(asked.held), n
            )
    if told is not None and asked.held is not None and not _within(told, asked.held):
        yield _contradiction("share", ("foreign_share", "holdings"), _share_in_profile(told), _share_held(asked.held))
    yield from _ownership_type(asked, told)


def _profile_share(asked: Asked) -> Number | None:
    ratio = asked.given.get("foreign_share")
    return exact(Fraction(str(ratio)) * 100) if isinstance(ratio, (int, Fraction)) else None


def _within(share: Number, held: Holdings) -> bool:
    low, high = held.ends()
    return low <= share <= high


def _ownership_type(asked: Asked, told: Number | None) -> Iterator[Gate]:
    """A wholly foreign-owned company has a foreign share of 100 %, a mainland one none."""
    kind = asked.given.get("ownership_type")
    if not isinstance(kind, str):
        return
    label = _shown("ownership_type", kind, asked)
    shares = [(n, q.share, _share_in_plan(q.share)) for n, q in enumerate(asked.questions) if q.share is not None]
    profile = [] if told is None else [(None, told, _share_in_profile(told))]
    for n, share, words in [*shares, *profile]:
        wrong = (kind == "foreign_wholly_owned" and share != 100) or (kind in _MAINLAND and share > 0)
        if wrong or (kind in _FOREIGN and share == 0):
            name = "share" if n is not None else "foreign_share"
            yield _contradiction("ownership_type", ("ownership_type", name), label, words, n)
    if asked.held is not None:
        low, high = asked.held.ends()
        if (
            (kind == "foreign_wholly_owned" and high < 100)
            or (kind in _MAINLAND and low > 0)
            or (kind in _FOREIGN and high == 0)
        ):
            yield _contradiction("ownership_type", ("ownership_type", "holdings"), label, _share_held(asked.held))


# ---- who


def _countries(asked: Asked) -> Iterator[Gate]:
    """The investor's home, the homes of foreign investors, the holders and the certificate."""
    home = asked.investor.get("country")
    home = str(home) if home else None
    homes = asked.given.get("foreign_investor_countries")
    if home and isinstance(homes, frozenset) and homes and home not in homes:
        names = Text(
            "、".join(_country(c).zh for c in sorted(map(str, homes))),
            ", ".join(_country(c).en for c in sorted(map(str, homes))),
        )
        yield _contradiction(
            "investor",
            ("investor", "foreign_investor_countries"),
            _investor(home),
            Text(f"外国投资者来自{names.zh}", f"the foreign investors come from {names.en}"),
        )
    yield from _home_and_share(asked, home)
    yield from _home_and_holders(asked, home)
    yield from _homes_and_no_share(asked, homes)
    yield from _home_and_type(asked, home)
    yield from _certificate(asked, home)


def _home_and_share(asked: Asked, home: str | None) -> Iterator[Gate]:
    for n, question in enumerate(asked.questions):
        if home == "CN" and question.share:
            yield _contradiction("investor", ("investor", "share"), _investor(home), _share_in_plan(question.share), n)
    told = _profile_share(asked)
    if home is None or told is None:
        return
    if (home == "CN") == (told > 0):
        yield _contradiction("investor", ("investor", "foreign_share"), _investor(home), _share_in_profile(told))


def _homes_and_no_share(asked: Asked, homes: Value | None) -> Iterator[Gate]:
    """Foreign investors are from somewhere only where they hold something."""
    if not isinstance(homes, frozenset) or not homes - {"CN"}:
        return
    there = Text("企业资料写明有外国投资者", "the profile names homes of foreign investors")
    if _profile_share(asked) == 0:
        names = ("foreign_investor_countries", "foreign_share")
        yield _contradiction("share", names, there, _share_in_profile(exact(0)))
    for n, question in enumerate(asked.questions):
        if question.share == 0:
            yield _contradiction(
                "share", ("foreign_investor_countries", "share"), there, _share_in_plan(question.share), n
            )


def _home_and_type(asked: Asked, home: str | None) -> Iterator[Gate]:
    """A mainland investor has no foreign-invested company, and a foreign one no purely mainland one."""
    kind = asked.given.get("ownership_type")
    if home is None or not isinstance(kind, str):
        return
    if kind in (_FOREIGN if home == "CN" else _MAINLAND) and not any(q.share == 0 for q in asked.questions):
        yield _contradiction(
            "ownership_type",
            ("investor", "ownership_type"),
            _investor(home),
            _shown("ownership_type", kind, asked),
        )


def _home_and_holders(asked: Asked, home: str | None) -> Iterator[Gate]:
    """A mainland investor without foreign holders; a foreign one with some, or with control by contract."""
    if home is None or asked.held is None or asked.held.any_foreign is None:
        return
    if home != "CN" and any(row.foreign is not False for row in asked.held.findings.contracts):
        return
    if (home == "CN") == asked.held.any_foreign:
        holders = (
            Text("持股结构中有境外持有人", "the recorded holders include foreign ones")
            if asked.held.any_foreign
            else Text("持股结构中没有境外持有人", "the recorded holders are all from the mainland")
        )
        yield _contradiction("investor", ("investor", "holdings"), _investor(home), holders)


def _certificate(asked: Asked, home: str | None) -> Iterator[Gate]:
    plan = {q.cepa_qualified for q in asked.questions if q.cepa_qualified is not None}
    supplier = asked.given.get("hk_macao_service_supplier")
    if home is not None and home not in CEPA_REGIONS and True in plan:
        yield _contradiction(
            "investor",
            ("investor", "cepa_qualified"),
            _investor(home),
            Text("投资者持有香港或者澳门的CEPA证明书", "the investor holds a CEPA certificate of Hong Kong or Macao"),
        )
    if isinstance(supplier, bool) and home in CEPA_REGIONS and plan and plan != {supplier}:
        yield _contradiction(
            "cepa_qualified",
            ("cepa_qualified", "hk_macao_service_supplier"),
            _yes_no(
                next(iter(plan)),
                Text("投资者持有CEPA证明书", "the investor holds a CEPA certificate"),
                Text("投资者没有CEPA证明书", "the investor holds no CEPA certificate"),
            ),
            _yes_no(
                supplier,
                Text("企业资料写明是港澳服务提供者", "the profile says it is a CEPA supplier"),
                Text("企业资料写明不是港澳服务提供者", "the profile says it is no CEPA supplier"),
            ),
        )
    if supplier is True and home is not None and home not in CEPA_REGIONS:
        yield _contradiction(
            "investor",
            ("investor", "hk_macao_service_supplier"),
            _investor(home),
            Text("企业资料写明是港澳服务提供者", "the profile says it is a CEPA supplier of Hong Kong or Macao"),
        )


# ---- where


def _places(asked: Asked) -> Iterator[Gate]:
    """The address of the company against the place of each plan."""
    address = asked.given.get(REGION)
    if not isinstance(address, str):
        return
    for n, question in enumerate(asked.questions):
        place = region_of_plans([question], asked.access)
        if place is None or address.startswith(place) or place.startswith(address):
            continue
        name = asked.access.zones[str(question.place)].name
        yield _contradiction(
            "place",
            ("place", REGION),
            Text(f"拟落户地点是{name['zh']}", f"the plan is for {name['en']}"),
            _address(address),
            n,
        )


def _address(code: str) -> Text:
    try:
        found = division(code)
    except LuodiError:
        return Text(f"注册地代码是{code}", f"the registered place has the code {code}")
    return Text(f"注册地在{found.full_name_zh}", f"the registered place is {found.name_en}")


# ---- whether it exists


def _control(asked: Asked) -> Iterator[Gate]:
    """Whether the foreign side controls, as the profile says and as the holdings have it."""
    told, held = asked.given.get("foreign_investor_obtains_control"), asked.held
    if not isinstance(told, bool) or held is None or held.foreign_control is None or held.foreign_control is told:
        return
    yield _contradiction(
        "foreign_investor_obtains_control",
        ("foreign_investor_obtains_control", "holdings"),
        _yes_no(
            told,
            Text("企业资料写明由外方取得控制权", "the profile says that the foreign side takes control"),
            Text("企业资料写明外方不取得控制权", "the profile says that the foreign side takes no control"),
        ),
        _yes_no(
            held.foreign_control,
            Text("按持股结构由外方控制", "by the holdings the foreign side controls"),
            Text("按持股结构不由外方控制", "by the holdings the foreign side does not control"),
        ),
    )


def _existing(asked: Asked) -> Iterator[Gate]:
    """Whether there is a company in the mainland, and what kind of company it is or when it was founded."""
    there, kind = asked.given.get("has_mainland_company"), asked.given.get("entity_type")
    founded = asked.given.get("founded_date")
    if not isinstance(there, bool):
        return
    said = _yes_no(
        there,
        Text("企业资料写明内地已有公司", "the profile says that there is a company in mainland China"),
        Text("企业资料写明内地还没有公司", "the profile says that there is no company in mainland China yet"),
    )
    if isinstance(kind, str) and there == (kind == NOT_YET):
        yield _contradiction(
            "has_mainland_company", ("has_mainland_company", "entity_type"), said, _shown("entity_type", kind, asked)
        )
    if not there and isinstance(founded, date) and founded <= asked.on:
        yield _contradiction(
            "has_mainland_company",
            ("has_mainland_company", "founded_date"),
            said,
            Text(f"营业执照日期是{founded}", f"its business licence is of {founded}"),
        )


def _founding(asked: Asked) -> Iterator[Gate]:
    founded = asked.given.get("founded_date")
    if asked.given.get("entity_type") == "not_established_yet" and isinstance(founded, date) and founded <= asked.on:
        yield _contradiction(
            "entity_type",
            ("entity_type", "founded_date"),
            Text("企业尚未设立", "the company is not established yet"),
            Text(f"营业执照日期是{founded}", f"its business licence is of {founded}"),
        )


# ---- words


def _contradiction(ask: str, between: tuple[str, str], one: Text, other: Text, plan: int | None = None) -> Gate:
    return Gate(
        id=FACTS_AGREE,
        holds=False,
        text=Text(
            f"{one.zh}，但{other.zh}：两项不一致，请确认哪一项正确。",
            f"{_capital(one.en)}, but {other.en}: these do not agree. Which one is right?",
        ),
        between=between,
        ask=ask,
        who=_COMPANY,
        plan=plan,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _yes_no(value: bool, yes: Text, no: Text) -> Text:
    return yes if value else no


def _share_in_plan(share: Number) -> Text:
    return Text(f"计划中的外资股比是{plain(share)}%", f"the plan has a foreign share of {plain(share)} %")


def _share_in_profile(share: Number) -> Text:
    return Text(f"企业资料中的外资股比是{plain(share)}%", f"the profile has a foreign share of {plain(share)} %")


def _share_held(held: Holdings) -> Text:
    low, high = (plain(end) for end in held.ends())
    if low == high:
        return Text(f"按持股结构穿透是{low}%", f"the holdings come to {low} %")
    return Text(f"按持股结构穿透在{low}%至{high}%之间", f"the holdings come to between {low} % and {high} %")


def _investor(code: str) -> Text:
    name = _country(code)
    return Text(f"投资者来自{name.zh}", f"the investor is from {name.en}")


def _country(code: str) -> Text:
    try:
        found = country(code)
    except LuodiError:
        return Text(code, code)
    return Text(found.name_zh, found.name_en)


def _shown(name: str, value: str, asked: Asked) -> Text:
    attribute = asked.vocabulary[name]
    return Text(
        f"{attribute.label['zh']}是{attribute.value_label(value, 'zh')}",
        f"the {attribute.label['en'].lower()} is {attribute.value_label(value, 'en').lower()}",
    )
