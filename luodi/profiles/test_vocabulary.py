"""Facts are typed by the vocabulary; what cannot be, is refused in the person's words."""

from datetime import date
from fractions import Fraction

import pytest

from luodi.errors import BadInput, LuodiError, MissingKey, OutOfRange, UnknownKey, UnknownValue, WrongType
from luodi.profiles.facts import Facts, Lacking
from luodi.profiles.vocabulary import Kind, Vocabulary, as_json, attributes_from
from luodi.text import NumberText, parse_yaml

WORDS = Vocabulary(
    "words",
    attributes_from(
        parse_yaml(
            """
            - {name: employees, type: integer, unit: persons, minimum: 0}
            - {name: revenue, type: money, unit: CNY}
            - {name: share, type: decimal, unit: ratio 0-1, minimum: 0, maximum: 1}
            - {name: founded, type: date}
            - {name: listed, type: boolean}
            - {name: size, type: enum, allowed: [large, small], values: {large: {zh: 大型, en: Large}}}
            - {name: held, type: set, allowed: [hnte, sme, none]}
            - {name: tags, type: set}
            - {name: title, type: string}
            - {name: code, type: string, code: short}
            - {name: dates, type: map}
            """,
            "attributes.yaml",
        ),
        at="attributes.yaml",
    ),
    codes={
        "short": lambda text: (
            None if len(text) == 2 else (_ for _ in ()).throw(BadInput("common.as-said", text="two letters are wanted"))
        )
    },
)


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("employees", "30", 30),
        ("employees", 30, 30),
        ("employees", NumberText("30.0"), 30),
        ("revenue", "1e6", 1_000_000),
        ("share", "0.10", Fraction(1, 10)),
        ("share", NumberText("0.1"), Fraction(1, 10)),
        ("share", 0, 0),
        ("share", 1, 1),
        ("founded", "2024-02-29", date(2024, 2, 29)),
        ("listed", "no", False),
        ("listed", True, True),
        ("size", " large ", "large"),
        ("held", ["hnte", "sme"], frozenset(("hnte", "sme"))),
        ("held", "hnte", frozenset(("hnte",))),
        ("held", [], frozenset()),
        ("held", ["none"], frozenset(("none",))),
        ("title", 42, "42"),
        ("code", "ab", "ab"),
        ("dates", {"hnte": "2026-01-01"}, {"hnte": "2026-01-01"}),
    ],
)
def test_a_fact_takes_the_type_of_its_attribute(name, raw, value):
    found = WORDS.parse(name, raw)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("raw", [None, "", "   "])
@pytest.mark.parametrize("name", ["employees", "share", "founded", "listed", "size", "title"])
def test_null_and_blank_say_nothing(name, raw):
    assert WORDS.parse(name, raw) is None
    assert WORDS.parse_facts({name: raw}) == {}


@pytest.mark.parametrize(
    ("name", "raw", "error", "words"),
    [
        ("employes", 1, UnknownKey, "Did you mean `employees`?"),
        ("employees", "many", WrongType, "not a plain number"),
        ("employees", "1.5", WrongType, "not a whole number of persons"),
        ("employees", -1, OutOfRange, "-1 is below 0"),
        ("employees", True, WrongType, "`true` is not a number"),
        ("employees", 1.5, WrongType, "may already be rounded"),
        ("employees", [1], WrongType, "not a number"),
        ("share", "55", OutOfRange, "a ratio is wanted, such as 0.55 for 55 %"),
        ("share", "1.0001", OutOfRange, "above 1"),
        ("founded", "29/02/2024", BadInput, "is not a day"),
        ("founded", "2025-02-29", BadInput, "February 2025 has days 01 to 28"),
        ("founded", 2024, BadInput, "is not a day"),
        ("listed", "maybe", WrongType, "neither true nor false"),
        ("listed", 1, WrongType, "neither true nor false"),
        ("size", "larg", UnknownValue, "Did you mean `large`?"),
        ("size", ["large"], WrongType, "one value is wanted here, not a list"),
        ("held", ["hnt"], UnknownValue, "Did you mean `hnte`?"),
        ("held", {"hnte": True}, WrongType, ""),
        ("title", True, WrongType, "true is not text"),
        ("code", "abc", BadInput, "two letters are wanted"),
        ("dates", "2026", WrongType, "a mapping is wanted"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_with_its_key(name, raw, error, words):
    with pytest.raises(error) as caught:
        WORDS.parse(name, raw)
    assert words in str(caught.value)
    if not isinstance(caught.value, UnknownKey):
        assert f"key `{name}`" in str(caught.value)


def test_facts_of_a_file_name_the_line():
    raw = parse_yaml("employees: 5\nshare: 2\n", "acme.yaml")
    with pytest.raises(OutOfRange, match=r"acme.yaml, line 2, key `share`"):
        WORDS.parse_facts(raw)


@pytest.mark.parametrize("raw", [None, [], "text", 5])
def test_facts_are_a_mapping(raw):
    with pytest.raises(WrongType, match="must be a mapping"):
        WORDS.parse_facts(raw)


@pytest.mark.parametrize(
    ("row", "error", "words"),
    [
        ("{name: a, type: integer, lable: {}}", UnknownKey, "no key `lable`. Did you mean `label`?"),
        ("{type: integer}", MissingKey, "needs `name`"),
        ("{name: a}", MissingKey, "needs `type`"),
        ("{name: a, type: number}", UnknownValue, "`number` is not a type"),
        ("just text", WrongType, "an attribute is a mapping"),
        ("{name: a, type: date}\n- {name: a, type: date}", BadInput, "`a` stands twice"),
    ],
)
def test_a_vocabulary_that_cannot_be_is_refused_with_its_line(row, error, words):
    with pytest.raises(error) as caught:
        attributes_from(parse_yaml(f"- {row}", "a.yaml"), at="a.yaml")
    assert words in str(caught.value)
    assert "a.yaml, line" in str(caught.value)


def test_an_attribute_without_labels_is_called_by_its_name():
    assert WORDS["employees"].label == {"zh": "employees", "en": "employees"}
    assert WORDS["size"].value_label("large", "zh") == "大型"
    assert WORDS["size"].value_label("small", "zh") == "small"


def test_only_numbers_are_numbers():
    assert [kind for kind in Kind if kind.is_number] == [Kind.INTEGER, Kind.MONEY, Kind.DECIMAL]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(1, 4), 0.25),
        (Fraction(4, 2), 2),
        (date(2026, 1, 1), "2026-01-01"),
        (frozenset(("b", "a")), ["a", "b"]),
        (True, True),
    ],
)
def test_a_fact_is_shown_as_json_has_it(value, shown):
    assert as_json(value) == shown


# ---- facts


def test_a_derived_fact_is_computed_once_and_never_replaces_a_given_one():
    asked: list[str] = []

    def double(facts: Facts) -> int | Lacking:
        asked.append("double")
        employees = facts.value("employees")
        return employees * 2 if isinstance(employees, int) else Lacking(frozenset(("employees",)))

    facts = Facts(WORDS, {"employees": 5}, {"revenue": double})
    assert (facts.value("revenue"), facts.value("revenue")) == (10, 10)
    assert asked == ["double"]
    assert facts.having({"revenue": 3}).value("revenue") == 3
    assert facts.having({"employees": None}).value("revenue") is None
    assert facts.having({"employees": None}).missing("revenue") == {"employees"}
    assert facts.missing("share") == {"share"}
    assert facts.derived() == {"revenue": 10}


def test_errors_of_a_vocabulary_are_shown_to_people():
    assert issubclass(UnknownKey, LuodiError)
