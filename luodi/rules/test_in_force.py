"""No rule of any book cites, on a day on which it answers, what is not in force on that day."""

import re
from collections import defaultdict
from datetime import date, timedelta

import pytest

from luodi.dates import Span
from luodi.rules.citing import cited_by, days_of, instruments_of, registry
from luodi.rules.in_force import change_days, not_in_force
from luodi.rules.library import book_names, load_book

OLD_AND_NEW = """
- {id: old-act, title: {zh: 旧法, en: Old Act}, effective: 2020-01-01, ended: 2025-12-31}
- {id: new-act, title: {zh: 新法, en: New Act}, effective: 2026-01-01}
- {id: some-act, title: {zh: 某法, en: Some Act}}
"""


def rule(basis: str, days: str = "from: 2020-01-01") -> str:
    return f"""
- id: firm
  title: {{zh: 小企业, en: Small firm}}
  {days}
  when: [employees <= 300]
  gives: {{}}
  basis: [{basis}]
"""


@pytest.fixture
def check(make_book):
    def found(basis: str, days: str = "from: 2020-01-01", head: str = "", **tables: str) -> list[str]:
        book = make_book(rule(basis, days), head=head, instruments=OLD_AND_NEW, **tables)
        return [str(finding) for finding in not_in_force(book)]

    return found


def test_a_rule_that_outlives_the_text_it_cites_fails_on_the_day_after(check):
    (problem,) = check("{instrument: old-act}")
    assert "on 2026-01-01 the rule `firm` speaks and cites what is not in force" in problem
    assert "`old-act` (2020-01-01 to 2025-12-31)" in problem


def test_a_rule_that_ends_with_its_text_is_sound(check):
    assert check("{instrument: old-act}", "from: 2020-01-01\n  until: 2025-12-31") == []


def test_one_day_longer_is_too_long(check):
    assert check("{instrument: old-act}", "from: 2020-01-01\n  until: 2026-01-01")


def test_one_day_earlier_is_too_early(check):
    assert check("{instrument: old-act}", "from: 2019-12-31\n  until: 2025-12-31")


def test_each_edition_on_its_own_days_is_sound(check):
    assert check("{instrument: old-act, until: 2025-12-31}, {instrument: new-act, from: 2026-01-01}") == []


@pytest.mark.parametrize(("until", "since"), [("2026-01-01", "2026-01-01"), ("2025-12-31", "2025-12-31")])
def test_an_edition_that_is_cited_a_day_too_long_or_too_early_fails(check, until, since):
    assert check(f"{{instrument: old-act, until: {until}}}, {{instrument: new-act, from: {since}}}")


def test_a_gap_between_editions_leaves_the_rule_without_a_citation(check):
    (problem,) = check("{instrument: old-act, until: 2025-12-30}, {instrument: new-act, from: 2026-01-01}")
    assert "cites nothing on 2025-12-31" in problem


def test_both_editions_on_every_day_fail(check):
    assert check("{instrument: old-act}, {instrument: new-act}")


def test_a_rule_that_does_not_say_when_it_begins_may_not_cite_what_began_on_a_day(check):
    (problem,) = check("{instrument: new-act}", "review_by: 2027-01-01")
    assert "its first days, since it says no `from`" in problem


def test_where_nobody_knows_the_days_of_a_text_nothing_is_assumed(check):
    assert check("{instrument: some-act}", "review_by: 2027-01-01") == []


def test_an_access_rule_lists_its_editions_and_one_of_them_must_be_in_force(check):
    assert check("{instrument: old-act}, {instrument: new-act}", head="kind: access") == []
    assert check("{instrument: old-act}", head="kind: access")


def test_a_row_of_a_table_with_days_of_its_own_is_held_to_the_same(check):
    row = "- {{id: capital, from: 2020-01-01, basis: [{}]}}\n"
    assert check("{instrument: some-act}", requirements=row.format("{instrument: old-act}"))
    assert (
        check("{instrument: some-act}", requirements=row.format("{instrument: old-act}, {instrument: new-act}")) == []
    )


def test_a_clause_cites_the_edition_of_the_day(make_book):
    basis = "{instrument: old-act, until: 2025-12-31}, {instrument: new-act, from: 2026-01-01}"
    book = make_book(rule(basis), instruments=OLD_AND_NEW)
    firm = book.rule("firm")
    for on, name in ((date(2025, 12, 31), "old-act"), (date(2026, 1, 1), "new-act")):
        (bound,) = firm.edition(on)
        assert [c.instrument for c in firm.citations(bound.clause)] == [name]
        assert [c.instrument for c in firm.citations(on=on)] == [name]
        assert [c.instrument for c in cited_by(firm, book, on)] == [name]


