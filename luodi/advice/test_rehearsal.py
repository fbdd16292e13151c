"""Ten examples answer the questions: few settle the plan, none comes twice, none is answered already."""

from datetime import date
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from luodi.advice import rehearsal
from luodi.advice.asking import conditions
from luodi.advice.rehearsal import Turn, opening_questions, rehearse, until_settled, usual
from luodi.rules.library import company_vocabulary
from luodi.text import read_yaml

DAY = date(2026, 12, 1)
FILES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
MOST = 10


@cache
def turns(path: Path) -> list[Turn]:
    return list(rehearse(read_yaml(path), DAY))


def test_ten_examples_need_ten_questions_on_average_the_first_four_included() -> None:
    found = [until_settled(iter(turns(path))) for path in FILES]
    assert len(found) == 10 and None not in found
    assert mean(turn.asked for turn in found if turn) <= MOST


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_question_comes_twice_and_the_dialogue_ends(path: Path) -> None:
    names = [turn.name for turn in turns(path)]
    assert names[-1] is None and len(names) == len(set(names))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_in_the_end_every_step_that_is_no_offer_is_decided(path: Path) -> None:
    assert turns(path)[-1].undecided == 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_answer_makes_more_steps_undecided(path: Path) -> None:
    undecided = [turn.undecided for turn in turns(path)]
    assert undecided == sorted(undecided, reverse=True)


def test_a_company_abroad_is_never_asked_what_only_a_chinese_company_knows() -> None:
    for path in FILES:
        raw = read_yaml(path)
        if raw.get("entity_type") == "not_established_yet":
            names = {turn.name for turn in turns(path)}
            assert not {n for n in names if n in conditions() and conditions()[n].id == "existing-company"}


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ({"investor": {"country": "SG"}}, 4),
        ({"investor": {"country": "HK"}}, 5),
        ({"investor": {"country": "CN"}}, 3),
        ({}, 3),
    ],
)
def test_the_first_questions_are_counted_as_they_are_asked(raw: dict[str, Any], number: int) -> None:
    assert opening_questions(raw) == number


def test_every_fact_has_a_usual_answer_that_the_vocabulary_takes() -> None:
    vocabulary = company_vocabulary()
    for name, attribute in vocabulary.attributes.items():
        if attribute.code != "uscc":
            vocabulary.parse(name, usual(attribute))


def test_with_the_other_answer_to_every_yes_or_no_the_dialogue_is_hardly_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = rehearsal.usual
    monkeypatch.setattr(
        rehearsal, "usual", lambda attribute: "true" if plain(attribute) == "false" else plain(attribute)
    )
    found = [until_settled(rehearse(read_yaml(path), DAY)) for path in FILES]
    assert mean(turn.asked for turn in found if turn) <= MOST + 1
