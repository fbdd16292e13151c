"""Every value of an enum has one word in each language, and one home."""

import ast
import re
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from enum import StrEnum
from pathlib import Path

import pytest

from luodi.access.resolve import Verdict
from luodi.advice.steps import UNITS
from luodi.casework.stages import End, Health, Stage
from luodi.errors import UnknownValue
from luodi.rules.evaluate import Answer
from luodi.terms import FAMILIES, find, term, terms
from luodi.text import read_yaml

LUODI = Path(__file__).parents[1]
HAN = re.compile("[\u4e00-\u9fff]")


def test_a_term_is_asked_for_by_family_and_value() -> None:
    assert term("answer", "not_allowed").zh == "不予准入"
    assert term("answer", "not_allowed").title("en") == "Not allowed"
    assert term("lane", "after").word("en") == "duties after"
    assert term("route", "wait").sentence("zh") == "已有开放的方案，还没有施行。"


def test_a_word_that_does_not_exist_names_the_nearest() -> None:
    with pytest.raises(UnknownValue, match="not_allowed"):
        term("answer", "not_alowed")
    with pytest.raises(UnknownValue, match="time_kind"):
        terms("time_kinds")
    assert find("answer", "perhaps") is None
    assert find("answer", None) is None


def test_a_term_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        term("answer", "allowed").zh = "可以"


@pytest.mark.parametrize(
    ("family", "values"),
    [("answer", Verdict), ("state", Verdict), ("fit", Answer), ("stage", Stage), ("health", Health), ("end", End)],
)
def test_every_value_of_an_enum_has_its_term(family: str, values: type[StrEnum]) -> None:
    assert set(terms(family)) == {value.value for value in values}


def test_every_unit_of_a_time_limit_has_its_term() -> None:
    assert set(UNITS) <= set(terms("unit"))
    assert all(one.many for one in terms("unit").values())


@pytest.mark.parametrize("family", FAMILIES)
def test_chinese_is_chinese_and_english_is_english(family: str) -> None:
    for one in terms(family).values():
        assert one.family == family
        assert HAN.search(one.zh), one
        assert one.en and not HAN.search(one.en), one
        assert one.en[0].islower(), f"{one.en}: written as inside a sentence; `title` begins a line"
        assert bool(one.says[0]) == bool(one.says[1]), one
        assert not one.says[0] or (one.says[0].endswith("。") and one.says[1].endswith(".")), one


@pytest.mark.parametrize("family", ["lane", "time_kind", "route", "risk", "group", "read"])
def test_terms_that_need_it_say_what_is_meant(family: str) -> None:
    assert all(all(one.says) for one in terms(family).values())


@pytest.mark.parametrize("family", FAMILIES)
def test_no_two_values_of_a_family_have_the_same_word(family: str) -> None:
    for lang in ("zh", "en"):
        found = [one.word(lang) for one in terms(family).values()]
        assert len(set(found)) == len(found)


# ---- one home


#: Tables that say something else of the same keys.
OTHER = {
    ("advice/plan_facts.py", "asked"): "where a derived fact comes from, not what it is called",
    ("advice/plan_facts.py", "to_tell"): "the same",
}


def tables_of(source: str) -> Iterator[tuple[int, frozenset[str]]]:
    """Tables of a Python file that give Chinese words to keys: the line and the keys."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Dict):
            continue
        pairs = [
            key.value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and _is_word(value)
        ]
        yield node.lineno, frozenset(pairs)


def _is_word(value: ast.expr) -> bool:
    """Whether a value is a Chinese word or a pair with one; longer is a sentence, and a place for figures a pattern."""
    texts = [n.value for n in ast.walk(value) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    chinese = [text for text in texts if HAN.search(text)]
    return bool(chinese) and all(len(text) <= 12 and "{" not in text for text in chinese)


def doubled(keys: frozenset[str]) -> list[str]:
    """The families of which a table says again: all terms, or three and more of them, and hardly anything else."""
    found = []
    for family, known in FAMILIES.items():
        shared = keys & set(known)
        if len(shared) >= min(3, len(known)) and 3 * len(shared) >= 2 * len(keys):
            found.append(family)
    return found


def test_no_enum_word_is_defined_twice_in_code() -> None:
    found = [
        f"{file.relative_to(LUODI)}, line {line}: {families}"
        for file in sorted(LUODI.rglob("*.py"))
        if file.parent.name != "terms" and not file.name.startswith(("test_", "conftest"))
        for line, keys in tables_of(file.read_text(encoding="utf-8"))
        if (families := [f for f in doubled(keys) if (str(file.relative_to(LUODI)), f) not in OTHER])
    ]
    assert not found, "these words have their home in luodi/terms:\n" + "\n".join(found)


def test_no_enum_word_is_defined_twice_on_pages() -> None:
    found = [
        f"{file.name}: {prefix}* {families}"
        for file in sorted((LUODI / "web" / "words").glob("*.yaml"))
        for prefix, keys in _prefixed(read_yaml(file)).items()
        if (families := doubled(keys))
    ]
    assert not found, "these words have their home in luodi/terms:\n" + "\n".join(found)


def _prefixed(rows: dict[str, dict[str, str]]) -> dict[str, frozenset[str]]:
    """The keys by what stands before their first, second .. underscore: `answer_` has match, no_match."""
    found: dict[str, set[str]] = {}
    for key, texts in rows.items():
        if len(str(texts["zh"])) <= 12 and "{" not in str(texts["zh"]):
            for at in (i for i, letter in enumerate(key) if letter == "_"):
                found.setdefault(key[: at + 1], set()).add(key[at + 1 :])
    return {prefix: frozenset(keys) for prefix, keys in found.items()}


def test_a_second_home_is_found() -> None:
    source = 'WORDS = {"match": ("符合", "fits"), "no_match": ("不符合", "no"), "need_info": ("待补充", "wait")}'
    assert [doubled(keys) for _, keys in tables_of(source)] == [["fit"]]
    assert doubled(_prefixed({f"said_{k}": {"zh": "词", "en": "x"} for k in terms("stage")})["said_"]) == ["stage"]
    assert not doubled(frozenset({"service", "place", "on", "step", "office"}))
