"""A check of a book finds what is wrong with it, says where, and what to do."""

import pytest

from luodi.rules.cases import read_cases
from luodi.rules.check import check_book
from luodi.rules.coverage import outcomes
from luodi.rules.finding import Severity
from luodi.rules.library import book_names, load_book
from luodi.rules.lower import lower

RULE = """
- id: firm
  title: {zh: 小企业, en: Small firm}
  from: 2024-01-01
  until: 2025-12-31
  when: [employees <= 300]
  gives: {}
  basis: [{instrument: an-act, article: 第2条}]
"""
INSTRUMENTS = """
- {id: an-act, title: {zh: 某法, en: An Act}, effective: 2020-01-01, ended: 2025-12-31, replaced_by: next-act}
- {id: next-act, title: {zh: 新法, en: Next Act}, effective: 2026-01-01}
"""
ARTICLES = "第2条: Art 2\n"


def case(answer: str, given: str, rule: str = "firm", day: str = "2024-01-01") -> str:
    return f"- {{case: a case, rule: {rule}, day: {day}, given: {given}, answer: {answer}}}\n"


CASES = case("match", "{employees: 300}") + case("no_match", "{employees: 301}") + case("need_info", "{}")


@pytest.fixture
def check(make_book):
    def found(rules: str = RULE, tests: str = CASES, head: str = "", **tables: str) -> list[str]:
        tables = {"instruments": INSTRUMENTS, "articles": ARTICLES} | tables
        book = make_book(rules, head=head, tests=tests, **tables)
        return [f"{f.severity}: {f}" for f in check_book(book, read_cases(book))]

    return found


def test_a_sound_book_has_no_findings(check):
    assert check() == []


def has(findings: list[str], severity: str, *words: str) -> bool:
    return any(f.startswith(severity) and all(word in f for word in words) for f in findings)


# ---- ids


def test_an_instrument_that_is_not_in_the_table_is_found(check):
    found = check(RULE.replace("an-act", "an-atc"))
    assert has(found, "error", "rules/all.yaml, line 2", "there is no instrument `an-atc`", "Did you mean `an-act`?")


def test_a_title_in_place_of_an_id_leads_nowhere_and_need_not(check):
    assert check(RULE.replace("an-act", "Some act of 2020")) == []


@pytest.mark.parametrize(
    ("table", "text", "words"),
    [
        (
            "instruments",
            INSTRUMENTS.replace("replaced_by: next-act", "replaced_by: nxt-act"),
            ("instruments.yaml, line 2", "`nxt-act`", "`next-act`"),
        ),
        (
            "services",
            "- {id: B, name: {zh: 增值, en: Value-added}, parent: BB}\n",
            ("services.yaml, line 1", "no service `BB`"),
        ),
        (
            "places",
            "- {id: CN, name: {zh: 全国, en: Nation}, covers: [BJ]}\n",
            ("places.yaml, line 1", "no place `BJ`"),
        ),
        (
            "requirements",
            "- {id: a, title: {zh: 资本, en: Capital}, minimum: 5}\n",
            ("requirements.yaml, line 1", "has no `basis`"),
        ),
        ("requirements", "- {id: a, title: {zh: 资本, en: Capital}, basis: [{instrument: no-act}]}\n", ("`no-act`",)),
        ("order", "- firm\n- farm\n", ("order.yaml, line 1", "no rule `farm`", "`firm`")),
        ("order", "[]\n", ("`firm` does not stand in order.yaml",)),
    ],
)
def test_an_id_in_a_table_that_leads_nowhere_is_found(check, table, text, words):
    assert has(check(**{table: text}), "error", *words)


def test_a_duty_after_the_opening_needs_no_place_in_the_order(check):
    assert not has(check(RULE.replace("gives: {}", "gives: {lane: after}"), order="[]\n"), "error", "order.yaml")
    assert has(check(RULE.replace("gives: {}", "gives: {lane: to_open}"), order="[]\n"), "error", "order.yaml")


