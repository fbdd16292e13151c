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
