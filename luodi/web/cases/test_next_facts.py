"""The cheapest next fact: counted for every open case of an officer, asked with two clicks, answered in one place."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from luodi.errors import DuplicateKey, UnknownValue
from luodi.web.accounts.models import Company, User
from luodi.web.api.actions import add_key
from luodi.web.api.models import KeyScope
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import next_facts as counting
from luodi.web.cases.actions.plan import add_step, answer_fact, ask_plan
from luodi.web.cases.actions.requests import answer, ask
from luodi.web.cases.conftest import CLOUD, NOW, WHOLE, Bench
from luodi.web.cases.models import FactFigures, InfoRequest, LandingCase
from luodi.web.cases.queries import unsettled
from luodi.web.cases.queries.next_facts import NextFact, next_facts
from luodi.web.conftest import person
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice

pytestmark = pytest.mark.django_db
FACT = "service_coverage"


@pytest.fixture(autouse=True)
def no_cached_plans() -> None:
    """Each test begins to number its plans anew."""
    unsettled._unsettled_in.cache_clear()


@pytest.fixture
def two(bench: Bench) -> tuple[LandingCase, LandingCase]:
    """Cases with the same open facts: of a company that is asked in Chinese, and of one in English."""
    other = Company.objects.create(name_en="Cloud Foundry Ltd", country="SG")
    tess = person("tess", Role.REPRESENTATIVE, other)
    tess.language = "en"
    tess.save()
    bench.mei.language = "zh-hans"
    bench.mei.save()
    rows = [actions.open_case(one, bench.here, by=bench.anna, at=NOW) for one in (bench.company, other)]
    one, two = (ask_plan(case, CLOUD, by=bench.anna, at=NOW) for case in rows)
    for case in (one, two):
        assert counting.count_facts(case.pk, NOW)
    return one, two


def asked(bench: Bench, fact: str = FACT) -> NextFact | None:
    return next_facts(bench.anna).of(fact)


def question_of(case: LandingCase) -> InfoRequest:
    return InfoRequest.objects.get(case=case, fact=FACT)


# ---- counted


def test_a_fact_counts_over_all_cases_of_the_officer_and_what_settles_most_leads(
    bench: Bench, two: tuple[LandingCase, LandingCase]
) -> None:
    found = next_facts(bench.anna)
    first = found.facts[0]
    assert first.fact == "employs_foreigners" and first.worth.steps == 10, "five steps of each case"
    coverage = asked(bench)
    assert coverage is not None and coverage.worth.steps == 6 and len(coverage.cases) == 2
    assert [one.worth.rank for one in found.facts] == sorted((one.worth.rank for one in found.facts), reverse=True)
    assert next_facts(bench.ben).facts == (), "a colleague has other cases"
    assert next_facts(bench.clara).facts == ()


def test_a_case_that_was_not_counted_yet_is_said_and_one_with_another_plan_too(
    bench: Bench, planned: LandingCase
) -> None:
    assert next_facts(bench.anna).uncounted == 1
    counting.count_facts(planned.pk, NOW)
    assert next_facts(bench.anna).uncounted == 0
    answer_fact(planned, {FACT: "one_province"}, by=bench.mei, at=NOW)
    found = next_facts(bench.anna)
    assert found.uncounted == 1 and not found.facts, "what it was before settles nothing now"


def test_a_plan_that_is_asked_again_and_a_step_taken_in_are_counted_again_once_they_are_stored(
    bench: Bench, django_capture_on_commit_callbacks: Any
) -> None:
    queued = DBTaskResult.objects.filter(task_path="luodi.web.cases.tasks.count_facts")
    with django_capture_on_commit_callbacks(execute=True):
        case = ask_plan(bench.open(), CLOUD, by=bench.anna, at=NOW)
    assert [one.args_kwargs["args"] for one in queued] == [[case.pk]]
    counting.count_facts(case.pk, NOW)
    assert asked(bench, "operates_app") is not None
    with django_capture_on_commit_callbacks(execute=True):
        add_step(case, "app-filing", by=bench.anna, at=NOW)
    assert queued.all().count() == 2
    counting.count_facts(case.pk, NOW)
    assert asked(bench, "operates_app") is None, "it is taken in, whatever the company says"


def test_figures_are_counted_again_after_a_week_and_not_before(bench: Bench, planned: LandingCase) -> None:
    assert counting.count_due(NOW) == 1
    assert counting.count_due(NOW + timedelta(days=6)) == 0
    assert counting.count_due(NOW + timedelta(days=7)) == 1
    assert counting.count_due(NOW + timedelta(days=7)) == 0
    assert FactFigures.objects.count() == 1


def test_what_a_company_is_not_sure_of_is_no_cheap_question(bench: Bench, planned: LandingCase) -> None:
    answer_fact(planned, {FACT: "~"}, by=bench.mei, at=NOW)
    counting.count_facts(planned.pk, NOW)
    assert asked(bench) is None and next_facts(bench.anna).facts


def test_a_case_without_a_plan_or_with_all_facts_has_nothing_to_ask(bench: Bench) -> None:
    case = bench.open()
    assert not counting.count_facts(case.pk, NOW) and not counting.count_facts(0, NOW)
    assert next_facts(bench.anna).uncounted == 0
    ask_plan(case, WHOLE, by=bench.anna, at=NOW)
    counting.count_facts(case.pk, NOW)
    found = next_facts(bench.anna)
    assert (found.facts, found.uncounted) == ((), 0)


# ---- asked with two clicks


def test_two_clicks_ask_each_company_in_its_language_once(bench: Bench, two: tuple[LandingCase, LandingCase]) -> None:
    client = bench.client("anna")
    address = f"/en/desk/facts/{FACT}/"
    day = client.get("/en/desk/").text
    assert "askone" in day and "/en/desk/facts/employs_foreigners/" in day
    page = unescape(client.get(address).text)
    sent = {
        "key": new_key(),
        "question_zh": "贵公司在几个省提供服务？",
        "question_en": "In how many provinces?",
        "case": [f"{case.reference}:{case.version}" for case in two],
    }
    for case in two:
        assert f'value="{case.reference}:{case.version}"' in page
    for _ in range(2):  # the second of two clicks
        assert client.post(address, sent).status_code == 200
    assert [question_of(case).question for case in two] == [sent["question_zh"], sent["question_en"]]
    assert Notice.objects.filter(kind="case_question").count() == 2
    assert asked(bench) is None and next_facts(bench.anna).waiting == 2
    assert "<textarea" not in client.get(address).text, "nobody is left to ask"
    again = client.post(address, {**sent, "key": new_key()})
    assert "has not answered yet" in again.text and InfoRequest.objects.count() == 2


def test_only_the_cases_that_were_chosen_are_asked(bench: Bench, two: tuple[LandingCase, LandingCase]) -> None:
    client, address = bench.client("anna"), f"/en/desk/facts/{FACT}/"
    given = {"key": new_key(), "question_zh": "问", "question_en": "Ask"}
    assert client.post(address, given).status_code == 422
    chosen = [f"{two[1].reference}:{two[1].version}"]
    assert client.post(address, {**given, "question_en": " ", "case": chosen}).status_code == 422
    assert not InfoRequest.objects.exists()
    assert client.post(address, {**given, "case": chosen}).status_code == 200
    left = asked(bench)
    assert InfoRequest.objects.get().case == two[1]
    assert left is not None and [case.pk for case, _ in left.cases] == [two[0].pk]


def test_a_case_of_another_unit_is_neither_shown_nor_asked(bench: Bench, two: tuple[LandingCase, LandingCase]) -> None:
    client, address = bench.client("clara"), f"/en/desk/facts/{FACT}/"
    assert two[0].reference not in client.get(address).text
    chosen = [f"{case.reference}:{case.version}" for case in two]
    sent = client.post(address, {"key": new_key(), "question_zh": "问", "question_en": "Ask", "case": chosen})
    assert sent.status_code == 422 and two[0].reference not in sent.text and not InfoRequest.objects.exists()
    assert bench.client("mei").get("/en/desk/facts/").status_code in (302, 403, 404)
    assert bench.client("anna").get("/en/desk/facts/no_such_fact/").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_say_what_an_answer_settles_in_both_languages(
    bench: Bench, two: tuple[LandingCase, LandingCase], lang: str
) -> None:
    client = bench.client("anna")
    for address in ("", "facts/", f"facts/{FACT}/"):
        page = unescape(client.get(f"/{lang}/desk/{address}").text)
        assert ("定下" if lang == "zh" else "settle") in page.lower()
    assert ("剩余时间" if lang == "zh" else "time left") in page


def test_what_waits_for_an_answer_is_not_asked_twice_and_what_settles_nothing_is_not_asked(
    bench: Bench, planned: LandingCase
) -> None:
    ask(planned, "In how many provinces?", fact=FACT, by=bench.anna, at=NOW)
    with pytest.raises(DuplicateKey):
        ask(planned, "How many?", fact=FACT, by=bench.ben, at=NOW)
    with pytest.raises(UnknownValue):
        ask(planned, "Do you?", fact="operates_website", by=bench.anna, at=NOW)
    assert ask(planned, "Something else", by=bench.anna, at=NOW).fact == ""


# ---- answered in one place


def test_the_answer_of_a_company_goes_to_its_plan_and_ends_the_question(bench: Bench, planned: LandingCase) -> None:
    row = ask(planned, "In how many provinces?", fact=FACT, by=bench.anna, at=NOW)
    page = bench.client("mei").get(f"/en/cases/{planned.reference}/").text
    assert f'id="answer_{row.pk}_answer"' in page and 'value="one_province"' in page, "one of the book's answers"
    before = planned.determination_id
    answer(row, "one_province", by=bench.mei, at=NOW)
    planned.refresh_from_db()
    row.refresh_from_db()
    assert planned.determination_id != before and planned.contacted == timezone.localdate(NOW)
    assert (row.state, row.answered_by) == ("answered", bench.mei)
    assert "/" in row.answer and "one_province" not in row.answer, "in words, of both languages"
    assert Entry.objects.filter(act="answer_fact").count() == 1
    assert not planned.clocks.filter(request=row, stopped=None).exists()


def test_a_fact_that_is_told_elsewhere_ends_the_question_about_it(bench: Bench, planned: LandingCase) -> None:
    row = ask(planned, "In how many provinces?", fact=FACT, by=bench.anna, at=NOW)
    other = ask(planned, "Do you run an app?", fact="operates_app", by=bench.anna, at=NOW)
    answer_fact(planned, {FACT: "national"}, by=bench.anna, at=NOW)
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.answered_by, other.state) == ("answered", bench.anna, "open")
    assert Entry.objects.filter(act="answer").count() == 1


def test_an_answer_that_the_book_does_not_take_changes_nothing(bench: Bench, planned: LandingCase) -> None:
    row = ask(planned, "In how many provinces?", fact=FACT, by=bench.anna, at=NOW)
    with pytest.raises(UnknownValue):
        answer(row, "the moon", by=bench.mei, at=NOW)
    row.refresh_from_db()
    assert row.state == "open" and not Entry.objects.filter(act="answer_fact").exists()


def test_a_question_about_a_fact_that_was_settled_meanwhile_is_answered_in_words(
    bench: Bench, planned: LandingCase
) -> None:
    row = ask(planned, "Do you run an app?", fact="operates_app", by=bench.anna, at=NOW)
    add_step(planned, "app-filing", by=bench.anna, at=NOW)
    done = answer(row, "We do.", by=bench.mei, at=NOW)
    assert done.answer == "We do." and not Entry.objects.filter(act="answer_fact").exists()


# ---- for programs


def test_a_program_reads_the_same_asks_and_answers(bench: Bench, two: tuple[LandingCase, LandingCase]) -> None:
    def headers(user: User) -> dict[str, str]:
        made = add_key("x", [KeyScope.OFFICE], 1000, owner=user, at=timezone.now())
        return {"authorization": f"Bearer {made[1]}"}

    anna, clara, client = headers(bench.anna), headers(bench.clara), Client()
    listed = client.get("/api/v1/next-facts", headers=anna).json()
    assert [one["fact"] for one in listed["facts"]] == [one.fact for one in next_facts(bench.anna).facts]
    coverage = next(one for one in listed["facts"] if one["fact"] == FACT)
    assert coverage["steps"] == 6 and {one["reference"] for one in coverage["cases"]} == {one.reference for one in two}
    assert client.get("/api/v1/next-facts", headers=clara).json()["facts"] == []
    given = {"given": {"question": "In how many provinces?", "fact": FACT}}
    address = f"/api/v1/cases/{two[0].reference}"
    sent = client.post(f"{address}/acts/ask", given, "application/json", headers=anna)
    assert sent.status_code == 200, sent.content
    [question] = client.get(address, headers=anna).json()["questions"]
    assert (question["fact"], question["state"]) == (FACT, "open")
    told = {"row": question["id"], "version": question["version"], "given": {"answer": "one_province"}}
    assert client.post(f"{address}/acts/answer", told, "application/json", headers=anna).status_code == 200
    assert question_of(two[0]).state == "answered"