@pytest.mark.parametrize(
    ("gives", "tables", "words"),
    [
        (
            "{licences: [vats]}",
            {"licences": "- {id: vat, name: {zh: 证, en: Licence}}\n"},
            ("no licence `vats`", "`vat`"),
        ),
        ("{depends_on: [frim]}", {}, ("no step `frim`", "`firm`")),
        ("{runs_with: nothing}", {}, ("no step `nothing`",)),
        ("{set: ten}", {"sets": "- {id: nine, name: {zh: 九条, en: Nine}}\n"}, ("no policy set `ten`",)),
        ("{benefit: {formula: 'empoyees * 3'}}", {}, ("no attribute `empoyees`", "`employees`")),
        ("{benefit: {formula: 'employees *'}}", {}, ("an expression is missing",)),
        ("{benefit: {formulas: {a: 'x + 1'}}}", {}, ("no attribute `x`",)),
        ("{authority_when: [{when: shares > 0, authority: {zh: 部, en: Ministry}}]}", {}, ("no attribute `shares`",)),
    ],
)
def test_an_id_in_what_a_rule_gives_that_leads_nowhere_is_found(check, gives, tables, words):
    assert has(check(RULE.replace("gives: {}", f"gives: {gives}"), **tables), "error", "rules/all.yaml, line 7", *words)


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ('"B99" in services', ("no service `B99`", "`B9`")),
        ('"SH" in zones', ("no place `SH`",)),
    ],
)
def test_a_code_in_a_clause_that_no_table_has_is_found(check, clause, words):
    tables = {
        "services": "- {id: B9, name: {zh: 业务, en: Service}}\n",
        "places": "- {id: BJ, name: {zh: 北京, en: Beijing}}\n",
    }
    assert has(check(RULE.replace("employees <= 300", f"'{clause}'"), **tables), "error", "line 6", *words)


# ---- circles and windows


def test_steps_that_wait_for_one_another_are_found(check):
    rules = RULE.replace("gives: {}", "gives: {depends_on: [other]}")
    rules += RULE.replace("id: firm", "id: other").replace("gives: {}", "gives: {depends_on: [firm]}")
    assert has(check(rules), "error", "these steps go round in a circle: firm -> other -> firm")


def test_parents_that_go_round_are_found(check):
    services = "- {id: A, name: {zh: 甲, en: A}, parent: B}\n- {id: B, name: {zh: 乙, en: B}, parent: A}\n"
    assert has(check(services=services), "error", "services.yaml, line 1", "A -> B -> A")


def test_days_in_the_wrong_order_are_found(check):
    text = INSTRUMENTS.replace("ended: 2025-12-31", "ended: 2019-12-31")
    assert has(check(instruments=text), "error", "instruments.yaml, line 2", "no span of days")


@pytest.mark.parametrize(("day", "words"), [("2026-01-01", "after the rule ended"), ("2023-12-31", "before the rule")])
def test_a_figure_outside_the_window_of_its_rule_is_found(check, day, words):
    steps = sorted(["2024-01-01", day])
    figures = "".join(f"\n    - {{from: {s}, is: 300, cites: {{instrument: an-act}}}}" for s in steps)
    rules = RULE.replace(
        "  when: [employees <= 300]", f"  parameters:\n    most:{figures}\n  when: [employees <= most]"
    )
    assert has(check(rules), "error", words)


def test_two_editions_of_a_requirement_on_one_day_are_found(check):
    row = "- {{id: {id}, title: {{zh: 资本, en: Capital}}, kind: capital, services: [], "
    row += "from: {since}, until: {until}, basis: [{{instrument: an-act}}]}}\n"
    old = row.format(id="old", since="2020-01-01", until="2022-01-01")
    assert has(
        check(requirements=old + row.format(id="new", since="2022-01-01", until="2023-01-01")),
        "error",
        "`old` and `new`",
    )
    assert check(requirements=old + row.format(id="new", since="2022-01-02", until="2023-01-01")) == []


def test_editions_of_a_rule_that_share_days_are_found(check):
    rules = RULE.replace("id: firm", "id: firm-2024") + RULE.replace("id: firm", "id: firm-2025")
    found = check(rules, tests="[]\n")
    assert has(found, "warning", "`firm-2024` and `firm-2025`", "share some days")


