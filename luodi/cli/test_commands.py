"""What a command prints for a person or a program, and what bad input costs: one message, nothing else."""

import json

import pytest

from luodi.cli.shared import print_json

B11 = ("--service", "B11", "--place", "BJ", "--share", "100", "--investor", "DE")


class TestAccess:
    @pytest.mark.parametrize(
        ("day", "answer", "status"),
        [
            ("2024-10-23", "conditional", 0),
            ("2024-10-22", "not_allowed", 1),
            ("1990-01-01", "silent", 4),
        ],
    )
    def test_the_exit_status_is_part_of_the_answer(self, luodi, day, answer, status):
        code, out, _ = luodi("access", *B11, "--on", day, "--json")
        assert (code, json.loads(out)["answer"]) == (status, answer)

    def test_a_part_left_out_is_unknown_and_named(self, luodi):
        code, out, _ = luodi(
            "access", "--service", "B11", "--share", "100", "--investor", "DE", "--on", "2024-10-23", "--json"
        )
        assert (code, json.loads(out)["missing"]) == (3, ["place"])

    def test_a_silent_book_says_from_when_it_speaks(self, luodi):
        _, out, _ = luodi(
            "access",
            "--service",
            "B25",
            "--place",
            "BJ",
            "--share",
            "30",
            "--investor",
            "DE",
            "--on",
            "1999-01-01",
            "--json",
        )
        assert json.loads(out)["speaks_from"] == "2001-12-11"

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_people_get_words(self, luodi, lang):
        code, out, _ = luodi("access", *B11, "--on", "2024-10-23", "--lang", lang)
        assert code == 0 and ("107" in out) and "{" not in out


class TestBatch:
    LINES = (
        '{"id": 1, "service": "B11", "place": "BJ", "share": 100, "investor": "DE", "on": "2024-10-23"}\n'
        "not json\n"
        '{"id": 3, "service": "B99", "place": "BJ", "share": 100, "investor": "DE"}\n'
        "\n"
        '{"id": 4, "service": "B11", "place": "BJ", "share": 0.1, "investor": "DE", "on": "2024-10-22"}\n'
    )

    def test_a_bad_line_is_reported_and_the_rest_still_runs(self, luodi):
        code, out, _ = luodi("access", "--batch", "-", stdin=self.LINES)
        lines = [json.loads(line) for line in out.splitlines()]
        assert code == 2
        assert [line["id"] for line in lines] == [1, None, 3, 4]
        assert [line.get("answer") for line in lines] == ["conditional", None, None, "not_allowed"]
        assert set(lines[1]["error"]) == {"code", "reason", "params", "message", "at"}
        assert "line 2" in lines[1]["error"]["at"]
        assert "Did you mean" in lines[2]["error"]["message"] and "`service`" in lines[2]["error"]["at"]

    def test_when_every_line_was_answered_the_status_is_zero_whatever_the_answers(self, luodi):
        code, _, _ = luodi("access", "--batch", "-", stdin=self.LINES.splitlines()[4])
        assert code == 0

    def test_a_yaml_list_is_a_batch_too_and_NO_is_norway(self, luodi):
        text = "- {id: a, service: B11, place: BJ, share: 100, investor: NO, on: 2024-10-23}\n"
        code, out, _ = luodi("access", "--batch", "-", stdin=text)
        assert code == 0 and json.loads(out)["question"]["investor"] == "NO"

    def test_a_json_fraction_is_read_exactly(self, luodi):
        question = '"service": "B25", "place": "BJ", "investor": "DE", "on": "2024-10-23"'
        line = f'{{"id": 1, "share": 50.00000000000000001, {question}}}'
        _, out, _ = luodi("access", "--batch", "-", stdin=line)
        assert json.loads(out)["answer"] == "not_allowed"

    def test_every_batch_command_keeps_its_ids(self, luodi):
        profile = '{"industry_code": "I6513", "employees": 50, "operating_revenue": 600000}'
        for command in (("decide", "enterprise-size"), ("match",), ("advise",)):
            code, out, _ = luodi(
                *command, "--batch", "-", stdin=f'{{"id": "x", "on": "2026-11-24", "profile": {profile}}}\n'
            )
            assert code == 0 and json.loads(out)["id"] == "x"

    def test_an_empty_batch_is_bad_input(self, luodi):
        code, _, err = luodi("access", "--batch", "-", stdin="")
        assert code == 2 and "empty" in err


