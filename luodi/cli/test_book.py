"""The commands on books: what a policy officer sees, on real books and on a broken one."""

import json
import shutil

import pytest

from luodi.rules.library import BOOKS


@pytest.fixture
def copy(tmp_path):
    """A copy of a shipped book that a test may break."""

    def make(name):
        return shutil.copytree(BOOKS / name, tmp_path / "mine")

    return make


def edit(path, before, after):
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


@pytest.mark.parametrize("name", sorted(p.parent.name for p in BOOKS.glob("*/book.yaml")))
def test_every_shipped_book_checks_and_tests_clean(luodi, name):
    assert luodi("book", "check", name)[0] == 0
    assert luodi("book", "test", name)[0] == 0


class TestABrokenBook:
    def test_a_figure_moved_by_one_fails_its_cases(self, luodi, copy):
        edit(copy("policies") / "rules" / "national.yaml", "[employees <= 30]", "[employees <= 31]")
        code, out, _ = luodi("book", "test", "mine")
        assert code == 1 and "should be no_match and is match" in out

    def test_a_citation_that_leads_nowhere_is_found_with_file_line_and_fix(self, luodi, copy):
        edit(
            copy("market-access") / "rules" / "pilot-2024.yaml",
            "instrument: miit-2024-107",
            "instrument: miit-2024-170",
        )
        code, out, _ = luodi("book", "check", "mine")
        assert code == 1 and "rules/pilot-2024.yaml, line" in out and "miit-2024-107" in out

    def test_a_rule_without_its_cases_is_found(self, luodi, copy):
        (copy("data-export-path") / "tests" / "paths.yaml").unlink()
        code, out, _ = luodi("book", "check", "mine")
        assert code == 1 and "dx-important" in out

    def test_a_missing_translation_is_found(self, luodi, copy):
        edit(
            copy("policies") / "rules" / "national.yaml",
            "zh: 高新技术企业减按15%税率征收企业所得税",
            "zh: Fifteen percent tax",
        )
        code, out, _ = luodi("book", "check", "mine")
        assert code == 1 and "national.yaml, line" in out

    def test_a_row_lost_on_the_way_is_counted(self, luodi, copy):
        edit(copy("policies") / "book.yaml", "counts: {sets: 5}", "counts: {sets: 7}")
        code, out, _ = luodi("book", "check", "mine")
        assert code == 1 and "7 sets" in out

    def test_a_misspelt_attribute_does_not_load_and_names_the_nearest(self, luodi, copy):
        edit(copy("policies") / "rules" / "national.yaml", "[employees <= 30]", "[employes <= 30]")
        code, out, _ = luodi("book", "check", "mine")
        assert code == 2 and "`employees`" in out and "line" in out

    def test_all_that_keeps_it_from_loading_is_reported_at_once(self, luodi, copy):
        folder = copy("policies")
        edit(folder / "rules" / "national.yaml", "[employees <= 30]", "[employes <= 30]")
        edit(folder / "rules" / "beijing.yaml", "  title:", "  titel:")
        code, out, err = luodi("book", "check", "mine")
        assert code == 2 and "employes" in out and "titel" in out and "cannot be read" in err

    def test_an_edit_is_noticed_at_once(self, luodi, copy):
        mine = copy("policies")
        before = json.loads(luodi("book", "show", "cn-disabled-levy-30", "--book", "mine", "--json")[1])
        edit(mine / "rules" / "national.yaml", "[employees <= 30]", "[employees <= 29]")
        after = json.loads(luodi("book", "show", "cn-disabled-levy-30", "--book", "mine", "--json")[1])
        assert before["clauses"] == ["employees <= 30"] and after["clauses"] == ["employees <= 29"]
        assert before["books"][0]["hash"] != after["books"][0]["hash"]