# ---- texts


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "{zh: 小企业, en: Small firm}",
            "{zh: Small firm, en: Small firm}",
            ("the Chinese side of `title` is not Chinese",),
        ),
        ("{zh: 小企业, en: Small firm}", "{zh: 小企业, en: 小企业}", ("the English side of `title` holds Chinese",)),
        ("{zh: 小企业, en: Small firm}", "{zh: 小企业}", ("the English side of `title` holds Chinese",)),
        ("article: 第2条", "article: 第3条", ("the article `第3条` has no English text",)),
        ("article: 第2条", "article: annex two", ("the article `annex two` has no Chinese text",)),
        ("gives: {}", "gives: {output: {zh: 证书, en: ''}}", ("line 7", "`output` has no English text")),
        ("employees <= 300", 'manual("good enough")', ("`good enough` has no Chinese text",)),
    ],
)
def test_a_text_in_one_language_only_is_found(check, old, new, words):
    assert has(check(RULE.replace(old, new)), "warning", *words)


@pytest.mark.parametrize(
    "text", ["CEPA", "https://example.org/abc", "miit-2024-107", "tsm.miit.gov.cn", "B25-APP", "12"]
)
def test_ids_addresses_and_abbreviations_need_no_translation(check, text):
    assert check(RULE.replace("zh: 小企业", f"zh: '{text}'")) == []


# ---- tests


@pytest.mark.parametrize(
    ("answer", "words"),
    [("match", "in which it answers yes"), ("no_match", "in which it answers no"), ("need_info", "a fact is missing")],
)
def test_an_answer_that_no_test_has_is_found(check, answer, words):
    tests = "".join(line + "\n" for line in CASES.splitlines() if f"answer: {answer}}}" not in line)
    assert has(
        check(tests=tests), "warning", "the rule `firm` has no test", words, "tests/all.yaml", f"`answer: {answer}`"
    )


def test_a_rule_that_needs_no_fact_needs_only_a_yes(check):
    assert check(RULE.replace("[employees <= 300]", "[]"), tests=case("match", "{}")) == []


def test_a_matter_for_a_person_is_never_yes(check):
    rules = RULE.replace("[employees <= 300]", "[resident, {is: 'manual(\"x\")', says: {zh: 甲, en: a}}]")
    tests = case("need_info", "{resident: true}") + case("no_match", "{resident: false}")
    assert check(rules, tests=tests) == []


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (300, 301, None),
        (299, 300, "one that misses it"),
        (299, 301, "exactly at the limit"),
    ],
)
def test_a_threshold_wants_both_sides_and_the_limit_itself(check, low, high, words):
    tests = case("match", f"{{employees: {low}}}") + case("need_info", "{}")
    tests += case("match" if high == 300 else "no_match", f"{{employees: {high}}}")
    tests += case("no_match", "{}", day="2026-01-01")
    found = check(tests=tests)
    if words is None:
        assert found == []
    else:
        assert has(found, "warning", "touches `employees <= 300`", words.removeprefix("one "))


def test_an_age_is_touched_on_the_very_day(check):
    rules = RULE.replace("employees <= 300", "age_years(founded) <= 3")
    at = "{founded: 2021-06-01}"
    past = case("no_match", at, day="2024-06-02") + case("need_info", "{}")
    assert check(rules, tests=case("match", at, day="2024-06-01") + past) == []
    assert has(
        check(rules, tests=case("match", at, day="2024-05-31") + past),
        "warning",
        "exactly at the limit",
        "`founded` 3 years before its day",
    )


def test_growth_is_touched_at_the_rate_itself(check):
    rules = RULE.replace("employees <= 300", '"growth(revenue, revenue_before) > 0.1"')
    tests = case("match", "{revenue: 111, revenue_before: 100}") + case("need_info", "{}")
    assert check(rules, tests=tests + case("no_match", "{revenue: 110, revenue_before: 100}")) == []
    assert has(
        check(rules, tests=tests + case("no_match", "{revenue: 109, revenue_before: 100}")), "warning", "at the limit"
    )


def test_a_side_no_value_can_be_on_is_not_asked_for(check):
    rules = RULE.replace("employees <= 300", "cap <= 100")
    tests = case("match", "{cap: 100}") + case("need_info", "{}") + case("no_match", "{}", day="2026-01-01")
    assert check(rules, tests=tests) == []


def test_each_dated_figure_wants_tests_of_its_own(check):
    step = "\n    - {{from: {day}, is: {most}, cites: {{instrument: an-act}}}}"
    steps = step.format(day="2024-01-01", most=300) + step.format(day="2025-01-01", most=200)
    rules = RULE.replace("  when: [employees <= 300]", f"  parameters:\n    most:{steps}\n  when: [employees <= most]")
    assert has(check(rules), "warning", "touches `employees <= most`", "at 200")
    more = case("match", "{employees: 200}", day="2025-01-01") + case("no_match", "{employees: 201}", day="2025-01-01")
    assert check(rules, tests=CASES + more) == []


