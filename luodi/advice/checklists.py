"""Facts that are asked together: one question, one screen, a tick for each fact, or for each value of a set.

`checklists.yaml` of the vocabulary says which belong together. What is known, or what no rule waits for, is no item;
one item left alone is asked as a question of its own. A tick is a yes, no tick a no, and "not sure" leaves the fact
unknown: of a set, all of it, since half a set would be told as the whole.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from luodi.advice.question import OPENING, about, shape
from luodi.editions import with_books
from luodi.errors import BadInput, UnknownKey, UnknownValue, WrongType, did_you_mean
from luodi.profiles.vocabulary import Kind
from luodi.rules.library import company_vocabulary, load_book

CHECKLIST: Final = "checklist"
_NONE: Final = "none"
_OF: Final = ":"  # between a set and its value, in the name of a tick
#: What an item shows of its fact.
_ITEM: Final = ("attribute", "label", "text", "help", "example", "where", "doubt")
Question = Mapping[str, Any]


@dataclass(frozen=True)
class Checklist:
    """Facts of one theme, with the words of the question."""

    id: str
    label: Mapping[str, str]
    text: Mapping[str, str]
    help: Mapping[str, str]
    items: tuple[str, ...]
    elsewhere: Mapping[str, tuple[str, ...]]


@with_books()
def checklists() -> Mapping[str, Checklist]:
    """By id. Raises `LuodiError` where an item cannot be ticked, or stands in two of them."""
    vocabulary, found, seen = company_vocabulary(), {}, set[str]()
    for row in load_book("vocabulary").tables["checklists"]:
        if row["id"] in (*OPENING, *vocabulary.attributes):
            raise UnknownValue("advice.list-named-as-fact", name=row["id"], at="checklists.yaml")
        for name in row["items"]:
            if vocabulary.attribute(name, at="checklists.yaml").kind not in (Kind.BOOLEAN, Kind.SET):
                raise WrongType("advice.cannot-be-ticked", name=name, at="checklists.yaml")
            if name in seen:
                raise UnknownValue("advice.in-two-checklists", name=name, at="checklists.yaml")
            seen.add(name)
        found[row["id"]] = Checklist(
            row["id"],
            dict(row["label"]),
            dict(row["text"]),
            dict(row["help"]),
            tuple(row["items"]),
            {name: tuple(values) for name, values in (row.get("elsewhere") or {}).items()},
        )
    return found


def checklist(name: str) -> Checklist:
    """Raises `UnknownKey` for a name that is none."""
    found = checklists().get(name)
    if found is None:
        raise UnknownKey("advice.no-checklist", name=name, meant=did_you_mean(name, checklists()))
    return found


def together(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """The questions with those of one checklist made into one, where the first of them stood."""
    of: dict[str, str] = {name: one.id for one in checklists().values() for name in one.items}
    parts: dict[str, list[Question]] = {}
    for question in questions:
        name = str(question["attribute"])
        parts.setdefault(of.get(name, name), []).append(question)
    return [single(rows[0]) if len(rows) == 1 else _one(checklists()[name], rows) for name, rows in parts.items()]


def single(question: Question) -> dict[str, Any]:
    """A question about one fact, with the keys that a checklist has."""
    return {**question, "attributes": [question["attribute"]], "checklist": None, "items": []}


def _one(checklist: Checklist, rows: Sequence[Question]) -> dict[str, Any]:
    """`attribute` is the fact that decides most, for a program that answers one fact at a time."""
    by_name = {row["attribute"]: row for row in rows}
    items = [by_name[name] for name in checklist.items if name in by_name]
    first = max(items, key=lambda row: len(row["for"]))
    ids = list(dict.fromkeys(i for row in items for i in row["for"]))
    return {
        **shape(about(first["attribute"])),
        "label": dict(checklist.label),
        "text": dict(checklist.text),
        "type": CHECKLIST,
        "help": dict(checklist.help),
        "example": None,
        "where": None,
        "doubt": None,
        "decides": len(ids),
        "for": ids,
        "attributes": [row["attribute"] for row in items],
        "checklist": checklist.id,
        "items": [_item(row, checklist) for row in items],
    }


def _item(row: Question, checklist: Checklist) -> dict[str, Any]:
    """One fact with its ticks: itself, or the values of a set."""
    name = row["attribute"]
    left = {_NONE, *checklist.elsewhere.get(name, ())}
    values = {value: dict(row["values"].get(value) or {}) for value in row["allowed"] or () if value not in left}
    ticks = [f"{name}{_OF}{value}" for value in values] or [name]
    return {
        **{key: row[key] for key in _ITEM},
        "values": values,
        "ticks": ticks,
        "decides": len(row["for"]),
        "for": row["for"],
    }


def without(question: Question, names: Collection[str]) -> dict[str, Any] | None:
    """The question without facts that were left open on purpose; None where nothing of it is left."""
    left = [name for name in question["attributes"] if name not in names]
    if len(left) == len(question["attributes"]):
        return dict(question)
    if not left:
        return None
    rows = [
        {**shape(about(row["attribute"])), "for": row["for"]} for row in question["items"] if row["attribute"] in left
    ]
    made = single(rows[0]) if len(rows) == 1 else _one(checklist(question["checklist"]), rows)
    return {**question, **made}


def ticked(
    question: Question, ticks: Collection[str], unsure: Collection[str] = ()
) -> dict[str, bool | list[str] | None]:
    """What ticks answer to each fact of a checklist; None is "not sure".

    Raises `BadInput` for a tick that is not on it, or one that is both.
    """
    known = [tick for item in question["items"] for tick in item["ticks"]]
    for tick in (*ticks, *unsure):
        if tick not in known:
            raise BadInput("advice.not-on-list", tick=tick, meant=did_you_mean(tick, known))
    both = sorted(set(ticks) & set(unsure))
    if both:
        raise BadInput("advice.ticked-and-not-sure", names=both)
    return {item["attribute"]: _answer(item, ticks, unsure) for item in question["items"]}


def _answer(item: Mapping[str, Any], ticks: Collection[str], unsure: Collection[str]) -> bool | list[str] | None:
    if any(tick in unsure for tick in item["ticks"]):
        return None
    if not item["values"]:
        return item["attribute"] in ticks
    return [value for value, tick in zip(item["values"], item["ticks"], strict=True) if tick in ticks] or [_NONE]
