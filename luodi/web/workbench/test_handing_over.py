"""Somebody leaves: all their cases go over at once, each by its own act, and what could not is told."""

import re
from typing import Any

import pytest

from luodi.web.cases.actions.cases import assign, open_case
from luodi.web.cases.conftest import NOW, Bench
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.facts import preparers
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice


def sent(bench: Bench, who: str, **given: Any) -> Any:
    cases = [f"{one.reference}:{one.version}" for one in LandingCase.objects.order_by("pk")]
    whole = {"act": "hand_over", "officer": bench.ben.pk, "reason": "Anna leaves", "case": cases, **given}
    return bench.client(who).post("/en/desk/queue/many/", whole)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_has_all_open_cases_chosen(bench: Bench, lang: str) -> None:
    cases = [bench.open() for _ in range(3)]
    address = f"/{lang}/desk/team/{bench.anna.pk}/hand-over/"
    page = bench.client("lee").get(address).content.decode()
    chosen = re.findall(r"name=\"case\"[^>]* checked", page)
    assert len(chosen) == 3 and all(case.reference in page for case in cases)
    assert not re.search(r"name=\"case\"[^>]* checked", bench.client("lee").get(f"{address}?chosen=none").text)
    assert bench.client("clara").get(address).status_code == 404


def test_all_go_over_each_by_its_own_act_and_both_are_told_once(bench: Bench) -> None:
    for _ in range(3):
        bench.open()
    page = sent(bench, "lee").content.decode()
    assert page.count("LD-2026-") >= 3 and set(LandingCase.objects.values_list("officer", flat=True)) == {bench.anna.pk}
    sent(bench, "lee", confirmed="1", key="k" * 20)
    assert set(LandingCase.objects.values_list("officer", flat=True)) == {bench.ben.pk}
    entries = Entry.objects.filter(act="assign")
    assert entries.count() == 3 and {one.reason for one in entries} == {"Anna leaves"}
    assert sorted(Notice.objects.filter(kind="cases_given").values_list("user__name", flat=True)) == ["Anna", "Ben"]


def test_what_moved_on_meanwhile_stays_and_is_told(bench: Bench) -> None:
    first, second = bench.open(), bench.open()
    stale = [f"{first.reference}:{first.version}", f"{second.reference}:{second.version + 1}"]
    page = sent(bench, "lee", case=stale, confirmed="1", key="k" * 20).content.decode()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.officer, second.officer) == (bench.ben, bench.anna) and second.reference in page


def test_a_reason_is_asked_for(bench: Bench) -> None:
    bench.open()
    assert sent(bench, "lee", reason=" ").status_code == 422
    assert sent(bench, "lee", officer="").status_code == 422


def test_whoever_had_a_case_does_not_verify_it_later(bench: Bench) -> None:
    case = assign(bench.open(), bench.ben, "Anna leaves", by=bench.lee, at=NOW)
    case.stage = "landing_claimed"
    assert {bench.anna.pk, bench.ben.pk} <= preparers(case)


def test_whoever_gives_a_case_is_not_told_of_it(bench: Bench) -> None:
    case = open_case(bench.company, bench.here, by=bench.anna, at=NOW)
    assign(case, bench.ben, by=bench.anna, at=NOW)
    assert [one.user for one in Notice.objects.filter(kind="cases_given")] == [bench.ben]
