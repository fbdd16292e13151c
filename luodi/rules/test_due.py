"""Which rows of the books are to be checked next: at the limit, the day before, and after somebody looked."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from luodi.rules.book import Book
from luodi.rules.book_reading import read_book
from luodi.rules.due import Due, Reason, counts, due_rows
from luodi.rules.kept_rows import Key, kept_books, kept_rows, named_by
from luodi.rules.library import book_names, company_vocabulary, load_book
from luodi.terms import terms

DAY = date(2026, 12, 1)
OFFICIAL = "confidence: high\n  verification: text_seen\n  seen_at: https://www.gov.cn/text.htm"


@pytest.fixture
def book(tmp_path: Path):
    """A book of one rule, written with what the test is about, and one text."""

    def make(rule: str = "", text: str = "url: https://www.gov.cn/a.htm", as_of: str = "2026-12-01") -> Book:
        (tmp_path / "rules").mkdir(exist_ok=True)
        head = f"id: mine\ntitle: {{zh: 试, en: Trial}}\nversion: '1'\nas_of: {as_of}\nkind: policies\n"
        (tmp_path / "book.yaml").write_text(head)
        (tmp_path / "instruments.yaml").write_text(f"- id: some-act\n  title: {{zh: 法, en: Act}}\n  {text}\n")
        (tmp_path / "rules" / "one.yaml").write_text(
            f"- id: one\n  title: {{zh: 一, en: One}}\n  when: []\n  basis: [some-act]\n  {rule or OFFICIAL}\n"
        )
        return read_book(tmp_path, company_vocabulary())

    return make


def of_rule(book: Book, on: date = DAY, checks: dict[Key, date] | None = None) -> tuple[Reason, ...]:
    found = {one.key.table: one for one in due_rows(book, on, checks)}
    return found["rules"].reasons if "rules" in found else ()


RULE = Key("mine", "rules", "one")


def test_a_row_read_in_the_official_text_this_year_is_not_due(book) -> None:
    assert due_rows(book(), DAY) == []


@pytest.mark.parametrize(
    ("until", "reasons"),
    [
        ("2026-11-30", ()),  # it ended: nothing is left to check
        ("2026-12-01", (Reason.ENDS,)),
        ("2027-03-01", (Reason.ENDS,)),  # 90 days
        ("2027-03-02", ()),
    ],
)
def test_a_row_is_due_in_the_ninety_days_before_it_ends(book, until: str, reasons: tuple[Reason, ...]) -> None:
    assert of_rule(book(f"until: {until}\n  {OFFICIAL}")) == reasons


def test_a_look_within_the_ninety_days_answers_that_it_ends_and_one_before_does_not(book) -> None:
    ending = book(f"until: 2027-03-01\n  {OFFICIAL}")
    assert of_rule(ending, checks={RULE: DAY}) == ()
    assert of_rule(ending, checks={RULE: DAY - timedelta(days=1)}) == (Reason.ENDS,)


@pytest.mark.parametrize(
    ("review_by", "reasons"),
    [("2026-06-01", (Reason.REVIEW,)), ("2027-03-01", (Reason.REVIEW,)), ("2027-03-02", ())],
)
def test_a_promised_review_is_due_before_its_day_and_stays_due_after(
    book, review_by: str, reasons: tuple[Reason, ...]
) -> None:
    assert of_rule(book(f"review_by: {review_by}\n  {OFFICIAL}")) == reasons


def test_a_check_lasts_six_months_to_the_day(book) -> None:
    gathered = book(as_of="2026-06-01")
    assert of_rule(gathered) == ()
    assert of_rule(gathered, DAY + timedelta(days=1)) == (Reason.OLD,)


def test_a_book_that_says_no_day_was_never_checked(book) -> None:
    assert of_rule(book(as_of="")) == (Reason.OLD,)


def test_the_day_of_a_row_counts_and_so_does_a_check_that_is_stored(book) -> None:
    assert of_rule(book(f"checked_on: 2026-06-01\n  {OFFICIAL}", as_of="2020-01-01")) == ()
    assert of_rule(book(as_of="2020-01-01"), checks={RULE: date(2026, 6, 1)}) == ()


def test_a_check_of_tomorrow_was_not_made_yet(book) -> None:
    assert of_rule(book(as_of="2020-01-01"), checks={RULE: DAY + timedelta(days=1)}) == (Reason.OLD,)


ELSEWHERE = "confidence: high\n  seen_at: https://example.com/report"


def test_a_text_read_elsewhere_is_due_until_somebody_looked_and_again_after_six_months(book) -> None:
    copied = book(ELSEWHERE)
    assert of_rule(copied) == (Reason.ELSEWHERE,)
    assert of_rule(copied, checks={RULE: date(2026, 6, 1)}) == ()
    assert of_rule(copied, checks={RULE: date(2026, 5, 31)}) == (Reason.ELSEWHERE,)


def test_that_the_book_was_gathered_today_does_not_say_that_a_row_was_read(book) -> None:
    assert of_rule(book(ELSEWHERE, as_of=DAY.isoformat())) == (Reason.ELSEWHERE,)


def test_a_text_that_nobody_read_and_a_title_without_a_link_are_due(book) -> None:
    assert of_rule(book("confidence: low")) == (Reason.NOT_READ, Reason.NO_LINK)
    (text,) = due_rows(book(text="number: '1'"), DAY)
    assert (text.key.table, text.reasons) == ("instruments", (Reason.NO_LINK,))


def test_a_policy_that_is_over_without_a_day_is_not_due(book) -> None:
    assert of_rule(book("confidence: low\n  gives: {status: expired}")) == ()


# ---- which first


def test_the_row_on_which_most_rests_comes_first_then_the_one_that_ends_first(book) -> None:
    ending = book(f"until: 2026-12-31\n  {OFFICIAL}", text="number: '1'")
    text = Key("mine", "instruments", "some-act")
    assert [one.key for one in due_rows(ending, DAY)] == [RULE, text]
    first = due_rows(ending, DAY, rests={text: 2, RULE: 1})
    assert [(one.key, one.rests) for one in first] == [(text, 2), (RULE, 1)]


def test_without_a_site_rows_count_by_the_rows_that_name_them(book) -> None:
    assert named_by([book()]) == {Key("mine", "instruments", "some-act"): 1}


def test_a_step_that_others_come_after_and_a_text_by_a_former_id_are_counted() -> None:
    counted = named_by(load_book(name) for name in book_names())
    steps = load_book("landing-steps").rules
    after = {s.id for s in steps if "establishment-registration" in (s.gives.get("depends_on") or ())}
    assert counted[Key("landing-steps", "rules", "establishment-registration")] >= len(after) > 10
    merged = next(row for row in load_book("law").tables["instruments"] if row.get("also") and row["also"][0].get("id"))
    assert counted[Key("law", "instruments", merged["id"])] > 0


# ---- our books


@pytest.mark.parametrize("name", kept_books())
def test_every_row_of_our_books_has_its_own_key_and_a_title_in_both_languages(name: str) -> None:
    rows = list(kept_rows(load_book(name)))
    assert len({row.key for row in rows}) == len(rows)
    assert all(row.title["zh"] and row.title["en"] for row in rows)


@pytest.mark.parametrize("name", kept_books())
def test_the_counts_of_a_book_are_those_of_its_rows(name: str) -> None:
    book = load_book(name)
    found, due = counts(book, DAY), due_rows(book, DAY)
    assert found.due == len(due) <= found.rows
    assert sum(found.read.values()) + found.not_rated == found.rows
    assert found.reasons == {r: n for r in Reason if (n := sum(r in one.reasons for one in due))}


def test_every_book_with_policies_steps_routes_and_services_of_ai_is_looked_after() -> None:
    assert {"market-access", "law", "landing-steps", "policies", "routes", "ai-services"} <= set(kept_books())


def test_a_row_as_json_has_its_place_reasons_and_days(book) -> None:
    (one,) = due_rows(book(f"until: 2026-12-31\n  {OFFICIAL}"), DAY, rests={RULE: 3})
    assert isinstance(one, Due)
    assert one.as_json() == {
        "book": "mine",
        "table": "rules",
        "id": "one",
        "title": {"zh": "一", "en": "One"},
        "reasons": ["ends"],
        "ends": "2026-12-31",
        "review_by": None,
        "checked": None,
        "gathered": "2026-12-01",
        "read": "official",
        "rests": 3,
    }


def test_every_reason_and_every_table_has_its_words() -> None:
    assert set(terms("due")) == set(Reason)
    tables = {row.key.table for name in kept_books() for row in kept_rows(load_book(name))}
    assert tables == set(terms("kept_table"))
