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
