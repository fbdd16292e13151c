"""Words of the work on a case: its stages, its health and its end."""

from typing import Final

from luodi.terms.term import Term, family, words

_DUE = "due"

WORK: Final = (
    words(
        "stage",
        opened=("立案", "opened"),
        scoped=("定范围", "scoped"),
        planned=("有方案", "planned"),
        establishing=("设立中", "establishing"),
        operating=("运营中", "operating"),
        landing_claimed=("申报落地", "landing claimed"),
        landing_verified=("核验落地", "landing verified"),
        aftercare=("后续服务", "aftercare"),
    ),
    words(
        "health",
        on_track=("正常", "on track"),
        at_risk=("有风险", "at risk"),
        delayed=("延误", "delayed"),
        paused=("暂停", "paused"),
    ),
    words(
        "end",
        none=("未结", "open"),
        lost=("流失", "lost"),
        withdrawn=("企业撤回", "withdrawn"),
        refused=("不予办理", "refused"),
    ),
    family(
        _DUE,
        Term(_DUE, "ends", "即将到期", "ends soon", ("九十日内到期。", "It ends within 90 days.")),
        Term(
            _DUE,
            "review",
            "到复核日",
            "promised review",
            ("九十日内或者更早应当复核。", "Somebody promised to look at it within the next 90 days, or before."),
        ),
        Term(
            _DUE,
            "old",
            "久未核对",
            "checked long ago",
            ("上次核对已过六个月，或者从未核对。", "It was last checked more than six months ago, or never."),
        ),
        Term(
            _DUE,
            "elsewhere",
            "只读过其他来源",
            "read elsewhere only",
            ("没有在发布机关的网站上读过原文。", "Nobody read the text where the authority publishes it."),
        ),
        Term(
            _DUE,
            "not_read",
            "没有读到文本",
            "no text read",
            ("没有读到任何文本，不据此判定。", "Nobody read a text, so it decides nothing."),
        ),
        Term(
            _DUE,
            "no_link",
            "没有链接",
            "no link",
            ("只有名称，没有可以打开的来源。", "There is a title, and no source that one can open."),
        ),
    ),
    words(
        "check_found",
        same=("没有变化", "nothing changed"),
        changed=("内容有变", "it changed"),
        ended=("已经失效", "it ended"),
    ),
    words(
        "check_state",
        waits=("待第二人确认", "waits for a second person"),
        counts=("有效", "counts"),
        refused=("未获确认", "not confirmed"),
        draft=("已转草稿", "went into a draft"),
    ),
    words(
        "kept_table",
        rules=("规则", "rules"),
        instruments=("文件", "instruments"),
        requirements=("要求", "requirements"),
        licences=("许可证", "licences"),
        **{"ai-services": ("人工智能服务", "artificial intelligence services")},
        regimes=("人工智能制度", "rules on artificial intelligence"),
    ),
)
