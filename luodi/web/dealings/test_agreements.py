"""A promise is kept once the company agrees: silence is no agreement, and a disagreement is kept and looked into."""

from datetime import timedelta
from typing import Any

import pytest

from luodi.casework.agreement import Standing
from luodi.casework.promises import PromiseAct
from luodi.casework.states import NotNow
from luodi.errors import MissingKey
from luodi.web.cases.actions.agreements import remind_sides
from luodi.web.cases.conftest import NOW, TODAY, Bench, bench
from luodi.web.cases.models import Statement
from luodi.web.cases.queries import agreements
from luodi.web.conftest import person
from luodi.web.core.errors import NotPermitted
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.dealings import queries
from luodi.web.dealings.actions import promises as acts
from luodi.web.dealings.models import Promise
from luodi.web.notices.models import Notice

__all__ = ["bench"]
pytestmark = pytest.mark.django_db
SOON = TODAY + timedelta(days=5)


def notified(kind: str) -> list[str]:
    return [one.user.name for one in Notice.objects.filter(kind=kind).order_by("pk")]


def kept(bench: Bench, **more: Any) -> Promise:
    row = acts.promise(bench.open(), "A desk in the park", by=bench.anna, at=NOW, owner=bench.ben, due=SOON)
    row = acts.show_promise(row, by=bench.anna, at=NOW)
    made: Promise = acts.settle_promise(row, PromiseAct.KEEP, by=bench.anna, at=NOW, **more)
    return made


def standing(row: Promise) -> Standing | None:
    return queries.agreements([row]).get(row.pk)


def test_invariant_31_a_promise_is_kept_once_the_company_agrees(bench: Bench) -> None:
    row = kept(bench)
    assert standing(row) is Standing.PROPOSED and notified("promise_settled") == ["Mei"]
    for by in (bench.anna, bench.ben, bench.lee, bench.clara, person("rolf", Role.REPRESENTATIVE, bench.other)):
        with pytest.raises(NotPermitted):
            acts.agree_promise(row, by=by, at=NOW)
    held = new_key()
    for _ in range(2):
        row = acts.agree_promise(row, by=bench.mei, at=NOW, key=held)
    assert (row.state, standing(row)) == ("kept", Standing.AGREED) and notified("promise_judged") == ["Ben", "Anna"]
    assert [one.side for one in agreements.statements("promise", row.pk)] == ["agency", "company"]
    with pytest.raises(NotNow):
        acts.dispute_promise(row, "Not yet.", by=bench.mei, at=NOW)


def test_invariant_31_a_disagreement_is_kept_and_goes_to_the_head_of_the_unit_with_a_day(bench: Bench) -> None:
    row = kept(bench)
    with pytest.raises(MissingKey):
        acts.dispute_promise(row, " ", by=bench.mei, at=NOW)
    row = acts.dispute_promise(row, "The desk has no chair.", by=bench.mei, at=NOW)
    assert (row.state, standing(row)) == ("open", Standing.DISPUTED) and notified("disagreement") == ["Lee"]
    (todo,) = agreements.day_rows(bench.lee, TODAY, 9)
    assert todo.due == TODAY + timedelta(days=7) and agreements.day_rows(bench.anna, TODAY, 9) == []
    assert agreements.open_disagreements(bench.lee) == 1 and agreements.open_disagreements(bench.clara) == 0
    row = acts.settle_promise(row, PromiseAct.KEEP, by=bench.anna, at=NOW)
    assert agreements.day_rows(bench.lee, TODAY, 9) == []
    row = acts.agree_promise(row, by=bench.mei, at=NOW)
    said = [(one.side, one.says, one.words) for one in agreements.statements("promise", row.pk)]
    assert said[1] == ("company", "dispute", "The desk has no chair.") and len(said) == 4
    over = agreements.disagreements(bench.lee, {"state": "over"}, on=TODAY)
    assert [one.words for one in over] == ["The desk has no chair."]


def test_whoever_gives_in_says_that_it_was_broken(bench: Bench) -> None:
    row = acts.dispute_promise(kept(bench), "No desk.", by=bench.mei, at=NOW)
    row = acts.settle_promise(row, PromiseAct.BREAK, "The park is full.", by=bench.anna, at=NOW)
    assert (row.state, standing(row)) == ("broken", Standing.CONCEDED)
    assert agreements.open_disagreements(bench.lee) == 0


def test_silence_is_no_agreement_and_the_company_is_reminded_once_after_the_day(bench: Bench) -> None:
    row = kept(bench)
    assert remind_sides(NOW + timedelta(days=7)) == 0  # the last of five working days
    for sent in (1, 0):
        assert remind_sides(NOW + timedelta(days=8)) == sent
    assert notified("agreement_asked") == ["Mei"] and standing(row) is Standing.PROPOSED
    acts.dispute_promise(row, "No desk.", by=bench.mei, at=NOW)
    assert remind_sides(NOW + timedelta(days=8)) == 1 and notified("disagreement") == ["Lee", "Lee"]


def test_what_was_kept_before_companies_were_asked_is_not_yet_agreed(bench: Bench) -> None:
    row = kept(bench)
    Statement.objects.all().delete()
    assert standing(row) is Standing.PROPOSED
    assert standing(acts.agree_promise(row, by=bench.mei, at=NOW)) is Standing.AGREED


def test_what_the_company_never_saw_it_is_asked_of_when_it_is_shown(bench: Bench) -> None:
    row = acts.promise(bench.open(), "A desk", by=bench.anna, at=NOW, owner=bench.ben, due=SOON)
    row = acts.settle_promise(row, PromiseAct.KEEP, by=bench.anna, at=NOW)
    assert standing(row) is Standing.PROPOSED
    with pytest.raises(NotPermitted):
        acts.agree_promise(row, by=bench.mei, at=NOW)
    row = acts.show_promise(row, by=bench.anna, at=NOW)
    assert standing(acts.agree_promise(row, by=bench.mei, at=NOW)) is Standing.AGREED


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_side_reads_where_it_stands_and_what_was_said(bench: Bench, lang: str) -> None:
    row = kept(bench)
    words = {"zh": ("对方尚未确认", "双方有分歧"), "en": ("not yet agreed", "disputed")}[lang]
    place = f"/{lang}/dealings/promise/{row.pk}/"
    own = bench.client("mei").get(f"/{lang}/promises/").text
    assert words[0] in own and 'id="act-agree"' in bench.client("mei").get(place).text
    acts.dispute_promise(row, "The desk has no chair.", by=bench.mei, at=NOW)
    for who, there in (("mei", place), ("anna", place), ("lee", f"/{lang}/desk/disagreements/")):
        assert "The desk has no chair." in bench.client(who).get(there).text
    figures = bench.client("lee").get(f"/{lang}/desk/disagreements/").text
    assert ("Facts between two sides" if lang == "en" else "须双方确认的事项") in figures
    assert words[1] in bench.client("anna").get(f"/{lang}/desk/cases/{row.case.reference}/dealings/").text
    assert "The desk" not in bench.client("clara").get(f"/{lang}/desk/disagreements/").text