class TestShowAndDiff:
    def test_a_rule_reads_as_sentences_in_both_languages(self, luodi):
        assert "外资股比不超过100%" in luodi("book", "show", "p24-b11", "--lang", "zh")[1]
        assert "The foreign share is at most 100 %" in luodi("book", "show", "p24-b11", "--lang", "en")[1]

    def test_two_days_of_a_book_show_what_began(self, luodi):
        code, out, _ = luodi("book", "diff", "market-access", "--from", "2024-10-22", "--to", "2024-10-23", "--json")
        changes = json.loads(out)["days"]
        assert code == 0 and "p24-b11" in [c["rule"] for c in changes if c["change"] == "began"]

    def test_two_versions_show_the_clause_and_who_gets_another_answer(self, luodi, copy, tmp_path):
        edit(copy("policies") / "rules" / "national.yaml", "[employees <= 30]", "[employees <= 20]")
        (tmp_path / "p.yaml").write_text("employees: 25\n")
        _, out, _ = luodi("book", "diff", "policies", "mine", "--profile", "p.yaml", "--on", "2026-11-24", "--json")
        document = json.loads(out)
        assert [c["rule"] for c in document["versions"]["changed"]] == ["cn-disabled-levy-30"]
        assert document["answers"] == [
            {"profile": "p.yaml", "rule": "cn-disabled-levy-30", "before": "match", "after": "no_match"}
        ]

    def test_days_in_the_wrong_order_are_refused(self, luodi):
        code, _, err = luodi("book", "diff", "policies", "--from", "2024-10-23", "--to", "2024-10-22")
        assert code == 2 and "earlier" in err

    def test_the_list_names_every_book(self, luodi):
        names = {b["name"] for b in json.loads(luodi("book", "list", "--json")[1])["books"]}
        assert {
            "market-access",
            "landing-steps",
            "policies",
            "vocabulary",
            "enterprise-size",
            "data-export-path",
        } <= names


class TestAsk:
    def test_answers_can_be_piped_in_and_end_in_a_plan(self, luodi):
        code, out, err = luodi("ask", "--on", "2024-12-02", stdin="SG\nB11\nBJ\n100\nq\n")
        assert code == 0 and "Allowed with conditions" in out
        assert "Where is the investor from?" in err

    def test_a_bad_answer_is_reported_and_asked_again(self, luodi):
        _, out, err = luodi("ask", "--on", "2024-12-02", stdin="SG\nB11\nBJ\n400\n100\nq\n")
        assert "above 100" in err and "Allowed with conditions" in out

    def test_saved_answers_are_resumed(self, luodi, tmp_path):
        luodi("ask", "--on", "2024-12-02", "--save", "mine.yaml", stdin="SG\nB11\nBJ\n100\n?\ns\nq\n")
        code, out, err = luodi("ask", "--on", "2024-12-02", "--resume", "mine.yaml", "--lang", "zh", stdin="q\n")
        assert code == 0 and (tmp_path / "mine.yaml").exists()
        assert "投资者来自" not in err and "有条件准入" in out


class TestWhatIsDue:
    def test_rows_to_check_are_listed_with_why_and_the_exit_status_says_so(self, luodi):
        code, out, err = luodi("book", "due", "policies", "--reason", "ends", "--on", "2026-12-01")
        assert code == 1 and "policies/rules/gd-nansha-cit-15" in out and "ends soon" in out and "2026-12-31" in out
        assert f"{len(out.splitlines())} rows to check" in err

    def test_a_book_of_which_nothing_is_due_is_a_success(self, luodi):
        assert luodi("book", "due", "lead-score", "--on", "2026-12-01")[:2] == (0, "")

    def test_the_row_that_most_rows_name_comes_first(self, luodi):
        code, out, _ = luodi("book", "due", "--json", "--on", "2026-12-01")
        document = json.loads(out)
        rests = [row["rests"] for row in document["rows"]]
        assert code == 1 and rests == sorted(rests, reverse=True) and rests[0] > 10
        assert document["ranked_by"] == "rows_naming" and document["count"] == len(document["rows"])

    def test_words_are_those_of_the_language(self, luodi):
        assert "即将到期" in luodi("book", "due", "policies", "--lang", "zh", "--on", "2026-12-01")[1]

    def test_another_day_has_other_rows(self, luodi):
        before = luodi("book", "due", "policies", "--reason", "old", "--on", "2026-12-01")
        after = luodi("book", "due", "policies", "--reason", "old", "--on", "2027-06-02")
        assert before[0] == 0 and after[0] == 1 and "checked long ago" in after[1]

    def test_a_book_or_a_reason_that_does_not_exist_is_refused(self, luodi):
        assert luodi("book", "due", "nowhere")[0] == 2
        assert luodi("book", "due", "--reason", "boredom")[0] == 2
