"""Gates as versioned data, and one function that answers for them."""

from datetime import date
from typing import Any

import pytest

from luodi.casework import gates
from luodi.casework.book import casework_book, chaser_on, required_proofs, stage_words, track_of, tracks
from luodi.casework.gates import GateMissing, gate, missing, must_pass
from luodi.casework.stages import ORDER, Stage
from luodi.errors import UnknownValue
from luodi.rules.book_reading import rules_from
from luodi.rules.library import load_book
from luodi.text import parse_yaml

DAY = date(2026, 3, 10)
SCOPED: dict[str, Any] = {"officer_named": True, "services_known": True, "place_known": True}


def test_every_stage_has_words_and_all_but_the_first_a_gate() -> None:
    assert list(stage_words()) == list(ORDER)
    assert [stage for stage in ORDER if gate(stage, DAY) is None] == [Stage.OPENED]


def test_every_requirement_says_in_both_languages_what_it_is_and_who_brings_it() -> None:
    for rule in casework_book().rules:
        for clause in rule.clauses:
            assert clause.says and clause.says["zh"] and clause.says["en"], rule.id
            assert rule.gives["who"][clause.id] in {"company", "officer", "authority"}, rule.id


def test_a_gate_is_open_when_all_is_there() -> None:
    passage = must_pass(Stage.SCOPED, SCOPED, DAY)
    assert (passage.rule, passage.version, passage.is_open) == ("gate-scoped-1", 1, True)


@pytest.mark.parametrize("name", sorted(SCOPED))
@pytest.mark.parametrize("value", [False, None])
def test_what_is_false_or_not_known_is_missing(name: str, value: bool | None) -> None:
    passage = missing(Stage.SCOPED, {**SCOPED, name: value}, DAY)
    assert len(passage.missing) == 1
    with pytest.raises(GateMissing) as refused:
        must_pass(Stage.SCOPED, {**SCOPED, name: value}, DAY)
    assert refused.value.missing == passage.missing
    assert refused.value.code == "gate-missing"


def test_before_the_first_version_of_a_gate_there_is_none() -> None:
    assert gate(Stage.SCOPED, date(2025, 12, 31)) is None
    assert gate(Stage.SCOPED, date(2026, 1, 1)) is not None


def test_a_requirement_of_the_law_names_it_in_both_languages() -> None:
    licence = next(r for r in missing(Stage.OPERATING, {}, DAY).requirements if r.id == "licence")
    assert "市场主体登记管理条例" in licence.cites[0]["zh"]
    assert "Registration" in licence.cites[0]["en"]


def test_a_later_version_takes_the_place_of_an_earlier_one(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
        - id: gate-scoped-2
          title: {zh: x, en: x}
          from: 2026-06-01
          when: [{id: officer, is: officer_named, says: {zh: x, en: x}}]
          gives: {stage: scoped, version: 2, who: {officer: officer}}
          basis: [{instrument: bj-internet-2019}]
    """
    book = casework_book()
    later = tuple(rules_from(parse_yaml(text, "rules/x.yaml"), "rules/x.yaml", book.vocabulary))

    class Both:
        rules = (*book.rules, *later)
        vocabulary = book.vocabulary

        def __getattr__(self, name: str) -> Any:
            return getattr(book, name)

    monkeypatch.setattr(gates, "casework_book", Both)
    assert missing(Stage.SCOPED, {}, date(2026, 5, 31)).version == 1
    assert missing(Stage.SCOPED, {}, date(2026, 6, 1)).version == 2
    assert len(missing(Stage.SCOPED, {}, date(2026, 6, 1)).requirements) == 1


def test_facts_of_apps_that_no_gate_asks_for_are_left_aside() -> None:
    assert must_pass(Stage.SCOPED, {**SCOPED, "weather": "fine"}, DAY).is_open


# ---- tracks, proofs, chasers


def test_every_step_of_the_landing_book_has_its_track() -> None:
    steps = load_book("landing-steps").rules
    found = {rule.id: track_of(rule.id, rule.gives["domain"]) for rule in steps}
    assert set(found.values()) == {track.id for track in tracks()}
    assert found["bank-account"] == "capital"
    with pytest.raises(UnknownValue):
        track_of("x", "cooking")


def test_tracks_and_proofs_name_steps_that_there_are() -> None:
    known = {rule.id for rule in load_book("landing-steps").rules}
    assert {step for track in tracks() for step in track.steps} <= known
    assert {step for kind in required_proofs(frozenset(known)) for step in kind.steps} <= known


def test_proofs_are_required_of_all_or_by_a_step() -> None:
    always = {kind.id for kind in required_proofs(frozenset())}
    assert always == {"business-licence", "premises", "operation"}
    assert {kind.id for kind in required_proofs(frozenset({"icp-filing"}))} == {*always, "icp-filing-number"}


@pytest.mark.parametrize(
    ("days", "act"), [(8, None), (9, "nudge"), (20, "nudge"), (21, "last_chance"), (44, "last_chance"), (45, "expire")]
)
def test_a_question_is_chased_at_nine_days_at_twenty_one_and_ends_at_forty_five(days: int, act: str | None) -> None:
    found = chaser_on(date(2026, 3, 1), date.fromordinal(date(2026, 3, 1).toordinal() + days))
    assert (found.act if found else None) == act


def test_a_gate_whose_last_version_has_ended_is_closed_and_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first version a stage has no gate; after the last one nobody passes, however much is there."""
    from dataclasses import replace

    from luodi.dates import Span

    book = casework_book()
    ended = [replace(rule, span=Span.through(date(2026, 1, 1), DAY)) for rule in book.rules]
    monkeypatch.setattr(gates, "casework_book", lambda: replace(book, rules=tuple(ended)))
    assert missing(Stage.SCOPED, SCOPED, DAY).is_open
    with pytest.raises(GateMissing, match="in force"):
        must_pass(Stage.SCOPED, SCOPED, date(2026, 3, 11))
    assert missing(Stage.SCOPED, SCOPED, date(2025, 12, 31)).is_open
