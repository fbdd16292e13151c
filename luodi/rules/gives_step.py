"""What a step of the book gives beside its text: how long it takes, what it costs, where it is handed in; as text.

What is of low confidence is shown as to be checked, since it decides nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from luodi.rules.words import grouped
from luodi.terms import term
from luodi.terms.figures import length, length_range
from luodi.values import exact

Row = Mapping[str, Any]


def yes_or_no(value: bool, lang: str) -> str:
    if lang == "zh":
        return "是" if value else "否"
    return "yes" if value else "no"


def licence_shown(code: str, lang: str) -> str:
    """The name of a licence, which the book of market access keeps."""
    from luodi.rules.library import load_book

    rows = load_book("market-access").tables["licences"]
    return next((str(row["name"][lang]) for row in rows if row["id"] == code), code)


def time_shown(row: Row, lang: str) -> str:
    """What kind of time it is, what the law gives, what is usual, and what else there is to say."""
    return _joined(_time(row, lang), lang)


def _time(row: Row, lang: str) -> Iterator[str]:
    chinese = lang == "zh"
    yield term("time_kind", str(row["kind"])).word(lang)
    law, usual = row.get("law"), row.get("usual")
    if law and law.get("days") is not None:
        figure = length(int(law["days"]), str(law["unit"]), lang)
        yield _checked(f"法定{figure}" if chinese else f"by law {figure}", law, lang)
    if usual and (usual.get("min") is not None or usual.get("max") is not None):
        yield _checked(_usual(usual, lang), usual, lang)
    for part in (row, law or {}, usual or {}):
        if part.get("note"):
            yield str(part["note"][lang])


def _usual(usual: Row, lang: str) -> str:
    low, high = (None if usual.get(end) is None else int(usual[end]) for end in ("min", "max"))
    unit = str(usual["unit"])
    if low is not None and high is not None:
        span = length_range(low, high, unit, lang)
        return f"通常{span}" if lang == "zh" else f"usually {span}"
    if high is not None:
        most = length(high, unit, lang)
        return f"通常至多{most}" if lang == "zh" else f"usually at most {most}"
    least = length(low or 0, unit, lang)
    return f"通常至少{least}" if lang == "zh" else f"usually at least {least}"


def fee_shown(row: Row, lang: str) -> str:
    """The charge; 0 is a finding, and no amount is not known."""
    amount, basis = row.get("amount"), row.get("basis")
    if amount is None:
        figure = "未查见官方标准" if lang == "zh" else "no official figure was found"
    elif exact(str(amount)) == 0:
        figure = "不收费" if lang == "zh" else "none"
    else:
        figure = f"{row.get('currency', 'CNY')} {grouped(exact(str(amount)))}"
    return _joined([_checked(figure, row, lang), str(basis[lang]) if basis else ""], lang)


def portal_shown(row: Row, lang: str) -> str:
    name = str(row["name"][lang]) if row.get("name") else ""
    return _checked(_joined([name, str(row.get("address") or "")], lang), row, lang)


def _checked(text: str, row: Row, lang: str) -> str:
    if row.get("confidence") != "low":
        return text
    return f"{text}（待核对）" if lang == "zh" else f"{text} (to be checked)"


def _joined(parts: "Iterator[str] | list[str]", lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(part for part in parts if part)