class TestMatch:
    def test_in_brief_there_are_no_words(self, luodi):
        line = '{"id": 1, "on": "2026-11-24", "profile": {"employees": 31}}\n'
        _, out, _ = luodi("match", "--brief", "--batch", "-", stdin=line)
        rows = {row["id"]: row for row in json.loads(out)["results"]}
        levy = rows["cn-disabled-levy-30"]
        assert levy["answer"] == "no_match" and levy["reasons"][0]["fact"] == {"employees": 31}
        assert set(levy) == {"id", "answer", "missing", "assumed", "reasons"}
        assert set(levy["reasons"][0]) == {"clause", "holds", "fact", "missing", "cites"}

    @pytest.mark.parametrize("more", [("--remedies", "--batch", "-"), ("--profile", "nobody.yaml")])
    def test_brief_is_refused_where_it_can_say_nothing(self, luodi, more):
        code, out, err = luodi("match", "--brief", *more)
        assert (code, out) == (2, "") and "--brief" in err

    def test_batches_leave_the_nearest_change_out_unless_asked(self, luodi):
        given = '{"disabled_employee_ratio": 0.2, "disabled_employees": 12, "tax_credit_level": "A"}'
        line = f'{{"id": 1, "on": "2026-11-24", "profile": {given}}}\n'
        for flags, wanted in (((), False), (("--remedies",), True)):
            _, out, _ = luodi("match", *flags, "--batch", "-", stdin=line)
            refund = next(r for r in json.loads(out)["results"] if r["id"] == "cn-vat-disabled-staff-refund")
            assert refund["answer"] == "no_match" and bool(refund["would_change"]) is wanted

    def test_outside_the_window_the_answer_is_no_with_that_reason(self, luodi):
        line = '{"id": 1, "on": "2028-01-01", "profile": {"employees": 10}}\n'
        _, out, _ = luodi("match", "--batch", "-", stdin=line)
        levy = next(r for r in json.loads(out)["results"] if r["id"] == "cn-disabled-levy-30")
        assert levy["answer"] == "no_match" and levy["reasons"][0]["clause"] == "out_of_window"

    def test_results_have_the_promised_shape(self, luodi):
        line = '{"id": 1, "on": "2026-11-24", "profile": {"employees": 10}}\n'
        _, out, _ = luodi("match", "--batch", "-", stdin=line)
        for result in json.loads(out)["results"]:
            assert {"id", "answer", "missing", "reasons", "would_change", "amount", "window"} <= set(result)
            for reason in result["reasons"]:
                assert {"clause", "fact", "expected", "cites", "text"} <= set(reason)


