"""The policies as a whole: what each row states for a plan that groups, adds up and tells what follows."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from luodi.profiles.facts import Facts
from luodi.rules.citing import days_of, registry
from luodi.rules.evaluate import Answer
from luodi.rules.explain import OUT_OF_WINDOW, explain
from luodi.rules.library import load_book

BOOK: Final = load_book("policies")
DAY: Final = date(2026, 12, 1)
#: How a row was made; fields say it (`verification`, `title_state`, `checked`), readers do not read it.
MAKING: Final = re.compile(
    r"from memory|recalled|inferred|second reader|public notes that cite|this table|predicate|\.yaml|凭记忆|记忆", re.I
)


def test_every_policy_is_there() -> None:
    assert len(BOOK.rules) >= 197
    assert sorted(BOOK.tables["order"]) == sorted(BOOK.by_id)


def test_a_row_says_what_it_brings() -> None:
    for rule in BOOK.rules:
        gives = rule.gives
        amount = gives.get("amount")
        assert gives["money"] in ("one_off", "yearly", "tax", "rate", "non_money"), rule.id
        if amount is not None:
            assert gives["money"] in ("one_off", "yearly") and amount["per"] in ("year", "once")
            assert 0 < int(amount.get("min", 1)) <= int(amount["max"])
            assert _stands_in(int(amount["max"]), gives["benefit"]), rule.id


def _stands_in(figure: int, benefit: Any) -> bool:
    """A range tells no figure that the benefit does not."""
    return str(figure) in re.findall(r"\d+", str(benefit))


def test_what_may_not_be_added_names_each_other() -> None:
    for rule in BOOK.rules:
        for key in ("not_with", "also_with"):
            for other in rule.gives.get(key) or ():
                assert other != rule.id and rule.id in (BOOK.rule(other).gives.get(key) or ()), rule.id
        assert not set(rule.gives.get("not_with") or ()) & set(rule.gives.get("also_with") or ())


def test_pages_of_a_government_come_first() -> None:
    for rule in BOOK.rules:
        kinds = [row["kind"] for row in rule.gives.get("links") or ()]
        assert kinds == sorted(kinds) and set(kinds) <= {"official", "report"}, rule.id
        assert rule.seen_at is None or rule.seen_at in [row["url"] for row in rule.gives["links"]], rule.id


def test_no_text_tells_how_the_row_was_made() -> None:
    for rule in BOOK.rules:
        assert [text for text in _texts([rule.title, rule.note, rule.gives, rule.extra]) if MAKING.search(text)] == []


def test_no_text_names_a_row_by_its_id() -> None:
    for rule in BOOK.rules:
        texts = list(_texts([rule.title, rule.note, rule.gives, rule.extra]))
        assert [text for text in texts if any(name in text for name in BOOK.by_id)] == []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (text for key in ("zh", "en") if isinstance(text := value.get(key), str))
        yield from (text for item in value.values() for text in _texts(item))
    elif isinstance(value, list | tuple):
        yield from (text for item in value for text in _texts(item))


def test_a_text_is_cited_on_days_on_which_it_is_in_force() -> None:
    for rule in BOOK.rules:
        for citation in rule.basis:
            row = registry()[citation.instrument]
            first, last = days_of(row).first, days_of(row).end
            begins = max((day for day in (rule.first, citation.span and citation.span.first) if day), default=date.min)
            ends = min((day for day in (rule.span.end, citation.span and citation.span.end) if day), default=date.max)
            assert (first is None or first <= begins) and (last is None or ends <= last), citation.instrument


def test_a_policy_that_was_replaced_names_the_one_that_follows() -> None:
    over = [rule for rule in BOOK.rules if rule.gives.get("replaced_by")]
    assert len(over) > 10
    for rule in over:
        assert rule.last is not None and rule.last < DAY
        found = explain(rule, Facts(BOOK.vocabulary, {}), DAY, BOOK)
        (reason,) = found.reasons
        assert found.answer is Answer.NO and reason.clause == OUT_OF_WINDOW
        for name in rule.gives["replaced_by"]:
            assert all(BOOK.rule(name).title[lang] in reason.expected[lang] for lang in ("zh", "en"))


def test_a_policy_that_only_ended_names_none() -> None:
    found = explain(BOOK.rule("gd-re-land-use-tax"), Facts(BOOK.vocabulary, {}), DAY, BOOK)
    assert found.reasons[0].expected == {"zh": "已于2020-12-31失效", "en": "it ended on 2020-12-31"}
