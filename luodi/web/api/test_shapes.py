"""The published shapes are true: real answers, and the strangest that we know, are in them."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from luodi.access import access_book
from luodi.access.requirement import requirement_names
from luodi.advice.lines import KEYS, ask
from luodi.text import read_yaml
from luodi.web.api import shapes

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
DAYS = [date(2010, 1, 1), date(2019, 2, 22), date(2024, 12, 2), date(2031, 1, 1)]


@cache
def validator(question: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(shapes.alone(shapes.answered(question), "en"))


def check(question: str, raw: Any, day: date = DAYS[2]) -> None:
    document = json.loads(json.dumps(ask(question, raw, today=day)))
    assert not [(list(e.path), e.message) for e in validator(question).iter_errors(document)]


def profiles() -> list[Any]:
    return [{}, *(json.loads(json.dumps(read_yaml(file))) for file in EXAMPLES)]


@pytest.mark.parametrize("question", ["advise", "questions", "match"])
@pytest.mark.parametrize("day", DAYS)
def test_companies(question: str, day: date) -> None:
    for profile in profiles():
        check(question, {"profile": profile}, day)


@pytest.mark.parametrize("name", ["enterprise-size", "data-export-path"])
def test_decisions(name: str) -> None:
    for profile in profiles():
        check("decide", {"name": name, "profile": profile})


@pytest.mark.parametrize("place", [None, *access_book().zones])
def test_access(place: str | None) -> None:
    for service in (None, *access_book().services) if place in ("BJ", "CN") else (None, "B11", "B21-EC", "C-NEWS"):
        for share, home in ((100, "DE"), ("50.5", "HK"), (None, None), (0, "CN")):
            check("access", {"service": service, "place": place, "share": share, "investor": home})


@pytest.mark.parametrize("share", ["1/2", "?", "0", "1"])
def test_ownership_and_holdings(share: str) -> None:
    nodes = {"T": "company", "M": "company", "F": "foreign", "P": {"kind": "hmt", "person": True}, "U": "unknown"}
    rows = (("F", "M", share), ("M", "T", "1/3"), ("T", "M", "1/10"), ("P", "T", "?"), ("U", "T", "1/5"))
    stakes = [{"owner": owner, "company": company, "share": held} for owner, company, held in rows]
    graph = {"nodes": nodes, "stakes": stakes, "contracts": [{"controller": "P", "company": "M"}]}
    check("ownership", {"target": "T", **graph})
    check("ownership", {"target": "F", "nodes": nodes})
    check("access", {"service": "B25", "place": "BJ", "investor": "DE", "holdings": {"company": "T", **graph}})


@pytest.mark.parametrize("name", requirement_names())
@pytest.mark.parametrize("day", [date(1999, 1, 1), *DAYS])
def test_requirements(name: str, day: date) -> None:
    check("requirement", {"name": name}, day)


@pytest.mark.parametrize("question", KEYS)
def test_a_question_has_the_keys_of_a_line_and_words_in_both_languages(question: str) -> None:
    chinese, english = (shapes.alone(shapes.asked(question), lang) for lang in ("zh", "en"))
    assert chinese["properties"].keys() == english["properties"].keys()
    assert all(row["description"] for shape in (chinese, english) for row in shape["properties"].values())
    assert chinese["description"] != english["description"]