class TestRuleInError:
    def book(self, tmp_path, clause):
        (tmp_path / "mine" / "rules").mkdir(parents=True)
        (tmp_path / "mine" / "book.yaml").write_text("{id: mine, title: Mine, version: '1'}\n")
        rule = f"id: r\ntitle: R\nwhen: ['{clause}']\nbasis: [{{instrument: x}}]\n"
        (tmp_path / "mine" / "rules" / "r.yaml").write_text(rule)
        (tmp_path / "p.yaml").write_text("employees: 0\noperating_revenue: 5\n")

    def test_an_error_that_decides_is_reported_with_rule_clause_and_position(self, luodi, tmp_path):
        self.book(tmp_path, "operating_revenue / employees > 5")
        code, out, _ = luodi("match", "--profile", "p.yaml", "--book", "mine", "--on", "2026-01-01", "--json")
        result = json.loads(out)["results"][0]
        assert (code, result["answer"]) == (5, "error")
        assert result["error"]["rule"] == "r" and result["error"]["clause"] == "operating_revenue / employees > 5"
        assert result["error"]["position"] == 0 and "division by zero" in result["error"]["message"]

    def test_a_decided_part_absorbs_it(self, luodi, tmp_path):
        self.book(tmp_path, "employees > 3 && operating_revenue / employees > 5")
        code, out, _ = luodi("match", "--profile", "p.yaml", "--book", "mine", "--on", "2026-01-01", "--json")
        assert (code, json.loads(out)["results"][0]["answer"]) == (1, "no_match")


class TestRequirement:
    def test_the_day_picks_the_edition(self, luodi):
        _, out, _ = luodi("requirement", "track-vats", "--on", "2022-05-01", "--json")
        assert json.loads(out)["value"] is False

    def test_the_list_has_the_promised_names(self, luodi):
        _, out, _ = luodi("requirement", "--list", "--json")
        names = {row["name"] for row in json.loads(out)["requirements"]}
        capital = {f"cap-{kind}-{reach}" for kind in ("basic", "vats") for reach in ("national", "province")}
        assert capital | {"track-vats", "track-basic", "jv-form", "opinion", "cross-border"} <= names


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "hint"),
        [
            (("access", "--service", "B111", "--place", "BJ"), "`B11`"),
            (("access", "--service", "B11", "--place", "Beijing"), "`BJ`"),
            (("access", "--investor", "Germany"), "`DE`"),
            (("access", "--share", "-1"), "below 0"),
            (("access", "--share", "100.01"), "above 100"),
            (("access", "--share", "half"), "not a plain number"),
            (("access", "--on", "2026-02-30"), "February 2026"),
            (("acess",), "`access`"),
            (("requirement", "cap-vat-national"), "cap-vats-national"),
            (("requirement",), "name the requirement"),
            (("match", "--profile", "nowhere.yaml"), "nowhere.yaml"),
            (("match", "--profile", "x", "--book", "polices"), "`policies`"),
            (("decide", "policies", "--profile", "x"), "no decision list"),
            (("advise",), "PROFILE"),
            (("book", "show", "p24-b12x"), "p24-b12"),
            (("book", "check", "nothing"), "there is no book"),
        ],
    )
    def test_is_one_message_with_the_nearest_word_and_status_2(self, luodi, arguments, hint):
        code, out, err = luodi(*arguments)
        assert code == 2 and hint in err
        assert out == "" and "Traceback" not in err

    @pytest.mark.parametrize(
        ("content", "hint"),
        [
            (b"", "empty"),
            (b"\x00\x01\x02", "binary"),
            (b"\xff\xfe\xfa: 1\n", "UTF-8"),
            (b"employees: 5\nemployees: 6\n", "line 2"),
            (b"employes: 5\n", "`employees`"),
            (b"employees: yes\n", "line 1"),
            (b"\n\nforeign_share: 55\n", "line 3"),
            (b"founded_date: 2023-02-29\n", "February 2023"),
            (b"entity_type: limited\n", "limited_company"),
            (b"registered_region_code: 11\n", "six digits"),
            (b"industry_code: I65\n", "four digits"),
            (b"a: &x [1]\nb: *x\n", "anchors"),
            (b"a: [1, 2\n", "no valid YAML"),
            (b"- 1\n", "mapping"),
            (b"plans: 5\n", "list"),
            (b"telecom_service_codes: [B99]\n", "B"),
            (b"? [a]\n: 1\n", "plain text"),
            (b"[" * 3000, "YAML"),
        ],
    )
    def test_a_bad_profile_names_the_place(self, luodi, tmp_path, content, hint):
        (tmp_path / "p.yaml").write_bytes(content)
        for command in (("advise", "p.yaml"), ("match", "--profile", "p.yaml")):
            code, out, err = luodi(*command, "--on", "2026-11-24", "--json")
            assert code == 2 and hint in err and "p.yaml" in err
            assert out == "" and "Traceback" not in err

    def test_a_plan_out_of_range_names_its_line(self, luodi, tmp_path):
        (tmp_path / "p.yaml").write_text("plans:\n  - {service: B11, place: BJ, share: 1000}\n")
        code, _, err = luodi("advise", "p.yaml", "--on", "2026-11-24")
        assert code == 2 and "above 100" in err and "p.yaml, line 2" in err

    def test_a_huge_file_is_refused_unread(self, luodi, tmp_path):
        with (tmp_path / "p.yaml").open("wb") as file:
            file.truncate(100_000_000)
        code, _, err = luodi("advise", "p.yaml")
        assert code == 2 and "100,000,000 bytes" in err

    def test_a_book_with_a_cycle_between_steps_does_not_load(self):
        from luodi.advice.schedule import CycleError
        from luodi.advice.steps import StepsBook
        from luodi.rules.library import load_book

        book = load_book("landing-steps")
        rules = tuple(
            r if r.id != "access-negative-list-check" else _with(r, depends_on=["company-name-declaration"])
            for r in book.rules
        )
        with pytest.raises(CycleError, match="company-name-declaration"):
            StepsBook(_replaced(book, rules))

    def test_nothing_is_written_when_the_folder_is_not_there(self, luodi, tmp_path):
        (tmp_path / "p.yaml").write_text("employees: 5\n")
        code, _, err = luodi("advise", "p.yaml", "--html", "no/such/folder/plan.html")
        assert code == 2 and "cannot be written" in err


