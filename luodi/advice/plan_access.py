"""What is open: one answer for each plan of the profile, with its reasons and what would change it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from luodi.access import AccessQuestion, what_is_open, would_change
from luodi.access.control import CHINESE, needs_chinese_control, under_control
from luodi.access.holdings import NEW_HOLDER, Holdings, document_held, open_to
from luodi.access.resolve import Access as Answered
from luodi.access.resolve import Verdict, as_json
from luodi.advice.context import Context, cites
from luodi.advice.landing_plan.answers import Access, Chain, Gate
from luodi.advice.landing_plan.common import Text
from luodi.advice.words import both
from luodi.profiles.vocabulary import as_json as value_json


def answered(question: AccessQuestion, context: Context) -> Answered:
    """The answer under whoever owns and controls the company. A share that the plan does not name follows from the
    holdings; one that it names still needs every completion of what they leave open."""
    held = context.held
    if held is None:
        return what_is_open(question, context.access, on=context.on)
    if question.share is None or not held.equity.determined:
        return open_to(question.having(share=None), held, context.access)
    return under_control(what_is_open(question, context.access, on=context.on), held, context.access)


def of_control(n: int, answer: Answered, context: Context) -> Iterator[Gate]:
    """The gates of owners and control that the answer met: what is not recorded, a condition of Chinese control,
    control by contract. Without holdings the profile may say who controls."""
    if answer.gate is not None and answer.note is not None:
        closed = answer.verdict is Verdict.NOT_ALLOWED
        yield Gate(
            id=answer.gate,
            holds=False if closed else None,
            text=Text.of(answer.note),
            between=("holdings",),
            ask=None if closed else "share",
            who=_OWNERS,
            plan=n,
            basis=cites(answer.basis) if closed else (),
        )
    told = context.facts.value("foreign_investor_obtains_control")
    if (
        context.held is None
        and told is True
        and answer.is_open
        and needs_chinese_control(answer, context.on, context.access)
    ):
        yield Gate(
            id=CHINESE,
            holds=False,
            text=_FOREIGN_CONTROL,
            between=("foreign_investor_obtains_control", "service"),
            who=_OWNERS,
            plan=n,
            basis=cites(answer.basis),
        )


_OWNERS: Final = Text(
    "企业（提供持股和控制关系材料）", "the company, with the papers on its owners and who controls it"
)
_FOREIGN_CONTROL: Final = Text(
    "该业务须由中方控股，而企业资料写明由外方取得控制权。",
    "The Chinese side must control this service, and the profile says that the foreign side takes control.",
)


def access_row(n: int, answer: Answered, gates: Sequence[Gate], context: Context) -> Access:
    """The answer to the plan with the number `n`, as it stands once the gates were looked at."""
    document = _document(n, answer, context)
    key = f"access-{n + 1}"
    context.note(cites(document["basis"]), key)
    for row in (*document["announced"], *document["requirements"], *document["would_change"]):
        context.note(cites(row["basis"]), key)
    for change in document["would_change"]:
        change["label"] = _change_label(change, context)
    first = answer.first
    looked = [_looked_through(document["holdings"], context.held)] if context.held and "holdings" in document else []
    chain = [*(Chain(holds=gate.holds, text=gate.text) for gate in gates), *looked, *_chain(answer, context)]
    more = {
        "id": key,
        "service": _named(answer.question.service, context.access.services),
        "place": _named(answer.question.place, context.access.zones),
        "rule": {"id": first.id, "title": dict(first.rule.title)} if first else None,
        "licence_details": _licences(document["licences"], context),
        "chain": msgspec.to_builtins(chain),
        **_after(gates, document),
    }
    return msgspec.convert({**document, **more}, Access)


def _document(n: int, answer: Answered, context: Context) -> dict[str, Any]:
    held = context.held
    if held is not None and (context.profile.plans[n].get("share") is None or not held.equity.determined):
        return document_held(answer, held, context.access)
    return as_json(answer, context.access, would_change(answer.question, context.access, on=context.on))


def _after(gates: Sequence[Gate], document: Mapping[str, Any]) -> dict[str, Any]:
    """A bar closes; a contradiction, or what cannot be told, leaves a yes open and asks. A no stays a no."""
    if not gates or document["answer"] in ("not_allowed", "silent"):
        return {}
    barred = [gate for gate in gates if gate.holds is False and gate.ask is None]
    changed = Verdict.NOT_ALLOWED if barred else Verdict.UNKNOWN
    held = "holdings" in document["missing"]  # who owns how much is asked once
    asked = [gate.ask for gate in gates if gate.ask and not (held and gate.ask == "share")]
    basis = [msgspec.to_builtins(cite) for gate in barred for cite in gate.basis]
    return {
        "answer": changed.value,
        "without_gates": document["answer"],
        "missing": [] if barred else list(dict.fromkeys([*document["missing"], *asked])),
        "basis": basis or document["basis"],
        "conditions": [],
        "licences": [],
        "would_change": [],
    }


def _licences(ids: Sequence[str], context: Context) -> list[dict[str, Any]]:
    rows = {row["id"]: row for row in context.access.book.tables["licences"]}
    return [
        {"id": i, "name": rows[i]["name"], "authority": rows[i]["authority"], "note": rows[i].get("note")}
        for i in ids
        if i in rows
    ]


def _named(key: str | None, rows: Mapping[str, Any]) -> dict[str, Any] | None:
    return None if key is None else {"id": key, "name": dict(rows[key].name)}


def _looked_through(found: Mapping[str, Any], held: Holdings) -> Chain:
    """The share as the holdings have it, with the reading chosen, the distance to the cap, and who controls."""
    low, high = found["percent"]
    share = both(f"{low}%", f"{low} %") if low == high else both(f"{low}%至{high}%", f"{low} to {high} %")
    zh = f"穿透计算的外资股比为{share['zh']}（各层相乘、各链相加；该算法为本平台默认，未见明文规定）"
    way = "links multiply, chains add: our default, since no text seen says how"
    en = f"Looked through every layer, the foreign share is {share['en']} ({way})"
    gap = (found["to_cap"] or ["", ""])[1]
    if gap and low == high:
        off = gap.lstrip("-")
        zh += f"，{'高于' if gap.startswith('-') else '距'}上限{off}个百分点"
        en += f", {off} points {'above' if gap.startswith('-') else 'within'} the cap"
    if found["controller"]:
        abroad = both("外方", "foreign") if found["foreign_control"] else both("境内", "domestic")
        zh += f"；最终控制人为{found['controller']}（{abroad['zh']}）"
        en += f"; the ultimate controller is {found['controller']} ({abroad['en']})"
    return Chain(holds=True if held.equity.determined else None, text=Text(zh, en))


def _change_label(change: Mapping[str, Any], context: Context) -> dict[str, str]:
    parts = [_one_change(name, value, context) for name, value in change["set"].items()]
    return both("，".join(p["zh"] for p in parts), ", ".join(p["en"] for p in parts))


def _one_change(name: str, value: Any, context: Context) -> dict[str, str]:
    match name:
        case "place":
            names = context.access.zones[value].name
            return both(f"地点改为{names['zh']}", f"another place: {names['en']}")
        case "service":
            names = context.access.services[value].name
            return both(f"业务改为{names['zh']}（{value}）", f"another service: {names['en']} ({value})")
        case "share":
            return both(f"外资股比改为{value}%", f"a foreign share of {value} %")
        case "transfer":
            buyer = (
                both("新的境内持股人", "a new domestic holder")
                if value["to"] == NEW_HOLDER
                else both(*2 * (value["to"],))
            )
            return both(
                f"{value['from']}向{buyer['zh']}转让公司{value['percent']}%的股份",
                f"{buyer['en']} buys {value['percent']} % of the company from {value['from']}",
            )
        case "investor":
            return both("由香港服务提供者投资", "an investor from Hong Kong")
        case "cepa_qualified":
            if value:
                return both("取得CEPA港澳服务提供者证明", "with a CEPA service-supplier certificate")
            return both("没有CEPA港澳服务提供者证明", "without a CEPA service-supplier certificate")
        case _:
            return both(f"日期为{value}", f"on {value}")


def _chain(answer: Answered, context: Context) -> list[Chain]:
    """The links that lead to the answer: service, place, share against the cap, what is still open."""
    question, first = answer.question, answer.first
    if first is None or question.service is None or question.place is None:
        return []
    service, place = context.access.services[first.service], context.access.zones[first.zone].name
    code = both("", "") if service.is_content else both(f"（{first.service}）", f", {first.service}")
    links: list[tuple[bool | None, dict[str, str]]] = [
        (
            True,
            both(
                f"业务属于“{service.name['zh']}”{code['zh']}",
                f"The service falls under {service.name['en']}{code['en']}",
            ),
        ),
        (True, both(f"地点属于“{place['zh']}”", f"The place lies in {place['en']}")),
    ]
    if question.share is not None:
        share = value_json(question.share)
        if answer.cap is None:
            links.append((True, both("未见明文的股比上限", "No ceiling on the foreign share is stated")))
        elif answer.is_open:
            cap = value_json(answer.cap)
            links.append(
                (True, both(f"外资股比{share}%，上限{cap}%", f"You want {share} %; the highest share is {cap} %"))
            )
        else:
            cap = value_json(answer.cap)
            links.append((False, both(f"外资股比{share}%，上限{cap}%", f"You want {share} %; the cap is {cap} %")))
    if answer.verdict.value == "conditional":
        links += [(None, dict(c)) for c in first.conditions[:1]]
    return [Chain(holds=holds, text=Text.of(text)) for holds, text in links]
