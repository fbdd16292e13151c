"""Words of what rules give: treatments, steps, times, fees and units."""

from typing import Final

from luodi.terms.term import Term, explained, family, words

_kind = explained("time_kind")
_lane = explained("lane")


def _unit(key: str, zh: str, one: str, many: str) -> Term:
    return Term("unit", key, zh, one, many=many)


ACCESS: Final = (
    words(
        "opening",
        open=("开放", "open"),
        capped=("开放，设股比上限", "open up to the cap"),
        conditional=("有条件开放", "open on conditions"),
        prohibited=("不对外资开放", "closed to foreign capital"),
    ),
    words(
        "force",
        law=("现行法律文本", "law"),
        treaty=("减让表或CEPA承诺", "treaty commitment"),
        pilot=("试点，须逐个取得批复", "pilot with individual approval"),
        policy=("已宣布的方案", "announced policy"),
    ),
    words(
        "closure",
        express=("明文禁止", "named as banned"),
        not_opened=("未在开放之列", "not among what was opened"),
    ),
)

STEPS: Final = (
    words(
        "obligation",
        mandatory=("必办", "required"),
        conditional=("视条件必办", "required in your case"),
        optional=("自愿", "optional"),
    ),
    words(
        "domain",
        market=("市场准入与登记", "market entry and registration"),
        operations=("设立与经营", "founding and operations"),
        qualification=("资质许可", "licences and recognitions"),
        security=("安全与数据", "security and data"),
        ip=("知识产权", "intellectual property"),
        finance=("资金与外汇", "finance and foreign exchange"),
        policy=("政策与服务", "policy and service"),
    ),
    family(
        "lane",
        _lane(
            "preparation",
            "自行准备",
            "own preparation",
            "公证认证、租赁、招聘等由企业自己安排的事项。",
            "Notary, lease, people: what the company arranges by itself.",
        ),
        _lane(
            "to_open",
            "开业前",
            "to open",
            "企业可以营业之前要办的手续。",
            "What is needed until the company may trade.",
        ),
        _lane(
            "to_go_live",
            "上线前",
            "to go live",
            "服务对公众上线之前要办的手续。",
            "What is needed before the service opens to the public.",
        ),
        _lane(
            "if_you_want", "自愿办理", "only if you want it", "不办也可以营业。", "The company may trade without it."
        ),
        _lane(
            "after",
            "开业后的义务",
            "duties after",
            "开业后按期或者在变更时履行。",
            "What is due after the start, at its time or on a change.",
        ),
    ),
    words(
        "online",
        yes=("可以", "yes"),
        no=("不可以", "no"),
        partial=("部分可以", "in part"),
    ),
    words(
        "recurs",
        change=("发生变更时", "on every change"),
        year=("每年", "every year"),
        payment=("每次实缴后", "after each payment"),
        hire=("每次用工时", "for each hire"),
        always=("持续", "at all times"),
        regular=("定期", "regularly"),
    ),
)

TIMES: Final = (
    family(
        "time_kind",
        _kind(
            "authority_clock",
            "机关法定时限",
            "a clock of the authority",
            "法规规定了办理机关的期限。",
            "A rule sets the authority a time.",
        ),
        _kind(
            "by_reference",
            "参照相近程序",
            "the clock of a neighbouring procedure",
            "没有专门的期限，参照相近程序的规定。",
            "It has no time of its own; the rule of a neighbouring procedure is used.",
        ),
        _kind(
            "default_rule",
            "行政许可法一般期限",
            "the general rule",
            "没有专门的期限，适用《行政许可法》第42、43条的一般期限。",
            "It has no time of its own; articles 42 and 43 of the Administrative Licence Law (行政许可法) apply.",
        ),
        _kind(
            "promised",
            "办理机关承诺",
            "a public promise",
            "期限只来自办理机关的公开承诺。",
            "The time rests on a public promise of the office and on nothing else.",
        ),
        _kind(
            "applicant_only",
            "企业自身的期限",
            "a deadline for the company",
            "期限约束的是企业，不约束办理机关。",
            "The deadline binds the company, not the office.",
        ),
        _kind(
            "none_exists",
            "没有法定时限",
            "no legal time",
            "没有办理机关作决定，或者由境外、民间机构办理，因此没有法定时限。",
            "No authority decides, or a foreign or private body does, so the law sets no time.",
        ),
        _kind(
            "not_found",
            "未找到时限",
            "no time found",
            "我们找过，没有找到期限，时间未定。",
            "We looked for a time and found none, so it is open.",
        ),
    ),
    words("time", law=("法定", "by law"), usual=("通常", "usual"), open=("未定", "open")),
    words(
        "time_basis",
        statutory=("法定", "by law"),
        promised=("承诺", "promised"),
        practice=("实务", "in practice"),
    ),
    family(
        "unit",
        _unit("working_days", "个工作日", "working day", "working days"),
        _unit("calendar_days", "个自然日", "calendar day", "calendar days"),
        _unit("days", "天", "day", "days"),
        _unit("months", "个月", "month", "months"),
        _unit("years", "年", "year", "years"),
        _unit("hours", "小时", "hour", "hours"),
    ),
)
