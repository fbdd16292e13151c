"""What an entry says in plain words, in one language, with the figures of a day."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from luodi.advice.sources import instruments
from luodi.documents import wording
from luodi.library.entry import Entry
from luodi.library.from_tables import instruments_in
from luodi.rules.describe import conditions_shown, given_shown
from luodi.rules.words import money_shown, percent_shown
from luodi.values import exact
from luodi.web.core.words import say, words

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EntryText:
    """Sentences that must hold, then pairs of a name and its words. `lead` stands before both."""

    lead: str
    conditions: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    for_everybody: bool = False

    def named(self) -> Iterator[str]:
        """The pairs as text, for the index of search."""
        yield from (f"{name} {text}" for name, text in self.pairs)


def entry_text(entry: Entry, lang: str, on: date) -> EntryText:
    """The words of an entry. A rule has the figures of `on`, or of its nearest day in force."""
    if entry.rule is None:
        return EntryText(_lead(entry, lang), (), tuple(_pairs(entry, lang)))
    day = nearest(entry, on)
    conditions = tuple(conditions_shown(entry.rule, entry.book, lang, day))
    return EntryText("", conditions, tuple(given_shown(entry.rule, entry.book, lang)), not conditions)


def nearest(entry: Entry, on: date) -> date:
    """The day itself, or the first or last one on which the entry holds."""
    first, last = entry.span.first, entry.span.last
    if first is not None and on < first:
        return first
    return last if last is not None and on > last else on


def _lead(entry: Entry, lang: str) -> str:
    match entry.kind:
        case "reading":
            return wording.pick(entry.row["detail"], lang)
        case "definition" | "requirement":
            return wording.pick(entry.row.get("rule"), lang)
        case "fact":
            return wording.pick(entry.row["question"], lang)
        case "finding" | "event":
            return wording.pick(entry.title, lang)
        case "flag":
            return wording.pick(entry.row["says"], lang)
    return ""


def _pairs(entry: Entry, lang: str) -> Iterator[tuple[str, str]]:
    for key, shown in _ROWS.get(entry.kind, ()):
        value = entry.row.get(key)
        text = shown(value, entry, lang) if value is not None else ""
        if text:
            yield say(f"library.field_{key}", lang), text


# ---- how the values of a row are shown


def _texts(value: object, entry: Entry, lang: str) -> str:
    return wording.pick(value, lang) if isinstance(value, Mapping) else str(value)


def _number(value: object, entry: Entry, lang: str) -> str:
    return str(value if lang == "zh" else entry.row.get("number_en") or value)


def _called(value: Any, entry: Entry, lang: str) -> str:
    """Names that people use, of one language."""
    return ("、" if lang == "zh" else ", ").join(value.get(lang) or ())


def _day(value: Any, entry: Entry, lang: str) -> str:
    return wording.day(value, lang)


def _word(value: object, entry: Entry, lang: str) -> str:
    """A word of the book that pages have words for; as it stands where they have not."""
    key = f"library.word_{value}"
    return say(key, lang) if key in words() else str(value)


def _money(value: Any, entry: Entry, lang: str) -> str:
    return money_shown(exact(value), "CNY", lang)


def _share(value: object, entry: Entry, lang: str) -> str:
    return percent_shown(exact(Fraction(str(value)) * 100), lang)


def _named(value: Any, entry: Entry, lang: str) -> str:
    """A text that names instruments by their ids, with their titles in place of these."""
    quoted = "《{}》".format if lang == "zh" else "{}".format
    text = wording.pick(value, lang)
    for name in instruments_in(text):
        text = text.replace(name, quoted(wording.pick(instruments()[name]["title"], lang)))
    return text


def _group(value: object, entry: Entry, lang: str) -> str:
    return wording.pick(entry.book.tables["groups"].get(value), lang)


def _unit(value: object, entry: Entry, lang: str) -> str:
    return wording.pick(entry.book.tables["units"].get(value), lang) or str(value)


def _values(value: object, entry: Entry, lang: str) -> str:
    """The answers that a fact allows, by their labels."""
    joint = "；" if lang == "zh" else "; "
    labels = [wording.pick(v, lang) if isinstance(v, Mapping) else str(v) for v in _items(value)]
    return joint.join(label for label in labels if label)


def _items(value: Any) -> list[object]:
    if isinstance(value, Mapping):
        return list(value.values())
    return [v.get("label") or v if isinstance(v, Mapping) else v for v in value]


_ROWS: Final[Mapping[str, tuple[tuple[str, Callable[[Any, Entry, str], str]], ...]]] = {
    "service": (("kind", _word), ("also_called", _called)),
    "place": (("from", _day), ("until", _day)),
    "instrument": (
        *(("number", _number), ("issuer", _texts), ("issued", _day)),
        *(("effective", _day), ("ended", _day)),
    ),
    "licence": (("authority", _texts), ("basis", _named)),
    "requirement": (("kind", _word), ("minimum", _money), ("who", _texts), ("scope", _word)),
    "event": (("date", _day),),
    "reading": (("resolved_as", _texts),),
    "definition": (("sign", _word), ("threshold", _share), ("hmt", _word), ("source", _texts), ("basis", _word)),
    "finding": (("consequence", _texts), ("source", _texts), ("basis", _word)),
    "fact": (("group", _group), ("type", _word), ("unit", _unit), ("values", _values), ("changes", _word)),
}
