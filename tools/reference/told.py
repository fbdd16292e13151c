"""Words of the facts' authors on how they know, as the books tell them: the confidence stands in a field."""

from typing import Any, Final

_TOLD: Final = (
    ("（回忆）", ""),
    (" (recalled)", ""),
    ("回忆所得，且未见正式通知", "尚待核对，且未见正式通知"),
    ("are recalled, and no final notice was seen", "are to be checked, and no final notice was seen"),
    ("was, as recalled,", "was, as far as known,"),
    ("要求据忆已随", "要求据了解已随"),
    ("凭记忆，未读原文", "未读原文"),
    ("Four texts are from memory:", "Four texts were not read:"),
    ("（条文凭记忆）", "（条文待核对）"),
    ("(article recalled)", "(article to be checked)"),
    ("(numbering inferred)", "(to be checked)"),
    ("增值电信业务经营许可证 / 跨地区增值电信业务经营许可证", "增值电信业务经营许可证"),
    ("Value-added telecom licence (one province / cross-regional)", "Value-added telecom licence"),
    ("The day is taken from background knowledge", "The day was not read in the text"),
    (
        "31 January as date of signature is background knowledge",
        "31 January as date of signature was not read in the text",
    ),
    ("known from background knowledge", "was not read in the text"),
    ("partly background knowledge", "partly not read in the text"),
    ("the day is background knowledge", "the day was not read in the text"),
    ("which five is background knowledge", "which five was not read"),
    ("The ban in the 2005 rules is background knowledge", "The ban was not read in the 2005 rules themselves"),
    ("electronic publications are background knowledge", "electronic publications were not read"),
    ("(background knowledge): do not use for Macao before that day", "(to be checked); not for Macao before that day"),
    ("notes say which part is background knowledge rather than seen", "notes say which part was not read in the text"),
    ("Background knowledge: the Hainan", "Not read in the text: the Hainan"),
    ("Do not use for decisions.", "It decides nothing."),
    (
        "Background knowledge says only internet-cafe premises were opened, and the",
        "By another account, not read in the text, only internet-cafe premises were opened, and the",
    ),
    ("from background knowledge", "not read in the text"),
    (" Part of B11; the suffix is this file's own label.", " Part of B11, without a code of its own in the catalogue."),
    (" Own label for the first B25 kind.", " The first kind of B25."),
    (" Own label.", ""),
    (
        "Own label, so that Wuhan, which the press list leaves out, is not caught.",
        "Wuhan is not in the list of the press and is left out.",
    ),
    (
        "all C- codes are labels of this file, not catalogue codes",
        "all C- codes are ours and not codes of the catalogue",
    ),
    (
        "Content kinds listed under C- codes stay prohibited whatever the equity share",
        "News, publishing, video and culture services stay prohibited whatever the share",
    ),
    ("Content kinds under C- codes excluded", "No news, publishing, video or culture services"),
    ("Needed for C-AVPROD.", "Needed for making audio-visual products."),
    ("found up to the as_of date", "found by November 2026"),
    ("C-AV and C-GAME in Beijing", "Online audio-visual programmes and games in Beijing"),
    (
        " Service, place, step and instrument ids are those of market-access.yaml, landing-services.yaml and its "
        "update; instruments new to the books stand below; confidence there speaks of title and date, number_seen says "
        "whether the number was read here.",
        " The confidence of an instrument speaks of its title and date; whether its number was read is told apart.",
    ),
    (
        " Service, step and route ids are those of market-access.yaml, landing-services.yaml with its update, and "
        "routes.yaml. Instruments used in both files have one id and stand in each.",
        "",
    ),
    ("the attributes of company-profile.yaml", "the attributes of the company vocabulary"),
    ("recalled: show as to be checked, never as an offer", "not read: shown as to be checked and never offered"),
    ("recalled: show as to be checked", "not read: shown as to be checked"),
    ("100与50并存", "试点公司100%，合资公司50%"),
    ("100 and 50 side by side", "100 % in the pilot company, 50 % in the venture"),
    ("No paying outsiders.", "No charging of outsiders."),
    (
        "Charging tenants or other companies makes it an operation.",
        "Charging tenants or other companies makes it a telecom operation.",
    ),
    ("一体化产品；两套合规。", "一体化产品；两家公司须分别合规。"),
    ("The online stage.", "The online platform."),
    (
        "许可证不能借、卖、转给外方，换个名目也不行；持牌方不能替没有许可的外方出机房、带宽和设备。",
        "不得以任何形式向外方出租、转让或出售许可证，也不得为外方无证经营提供资源、场地和设施。",
    ),
    ("境内托管站点自身须备案许可。", "境内托管站点自身须备案或取得许可。"),
    ("who serves the public files.", "whoever serves the public makes the filing."),
    (
        "北京自贸区清单外数据免手续；个人信息少量可用标准合同或认证。",
        "北京自贸试验区清单以外的数据免办手续；个人信息数量较少的，可用标准合同或认证。",
    ),
    ("data off the Beijing list is free; smaller", "data outside the Beijing list needs no procedure; smaller"),
    ("拆分规避数量；未评估输出重要数据。", "拆分数据以规避数量门槛；重要数据未经评估出境。"),
    ("境外卫星落地的具体审批条件未在此核实", "境外卫星落地的具体审批条件尚未核实"),
    (
        "the conditions for landing foreign satellite capacity were not verified here",
        "the conditions for landing foreign satellite capacity have not been verified",
    ),
    (
        "Imported books from other than licensed importers; full text online is online publishing.",
        "Importing books through anyone but a licensed importer; full text on the internet is online publishing.",
    ),
    ("从非指定渠道进货进口书、网上登载全文即网络出版。", "从非指定渠道进口图书；在网上登载全文即构成网络出版。"),
    ("未经审批播出、超比例。", "未经审批播出，或超出规定比例。"),
    ("未批准合作、成片未审而播出。", "合作未经批准，或成片未经审查即播出。"),
    ("背景知识，未在此读到原文", "未读到原文"),
)


def told(value: Any) -> Any:
    """A text, or every text inside a row, in the words of the books."""
    if isinstance(value, dict):
        return {key: told(item) for key, item in value.items()}
    if isinstance(value, list):
        return [told(item) for item in value]
    if isinstance(value, str):
        for words, anew in _TOLD:
            value = value.replace(words, anew)
    return value
