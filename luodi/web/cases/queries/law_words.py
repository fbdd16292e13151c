"""A change of law in words: each thing that changed, the days, and the letter to the company."""

from collections.abc import Iterator

from django.utils.timezone import localdate

from luodi.documents import wording
from luodi.rules.library import load_book
from luodi.terms.figures import day_shown, length_range
from luodi.web.cases.models import CaseChange, LawChange
from luodi.web.core.types import Json
from luodi.web.core.words import say


def said(change: Json, lang: str) -> tuple[str, str]:
    """What a thing was and what it is, in words."""
    was, now = change["was"], change["now"]
    if isinstance(was, list) and isinstance(now, list):
        return _list([one for one in was if one not in now], lang), _list([one for one in now if one not in was], lang)
    words = _WORDS[change["kind"]]
    return words(was, lang), words(now, lang)


def _none(lang: str) -> str:
    return say("cases.law_none", lang)


def _list(rows: list[Json | str], lang: str) -> str:
    """What one side has and the other has not."""
    return ("；" if lang == "zh" else "; ").join(_text(row, lang) for row in rows) or _none(lang)


def _text(row: Json | str, lang: str) -> str:
    if isinstance(row, str):
        return _title(row, lang)
    return str(row[lang]) if lang in row else _title(str(row.get("name", "")), lang)


def _title(name: str, lang: str) -> str:
    """Of a licence, a requirement or a step, by its id."""
    for book in ("landing-steps", "market-access"):
        rule = load_book(book).by_id.get(name)
        if rule is not None:
            return rule.title[lang]
    return name


def _verdict(value: Json, lang: str) -> str:
    comma = "，" if lang == "zh" else ", "
    return f"{wording.verdict_word(value['answer'], lang)}{comma}{wording.cap(value, lang)}"


def _step(value: Json | None, lang: str) -> str:
    if value is None:
        return say("cases.law_step_absent", lang)
    stands = say(f"cases.law_step_{value['stands']}", lang)
    needs = ("、" if lang == "zh" else ", ").join(_title(name, lang) for name in value.get("needs") or ())
    return f"{stands}{say('cases.law_step_after', lang, steps=needs)}" if needs else stands


def _time(value: Json, lang: str) -> str:
    parts = []
    if law := value["law"]:
        parts.append(say("cases.law_time_law", lang, time=length_range(law["days"], law["days"], law["unit"], lang)))
    if usual := value["usual"]:
        length = length_range(usual.get("min"), usual.get("max"), usual["unit"], lang)
        parts.append(say("cases.law_time_usual", lang, time=length))
    return ("；" if lang == "zh" else "; ").join(parts) or say("cases.law_time_open", lang)


def _fee(value: Json | None, lang: str) -> str:
    if value is None or value.get("amount") is None:
        return say("cases.law_fee_open", lang)
    return f"{value['amount']:,} {value['currency']}" if value["amount"] else say("cases.law_fee_free", lang)


def _licence(value: Json, lang: str) -> str:
    parts = [_title(value["licence"], lang)] if value.get("licence") else []
    parts += [str(row[lang]) for row in (value.get("validity"), value.get("authority")) if row]
    return ("，" if lang == "zh" else ", ").join(parts) or _none(lang)


def _policy(value: Json | None, lang: str) -> str:
    if value is None:
        return say("cases.law_policy_absent", lang)
    amount = value.get("amount") or {}
    figures = ", ".join(f"{one:,}" for one in amount.values() if isinstance(one, int))
    until = (value.get("window") or {}).get("until")
    parts = [figures] if figures else []
    if until:
        parts.append(say("cases.law_until", lang, day=until))
    return ("，" if lang == "zh" else ", ").join(parts) or say("cases.law_policy_fits", lang)


def _duty(value: Json | None, lang: str) -> str:
    if value is None:
        return say("cases.law_duty_absent", lang)
    texts = [str((row.get("text") or {}).get(lang) or row.get("window") or "") for row in value.get("deadline") or ()]
    every = ((value.get("every") or {}).get("text") or {}).get(lang)
    window = value.get("window")
    parts = [*([str(every)] if every else []), *(text for text in texts if text), *([str(window)] if window else [])]
    return ("，" if lang == "zh" else ", ").join(dict.fromkeys(parts)) or say("cases.law_duty_once", lang)


_WORDS = {
    "verdict": _verdict,
    "step": _step,
    "time": _time,
    "fee": _fee,
    "licence": _licence,
    "policy": _policy,
    "duty": _duty,
}


def lines(changes: list[Json], lang: str) -> Iterator[str]:
    """A line each, such as "Time, ICP filing: by law 20 working days → by law 15 working days"."""
    colon, comma = ("：", "，") if lang == "zh" else (": ", ", ")
    for one in changes:
        was, now = said(one, lang)
        yield f"{say('cases.law_kind_' + one['kind'], lang)}{comma}{one['title'][lang]}{colon}{was} → {now}"


# ---- days


def time_shown(least: int | None, most: int | None, lang: str) -> str:
    """The time that is left as a range with its open end."""
    if least is None:
        return "–"
    return length_range(least, most, "working_days", lang) if least or most is None else _days(most, lang)


def _days(n: int, lang: str) -> str:
    return say("cases.law_days", lang, n=n)


def gained_shown(row: CaseChange, lang: str) -> str:
    """ "+8 working days", "−3 to +2 working days", "+5 at least; no upper end"."""
    if not row.is_worked_out or row.gained_least is None:
        return "–"
    low, high = row.gained_least, row.gained
    if high is None:
        return say("cases.law_gained_open", lang, low=_signed(low))
    if low == high:
        return say("cases.law_gained", lang, n=_signed(high))
    return say("cases.law_gained_range", lang, low=_signed(min(low, high)), high=_signed(max(low, high)))


def _signed(n: int) -> str:
    return f"+{n}" if n > 0 else f"−{-n}" if n < 0 else "0"


# ---- the change as a whole, and the letter


def title(change: LawChange, lang: str) -> str:
    """Which books changed, or that a day came."""
    if change.is_trial and change.draft is not None:
        return say("cases.law_title_trial", lang, title=change.draft.title)
    if change.cause == "day":
        return say("cases.law_title_day", lang, day=day_shown(change.on, lang))
    names = [name for name in {**change.before, **change.after} if change.before.get(name) != change.after.get(name)]
    books = ("、" if lang == "zh" else ", ").join(load_book(name).title[lang] for name in sorted(names))
    return say("cases.law_title_edition", lang, books=books)


def letter_text(row: CaseChange, lang: str) -> str:
    """The draft of the letter to the company: what changed, and what that does to the time that is left."""
    case = row.case
    company = (
        (case.company.name_zh or case.company.name_en)
        if lang == "zh"
        else (case.company.name_en or case.company.name_zh)
    )
    before, after = (time_shown(*ends, lang) for ends in (_before(row), _after(row)))
    time = "same" if before == after else "moves"
    parts = [
        say("cases.law_letter_dear", lang, company=company),
        say("cases.law_letter_begins", lang, reference=case.reference, day=day_shown(localdate(row.change.at), lang)),
        "\n".join(f"- {line}" for line in lines(row.changes, lang)),
        say(f"cases.law_letter_{time}", lang, before=before, after=after),
        say("cases.law_letter_ends", lang, officer=str(case.officer or "")) if case.officer else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _before(row: CaseChange) -> tuple[int | None, int | None]:
    return row.least_before, row.most_before


def _after(row: CaseChange) -> tuple[int | None, int | None]:
    return row.least_after, row.most_after
