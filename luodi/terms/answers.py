"""Words of answers: what is open, what fits, and how far a text was read."""

from typing import Final

from luodi.terms.term import Term, explained, family, words


def _answer(key: str, zh: str, en: str, tone: str, stamp: str, seal: str, says_zh: str, says_en: str) -> Term:
    return Term("answer", key, zh, en, (says_zh, says_en), tone, stamp, seal)


def _fit(key: str, zh: str, en: str, tone: str, stamp: str) -> Term:
    return Term("fit", key, zh, en, tone=tone, stamp=stamp)


_read = explained("read")
_group = explained("group")
ANSWERS: Final = (
    family(
        "answer",
        _answer(
            "allowed",
            "予以准入",
            "allowed",
            "yes",
            "准",
            "予以准入",
            "按所述股比可以开展。",
            "It may be done with the share that was asked.",
        ),
        _answer(
            "conditional",
            "有条件准入",
            "allowed with conditions",
            "if",
            "条",
            "条件准入",
            "须逐个取得批复，或者符合开放的特别条件。",
            "It takes an approval of its own, or the special terms of the opening.",
        ),
        _answer(
            "not_allowed",
            "不予准入",
            "not allowed",
            "no",
            "否",
            "不予准入",
            "不对外资开放，或者超过股比上限。",
            "It is closed to foreign investors, or the share is above the cap.",
        ),
        _answer(
            "unknown",
            "尚不能判定",
            "cannot tell yet",
            "ask",
            "待",
            "尚待查明",
            "还缺一项事实。",
            "A fact is still missing.",
        ),
        _answer(
            "silent",
            "规则库未作规定",
            "the book is silent",
            "silent",
            "默",
            "未作规定",
            "既不是准许，也不是禁止，请向主管机关查询。",
            "That is neither a yes nor a no: ask the authority.",
        ),
    ),
    # The same answers as they stand after "is": one service of several.
    words(
        "state",
        allowed=("可以开展", "open"),
        conditional=("有条件可以开展", "open on conditions"),
        not_allowed=("不予准入", "not open"),
        unknown=("尚不能判定", "still without an answer"),
        silent=("规则库未作规定", "not in the book"),
    ),
    family(
        "fit",
        _fit("match", "符合", "fits", "yes", "准"),
        _fit("need_info", "待补充", "facts are missing", "ask", "待"),
        _fit("no_match", "不符合", "does not fit", "no", "否"),
        _fit("error", "规则有误", "rule in error", "silent", "默"),
    ),
    family(
        "group",
        _group("fits", "符合", "fits", "就已知事实，各项条件均已满足。", "Every condition holds by what you told us."),
        _group(
            "one_fact_away",
            "只差一项事实",
            "one fact away",
            "补充这项事实即可判定。",
            "Tell us this fact, and it is settled.",
        ),
        _group(
            "not_for_you",
            "不适用",
            "not for you",
            "已核对，至少有一项条件不满足。",
            "It was checked, and at least one condition does not hold.",
        ),
    ),
    words(
        "requirement",
        required=("有此要求", "this is required"),
        not_required=("无此要求", "this is not required"),
        silent=("规则库未作规定", "the book is silent"),
    ),
)

READING: Final = (
    family(
        "read",
        _read(
            "official",
            "已读官方文本",
            "read in the official text",
            "我们在发布机关的网站上读过原文。",
            "We read the text itself, where the authority publishes it.",
        ),
        _read(
            "elsewhere",
            "已读其他来源",
            "read elsewhere",
            "我们读的是转载、译文、摘要或者报道，使用前请核对官方文本。",
            "We read a copy, a translation, a summary or a report. Compare the official text before you rely on it.",
        ),
        _read(
            "not_read",
            "未读到",
            "not read",
            "我们没有读到文本，仅供提示，不据此判定。",
            "We have not read a text. It is shown as a hint and decides nothing.",
        ),
    ),
    words(
        "openness",
        allowed=("可以做", "open"),
        conditional=("有条件可以做", "open on conditions"),
        not_allowed=("不开放", "closed"),
        unknown=("还不能判定", "not decided yet"),
        silent=("规则库未作规定", "not in the books"),
    ),
    words(
        "to_tell",
        service=("做什么业务", "what business it is"),
        place=("在哪里做", "where it will be"),
        share=("外资占多少", "how much is foreign-owned"),
        investor=("投资者来自哪里", "who invests"),
        cepa_qualified=("有没有CEPA证明书", "whether there is a CEPA certificate"),
        holdings=("公司由谁持有", "who owns the company"),
    ),
    words(  # the mark that authors give a row; readers are told how far it was read
        "confidence",
        high=("高", "high"),
        medium=("中", "medium"),
        low=("低（待核对）", "low (to be checked)"),
    ),
    words(
        "verification",
        text_seen=("已读文本", "the text was read"),
        summary_seen=("已读摘要", "a summary was read"),
        not_seen=("未读到文本", "the text was not read"),
    ),
)
