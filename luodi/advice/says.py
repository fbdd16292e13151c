"""The answer in one sentence that a person would say, and what decides it, in both languages."""

from collections.abc import Mapping, Sequence
from typing import Final

from luodi.advice.landing_plan.answers import Access, Gate, Whole
from luodi.advice.landing_plan.common import Text
from luodi.dates import parse_day
from luodi.terms import find, term
from luodi.terms.figures import agreeing, day_shown, listed, verb_of
from luodi.values import exact, plain

#: Licences that are an approval of the company itself, with who gives it.
_APPROVALS: Final[Mapping[str, Text]] = {
    "vats-pilot-approval": Text("工信部", "the ministry"),
    "ftz-pilot-approval": Text("上海市通信管理局", "Shanghai’s communications administration"),
}
NO_PLAN: Final = Text(
    "未写明拟经营的业务：以下为办事步骤、义务与政策。",
    "No service is named, so this plan shows steps, duties and support.",
)


def support(fits: int, away: int) -> Text:
    """Of a company that names no service: how many policies fit, and how many wait for one fact."""
    zh, en = f"有{fits}项政策符合", agreeing(fits, "policy", "fits")
    if away:
        zh, en = f"{zh}，{away}项只差一项事实", f"{en}, and {away} {verb_of(away, 'waits')} for one fact"
    return Text(f"{zh}。", f"{en}.")


def sentence(access: Sequence[Access], gates: Sequence[Gate], whole: Whole | None) -> Text:
    """The largest text of a result."""
    if not access:
        return NO_PLAN
    if len(access) == 1:
        return of_one(access[0], gates)
    return whole.says if whole is not None else _several(access)


def of_one(access: Access, gates: Sequence[Gate] = ()) -> Text:
    """The answer to one plan in plain words."""
    match access.answer:
        case "allowed":
            return _domestic() if is_domestic(access) else _may_own(access, Text("", ""))
        case "conditional":
            return _conditional(access)
        case "not_allowed":
            return _not_allowed(access)
        case "unknown":
            return _unknown(access, gates)
    return _silent(access)


def is_domestic(access: Access) -> bool:
    """Whether no foreign investor takes part."""
    return bool(access.question.get("share") == 0 or access.question.get("investor") == "CN")


def decides(access: Access, gates: Sequence[Gate] = ()) -> Text | None:
    """What the answer turns on: the gate that does not hold, the cap that is met, or the rule that speaks."""
    if gates:
        return gates[0].text
    if is_domestic(access):
        return Text("行业许可另行办理，所需步骤见后。", "Licences are a separate matter; the steps follow.")
    if access.rule is None:
        return access.note
    title = access.rule["title"]
    first = f"：{access.conditions[0].zh}" if access.answer == "conditional" and access.conditions else ""
    first_en = f": {_lower(access.conditions[0].en)}" if access.answer == "conditional" and access.conditions else ""
    return Text(f"{title['zh']}{first}。", f"{title['en']}{first_en}.")


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _domestic() -> Text:
    return Text(
        "没有外资参与，不受外资准入限制。", "No foreign investor takes part, so no limit on foreign shares applies."
    )


def _may_own(access: Access, rest: Text) -> Text:
    share = access.question.get("share")
    if share == 100:
        return Text(f"可以全资经营{rest.zh}。", f"You may own all of it{rest.en}.")
    if share is None:
        return Text(f"可以经营{rest.zh}。", f"You may run it{rest.en}.")
    return Text(f"可以持有{_share(share)}%{rest.zh}。", f"You may own {_share(share)} % of it{rest.en}.")


def _conditional(access: Access) -> Text:
    giver = next((_APPROVALS[i] for i in access.licences if i in _APPROVALS), None)
    if access.cap is None:
        return Text(
            "有条件开放；未见明文的外资股比上限。", "It is open on conditions; no text states how much you may own."
        )
    if giver is not None:
        return _may_own(
            access, Text(f"，但须先取得{giver.zh}对贵公司的批复", f", once {giver.en} has approved your company")
        )
    return _may_own(access, Text("，但须符合条件", ", if you meet its conditions"))


def _not_allowed(access: Access) -> Text:
    share = access.question.get("share")
    if access.cap and share is not None:
        return Text(
            f"外资{_holds(access).zh}{_share(share)}%，上限是{_share(access.cap)}%。",
            f"{_holds(access).en} {_share(share)} %; the cap is {_share(access.cap)} %.",
        )
    name = access.service.name if access.service else None
    if name is None:
        return Text("不对外资开放。", "This is not open to foreign capital.")
    return Text(f"{name.zh}不对外资开放。", f"{name.en}: not open to foreign capital.")


def _holds(access: Access) -> Text:
    """Of a share that was looked through, what is so; of one that was named, what is wanted."""
    if access.holdings is not None:
        return Text("持有", "Foreign investors hold")
    return Text("拟持有", "You want")


def _unknown(access: Access, gates: Sequence[Gate]) -> Text:
    if gates:
        return Text(
            "还不能判定：有两项事实不一致，或关键事实不明。",
            "We cannot tell yet: two facts disagree, or one is not known.",
        )
    words = [find("to_tell", name) for name in access.missing]
    names = [Text.of(word.both) if word else Text(name, name) for name, word in zip(access.missing, words, strict=True)]
    zh, en = "、".join(n.zh for n in names), listed([n.en for n in names], "en", "and")
    return Text(f"还不能判定，请先告诉我们{zh}。", f"We cannot tell yet: tell us {en}.")


def _silent(access: Access) -> Text:
    since = access.speaks_from
    if since and since > access.on:
        day = parse_day(since)
        return Text(
            f"规则库对这一天未作规定，自{day_shown(day, 'zh')}起有规定。",
            f"The books have no rule for this day; they speak from {day_shown(day, 'en')} on.",
        )
    return Text("规则库对此未作规定。", "The books have no rule for this.")


def _several(access: Sequence[Access]) -> Text:
    """Each service by its name, where the whole cannot be decided yet."""
    one = Text("一项业务", "one service")
    parts = [(row.service.name if row.service else one, term("openness", row.answer)) for row in access]
    zh = "；".join(f"{name.zh}{word.zh}" for name, word in parts)
    en = "; ".join(f"{name.en}: {word.en}" for name, word in parts)
    return Text(f"{zh}。", f"{en}.")


def _share(value: int | float) -> str:
    return plain(exact(str(value)))
