"""Words of the plan: routes after a no, risks, and what a question of access consists of."""

from typing import Final

from luodi.terms.term import explained, family, words

_route = explained("route")
_risk = explained("risk")
ROUTES: Final = (
    family(
        "route",
        _route(
            "other_place",
            "换一个地点",
            "another place",
            "同一业务在那里对外资开放。",
            "The same service is open there.",
        ),
        _route(
            "smaller_share",
            "降低外资股比",
            "a smaller share",
            "外资少占股，与中方合资。",
            "Hold less, together with a Chinese partner.",
        ),
        _route(
            "cepa",
            "通过CEPA",
            "through CEPA",
            "由符合条件的香港或者澳门服务提供者投资。",
            "Invest through a qualified service supplier of Hong Kong or Macao.",
        ),
        _route(
            "open_part",
            "只做开放的部分",
            "the open part",
            "把不开放的部分留给别人，只做开放的业务。",
            "Do what is open, and leave the closed part to others.",
        ),
        _route(
            "license_to_holder",
            "授权给持证企业",
            "license to a holder",
            "把内容或者技术授权给持有许可证的境内企业，由其经营。",
            "License content or technology to a domestic company that holds the licence and runs the service.",
        ),
        _route(
            "co_production",
            "合作制作",
            "co-production",
            "与有资质的境内单位合作制作，须按规定报批。",
            "Produce together with a qualified domestic body, with the approval this takes.",
        ),
        _route(
            "technical_service",
            "提供技术服务",
            "technical services",
            "为持证企业提供技术，不参与经营和控制。",
            "Supply technology to a licence holder without running or controlling the service.",
        ),
        _route(
            "cross_border",
            "跨境提供",
            "across the border",
            "在境外向境内提供，不在境内设立企业。",
            "Supply from abroad without a company in the mainland.",
        ),
        _route(
            "portfolio",
            "证券投资",
            "a portfolio investment",
            "购买已上市企业的股票，不是在拟设企业中少占股。",
            "Buy listed shares; it is no smaller share in the planned company.",
        ),
        _route(
            "exemption",
            "个案批准",
            "an approval of its own",
            "由国务院或者主管机关个案批准，没有标准和时限。",
            "The State Council or the authority approves a single case, without criteria or a time.",
        ),
        _route(
            "wait", "等待开放", "wait", "已有开放的方案，还没有施行。", "An opening is announced and not yet in force."
        ),
        _route(
            "unsettled",
            "尚无定论",
            "unsettled",
            "不作推荐，只说明卡在哪里。",
            "It is no recommendation; it says what is not settled.",
        ),
    ),
    family(
        "risk",
        _risk(
            "security_review",
            "外商投资安全审查",
            "security review of the investment",
            "取得控制权之前可能须申报审查。",
            "The investment may have to be filed for review before control passes.",
        ),
        _risk(
            "data_export",
            "数据出境",
            "data leaving China",
            "向境外提供数据可能须评估、备案或者认证。",
            "Sending data abroad may take an assessment, a filing or a certificate.",
        ),
        _risk(
            "foreign_control",
            "外资控制内容",
            "foreign control of content",
            "由外方决定内容或者运营，可能被认定为变相经营。",
            "Where the foreign side decides on content or operation, it may count as running a closed service.",
        ),
        _risk(
            "contract_control",
            "协议控制",
            "control by contract",
            "以协议控制不开放或者设上限的业务，没有法律保障。",
            "Control by contract over a closed or capped service has no protection in law.",
        ),
        _risk(
            "rule_ends",
            "规则即将到期",
            "a rule that ends soon",
            "所依据的规则将在一年内到期。",
            "A rule that the plan rests on ends within a year.",
        ),
        _risk(
            "open_time",
            "审批时间未定",
            "an approval without a time",
            "决定开业的审批没有规定期限。",
            "No text gives a time for the approval that decides.",
        ),
        _risk(
            "announced_only",
            "只有方案，没有法规",
            "announced, not law",
            "只见到已宣布的方案，没有见到施行的法规。",
            "A plan was announced, and no law in force was found.",
        ),
        _risk(
            "holding_expires",
            "许可即将到期",
            "a licence that expires",
            "企业持有的许可或者资质将在一年内到期。",
            "A licence or recognition that the company holds expires within a year.",
        ),
        _risk(
            "not_read",
            "依据未读到",
            "a source that was not read",
            "关键依据没有读到文本，请先核对。",
            "A text that matters was not read; check it first.",
        ),
    ),
)

QUESTION: Final = (
    words(
        "asked",
        service=("拟经营的业务", "the service"),
        place=("地点", "the place"),
        share=("外资股比", "the foreign share"),
        investor=("投资者的国家或地区", "the investor’s home"),
        cepa_qualified=("是否持有CEPA证明书", "whether there is a CEPA certificate"),
        holdings=("各层持股", "who holds how much"),
    ),
)