def test_in_a_list_every_case_runs_through_every_rule(check):
    rules = RULE.replace("gives: {}", "gives: {value: small}")
    tests = (
        "- {case: a, day: 2024-01-01, given: {employees: 300}, answer: small}\n"
        "- {case: b, day: 2024-01-01, given: {employees: 301}, answer: null}\n"
        "- {case: c, day: 2024-01-01, given: {}, answer: null}\n"
    )
    assert check(rules, tests=tests, head="kind: decision-list\n") == []


def test_a_case_in_the_file_of_other_rules_is_found(make_book):
    book = make_book(RULE, tests=CASES, instruments=INSTRUMENTS, articles=ARTICLES)
    (book.folder / "tests" / "all.yaml").rename(book.folder / "tests" / "other.yaml")
    found = check_book(book, read_cases(book))
    assert {str(f.severity) for f in found} == {"warning"}
    assert "move it to tests/all.yaml" in found[0].fix


# ---- information and counts


def test_places_where_absence_is_an_answer_are_listed(check):
    rules = RULE.replace("[employees <= 300]", "[employees <= 300, {is: '!listed', presume: false}, has(profile.size)]")
    found = [f for f in check(rules) if f.startswith("info")]
    assert len(found) == 2
    assert has(found, "info", "an absent fact counts as no in `!listed`")
    assert has(found, "info", "`has` turns absence into an answer in `has(profile.size)`")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ("{instruments: 3}", ("`counts` says 3 instruments and there are 2",)),
        ("{rules: 2}", ("`counts` says 2 rules and there are 1",)),
        ("{instrumens: 2}", ("no table to count `instrumens`", "`instruments`")),
    ],
)
def test_counts_that_do_not_match_are_found(check, counts, words):
    assert has(check(head=f"counts: {counts}\n"), "error", "book.yaml, line 4", *words)
    assert check(head="counts: {instruments: 2, rules: 1}\n") == []


# ---- the answers a tree can have


@pytest.mark.parametrize(
    ("text", "truths"),
    [
        ("employees > 1", {True, False, None}),
        ("has(profile.size)", {True, False}),
        ('manual("x")', {None}),
        ('manual("x") || resident', {True, None}),
        ('manual("x") && resident', {False, None}),
        ('!manual("x")', {None}),
        ("true", {True}),
        ("true && false", {False}),
        ("true || resident", {True}),
    ],
)
def test_the_answers_a_tree_can_have_are_known(make_book, text, truths):
    assert outcomes(lower(text, make_book().vocabulary)) == truths


# ---- the books of the house


@pytest.mark.parametrize("name", book_names())
def test_no_book_of_the_house_has_an_error_or_a_warning(name):
    book = load_book(name)
    found = check_book(book, read_cases(book))
    assert [str(f) for f in found if f.severity is not Severity.INFO] == []


# ---- the cap that is told, and the figure that is tested

OPENED = """
- id: opened
  title: {zh: 开放, en: Open}
  from: 2024-01-01
  until: 2025-12-31
  when: [share <= ceiling]
  parameters: {ceiling: [{from: 2024-01-01, is: 50, cites: {instrument: an-act, article: 第2条}}]}
  gives: {status: permitted, cap: 50}
  basis: [{instrument: an-act, article: 第2条}]
"""


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("cap: 50", "cap: 50.0", None),
        ("cap: 50", "cap: 51", "the rule `opened` tells the cap 51 and tests the ceiling 50"),
        (
            "}}]}",
            "}}, {from: 2025-01-01, is: 60, cites: {instrument: an-act, article: 第2条}}]}",
            "tells the cap 50 and tests the ceiling 60",
        ),
        (", cap: 50", "", "has a `ceiling` and tells no `cap`"),
    ],
)
def test_the_cap_that_is_stated_is_the_ceiling_that_is_tested(check, was, now, says):
    found = [line for line in check(OPENED.replace(was, now), "[]", head="kind: access\n") if "ceiling" in line]
    assert [says in line for line in found if line.startswith("error")] == ([True] if says else [])