class TestTranslated:
    """Words of the law say that they are translated, as of which day, and that they bind nobody."""

    PROFILE = "employees: 50\noperating_revenue: 600000\nindustry_code: I6513\n"

    @pytest.mark.parametrize(
        "command",
        [
            ("access", *B11),
            ("requirement", "cap-vats-national"),
            ("match", "--profile", "p.yaml"),
            ("decide", "enterprise-size", "--profile", "p.yaml"),
            ("advise", "p.yaml"),
            ("book", "show", "p24-b11"),
        ],
    )
    def test_invariant_24_a_document_of_a_command_is_marked(self, luodi, tmp_path, command):
        (tmp_path / "p.yaml").write_text(self.PROFILE)
        _, out, _ = luodi(*command, "--on", "2024-10-23", "--json")
        mark = json.loads(out)["translation"]
        assert (mark["from"], mark["as_of"], mark["binding"]) == ("zh", "2024-10-23", False)
        assert "not binding" in mark["says"]["en"] and "不具约束力" in mark["says"]["zh"]

    def test_invariant_24_a_list_of_books_is_of_no_day(self, luodi):
        assert json.loads(luodi("book", "list", "--json")[1])["translation"]["as_of"] is None

    def test_invariant_24_each_line_of_a_batch_is_of_its_own_day(self, luodi):
        lines = '{"service": "B11", "on": "2024-10-22"}\n{"service": "B11", "on": "2024-10-23"}\nnot json\n'
        first, second, bad = map(json.loads, luodi("access", "--batch", "-", stdin=lines)[1].splitlines())
        assert [row["translation"]["as_of"] for row in (first, second)] == ["2024-10-22", "2024-10-23"]
        assert "translation" not in bad


def _with(rule, **gives):
    from dataclasses import replace

    return replace(rule, gives={**rule.gives, **gives})


def _replaced(book, rules):
    from dataclasses import replace

    return replace(book, rules=rules)


def test_json_goes_out_as_one_document(capsys):
    print_json({"a": "中"})
    assert json.loads(capsys.readouterr().out) == {"a": "中"}