def test_a_rule_that_has_ended_is_reported_as_it_stood_on_its_last_day(make_book):
    book = make_book(rule("{instrument: old-act}", "from: 2020-01-01\n  until: 2025-12-31"), instruments=OLD_AND_NEW)
    assert [c.instrument for c in cited_by(book.rule("firm"), book, date(2030, 1, 1))] == ["old-act"]


def test_the_days_that_count_are_those_on_which_something_changes_and_the_ones_before():
    days = change_days(Span(date(2020, 1, 1), date(2021, 1, 1)), (), {})
    assert days == [date(2020, 1, 1), date(2020, 12, 31)]


# ---- every book


@pytest.mark.parametrize("name", book_names())
def test_no_book_cites_what_is_not_in_force(name):
    assert [str(finding) for finding in not_in_force(load_book(name))] == []


@pytest.mark.parametrize("name", [n for n in book_names() if load_book(n).rules])
def test_on_every_day_on_which_anything_changes_every_rule_cites_texts_in_force_and_at_least_one(name):
    book = load_book(name)
    known = {i: days_of(row) for i, row in instruments_of(book).items()}
    turns = {day for span in known.values() for day in (span.first, span.end) if day}
    turns |= {day for one in book.rules for day in (one.span.first, one.span.end) if day}
    days = sorted(near for turn in turns for near in (turn - timedelta(days=1), turn))
    for one in book.rules:
        for on in days:
            if on in one.span:
                cited = cited_by(one, book, on)
                assert cited, (one.id, on)
                assert all(on in known.get(c.instrument, Span()) for c in cited), (one.id, on)


# ---- one instrument, one entry


def test_one_instrument_has_one_entry_in_all_books():
    """By title and number, as somebody would write them who looks for it."""
    found = defaultdict(set)
    for name in ("market-access", "law"):
        for row in load_book(name).tables["instruments"]:
            found[row["id"]].add(name)
            number = "".join((row.get("number") or "").split())
            found[("".join(row["title"]["zh"].split()), number)].add(row["id"])
    doubles = {key: ids for key, ids in found.items() if len(ids) > 1}
    assert not doubles


def entries():
    return {id(row): row for row in registry().values()}.values()


def core(title: str) -> str:
    """A title without what is written in one place and left out in another."""
    bare = re.sub(r"[《》“”\"（(].*|^中华人民共和国|^关于|\s", "", title.replace("“两区”", "两区"))
    return bare.removesuffix("及管理办法")


def bare(number: str | None) -> str:
    """A number without the remarks behind it: 2024年主席令第41号，2026-01-01施行."""
    return re.split(r"[（，]", number or "")[0]


def test_two_entries_of_one_title_are_editions_and_not_one_text_twice():
    """Editions have another number, or other days; one with neither is the same text again."""
    found = defaultdict(list)
    for row in entries():
        found[core(row["title"]["zh"])].append(row)
    for title, rows in found.items():
        apart = {(bare(row.get("number")), str(row.get("effective") or "")) for row in rows}
        assert len(rows) == 1 or (len(apart) == len(rows) and ("", "") not in apart), (title, [r["id"] for r in rows])


TRIAL_AND_REVISION = {"京商总部字〔2021〕4号"}  # the revision of 2022 names the number of the trial


def test_a_number_of_a_notice_stands_in_one_entry():
    """财税〔2017〕79号 and its like name one text; numbers of decrees begin anew with each office."""
    found = defaultdict(set)
    for row in entries():
        for number in re.findall(r"[\u4e00-\u9fff]+〔\d{4}〕\d+号", row.get("number") or ""):
            found[number].add(row["id"])
    twice = {number: ids for number, ids in found.items() if len(ids) > 1}
    assert twice.keys() <= TRIAL_AND_REVISION


def test_an_id_that_was_merged_still_leads_to_its_entry():
    for row in entries():
        for old in row.get("also") or ():
            if old.get("id"):
                assert registry()[old["id"]]["id"] == row["id"]
    assert registry()["cybersecurity-law-2016-2"]["id"] == "cybersecurity-law-2016"


@pytest.mark.parametrize("name", book_names())
def test_a_rule_cites_an_instrument_by_the_id_it_has_now(name):
    """Else one text would stand twice among the sources of a plan."""
    book = load_book(name)
    known = instruments_of(book)
    cited = {c.instrument for one in book.rules for c in one.basis if c.instrument in known}
    assert {i for i in cited if known[i]["id"] != i} == set()
