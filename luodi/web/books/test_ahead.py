"""Publication asks stored answers again before its transaction, and misses none that is kept meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from luodi.advice.answers import Answers
from luodi.editor.readiness import NotReady
from luodi.rules import finding
from luodi.web.accounts.models import User
from luodi.web.advisor import staleness
from luodi.web.advisor.actions.saved import save_answers
from luodi.web.advisor.models import Saved
from luodi.web.books.actions import drafts, editions, in_force
from luodi.web.books.conftest import AT, TODAY, approved, lowered
from luodi.web.books.models import Draft, Publication
from luodi.web.conftest import mailed, person
from luodi.web.library import index

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]
#: One answer has its cap of 50 % lowered to 40 by the edition; the other one is not concerned.
ENDS, STANDS = "service=B26&place=CN&share=45&investor=DE", "service=B11&place=BJ&share=100&investor=DE"


def keep(owner: User, query: str) -> Saved:
    return save_answers(Answers.of(query), query, today=TODAY, by=owner, at=AT)


def state(saved: Saved) -> str:
    return Saved.objects.get(pk=saved.pk).determination.state


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Queries that were asked of the books while the transaction was open."""
    asked, real, locked = [], staleness.plan_of, []

    def watched(answers: Answers, on: Any) -> Any:
        if locked:
            asked.append(answers.query())
        return real(answers, on)

    lock = in_force.lock_books
    for module in (editions, in_force):
        monkeypatch.setattr(module, "lock_books", lambda at: (locked.append(1), lock(at)))
    monkeypatch.setattr(staleness, "plan_of", watched)
    return asked


@contextmanager
def kept_before_the_lock(monkeypatch: pytest.MonkeyPatch, owner: User, query: str) -> Iterator[list[Saved]]:
    """Somebody keeps answers after all others were asked again, and before the transaction begins."""
    real, made = editions.prepare, []

    def then(*given: Any, **more: Any) -> Any:
        found = real(*given, **more)
        made.append(keep(owner, query))
        return found

    monkeypatch.setattr(editions, "prepare", then)
    yield made


def test_nothing_is_asked_while_others_wait(anna: User, ben: User, inside: list[str]) -> None:
    owner = person("olga")
    ends, stands = keep(owner, ENDS), keep(owner, STANDS)
    index.refresh(AT)
    editions.publish(approved(anna, ben, book="market-access", edit=lowered), by=ben, at=AT)
    assert (state(ends), state(stands), inside) == ("stale", "standing", [])
    assert len([letter for letter in mailed(AT) if letter.to == [owner.email]]) == 1


@pytest.mark.parametrize(("query", "becomes"), [(ENDS, "stale"), (STANDS, "standing")])
def test_what_is_kept_in_between_is_looked_at_in_the_same_transaction(
    anna: User, ben: User, inside: list[str], monkeypatch: pytest.MonkeyPatch, query: str, becomes: str
) -> None:
    owner = person("olga")
    draft = approved(anna, ben, book="market-access", edit=lowered)
    with kept_before_the_lock(monkeypatch, owner, query) as made:
        editions.publish(draft, by=ben, at=AT)
    assert state(made[0]) == becomes and inside == [Answers.of(query).query()]


def test_an_answer_that_is_forgotten_in_between_holds_nothing_up(
    anna: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luodi.web.advisor.actions.saved import forget_answers

    owner = person("olga")
    saved, draft = keep(owner, ENDS), approved(anna, ben, book="market-access", edit=lowered)
    real = editions.prepare

    def then(*given: Any, **more: Any) -> Any:
        found = real(*given, **more)
        forget_answers(saved, by=owner, at=AT)
        return found

    monkeypatch.setattr(editions, "prepare", then)
    editions.publish(draft, by=ben, at=AT)
    assert not Saved.objects.exists() and mailed(AT) != []


def test_what_was_found_for_other_books_is_not_used(
    anna: User, ben: User, inside: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = person("olga")
    ends = keep(owner, ENDS)
    wrong = staleness.Looked("other books", TODAY, {ends.determination_id: None}, {})
    draft = approved(anna, ben, book="market-access", edit=lowered)
    monkeypatch.setattr(editions, "_before_publishing", lambda *_: editions.Ahead(prepared={"advisor": wrong}))
    editions.publish(draft, by=ben, at=AT)
    assert state(ends) == "stale" and inside == [Answers.of(ENDS).query()]


def test_a_withdrawal_asks_before_it_locks_too(anna: User, ben: User, inside: list[str]) -> None:
    made = editions.publish(approved(anna, ben, book="market-access", edit=lowered), by=ben, at=AT).publication
    saved = keep(person("olga"), ENDS)
    inside.clear()
    editions.withdraw(made, "The notice was not issued.", by=anna, at=AT)
    assert state(saved) == "stale"


def test_the_day_of_an_edition_asks_before_it_locks_too(anna: User, ben: User, inside: list[str]) -> None:
    from datetime import timedelta

    saved = keep(person("olga"), ENDS)
    tomorrow = AT + timedelta(days=1)
    draft = approved(anna, ben, first_day=TODAY + timedelta(days=1), book="market-access", edit=lowered)
    editions.publish(draft, by=ben, at=AT)
    assert state(saved) == "standing"
    inside.clear()
    assert in_force.settle(tomorrow) == ["market-access"]
    assert state(saved) == "stale"


def _published_with(ahead: editions.Ahead, draft: Draft, by: User, monkeypatch: pytest.MonkeyPatch) -> Publication:
    monkeypatch.setattr(editions, "_before_publishing", lambda *_: ahead)
    made: Publication = editions.publish(draft, by=by, at=AT).publication
    return made


def test_a_judgement_holds_for_what_was_judged_alone(anna: User, ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the draft is another one by the time of the transaction, it is judged there."""
    draft = approved(anna, ben, book="market-access", edit=lowered)
    fine = drafts.judged(draft, TODAY)
    assert fine[1] == []
    monkeypatch.setattr(drafts, "judge", lambda *given: [finding.error(("book.yaml", 1), "it changed", "mend it")])
    with pytest.raises(NotReady):
        _published_with(editions.Ahead((("another draft",), [])), draft, ben, monkeypatch)
    assert _published_with(editions.Ahead(fine), draft, ben, monkeypatch).pk


def test_a_draft_is_judged_before_the_transaction_that_submits_it(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    from luodi.web.books.conftest import written

    asked, real = [], drafts.judge

    def watched(*given: Any) -> Any:
        asked.append(connection.in_atomic_block)
        return real(*given)

    monkeypatch.setattr(drafts, "judge", watched)
    draft = written(anna)
    assert drafts.submit(draft, TODAY, by=anna, at=AT).state == "in_review" and asked == [False]
