"""The time line of a case and of a company: all that was done, by whom, before and after, for whoever may see it."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luodi.casework.stages import Health
from luodi.web.accounts.models import User
from luodi.web.api.conftest import Program, program
from luodi.web.api.models import KeyScope
from luodi.web.api.test_personal import key
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import proofs, requests, stages
from luodi.web.cases.actions.plan import ask_plan
from luodi.web.cases.conftest import CLOUD, NOW, Bench, a_file, grant, step_of
from luodi.web.cases.models import LandingCase
from luodi.web.cases.models.money import Money
from luodi.web.cases.models.proofs import CheckKind, CheckResult
from luodi.web.companies.actions import merging, profile
from luodi.web.dealings.actions.interactions import add_talk
from luodi.web.dealings.models import TalkKind
from luodi.web.journal.models import Entry, ExportRecord
from luodi.web.mail.conftest import came
from luodi.web.timeline.queries import PAGE, Asked, entries, lines_of
from luodi.web.timeline.wording import Said, in_words

__all__ = ["program"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proof_files")]
DAY = timedelta(days=1)


@pytest.fixture
def case(bench: Bench) -> LandingCase:
    """A case with something of every kind."""
    found = ask_plan(bench.open(), CLOUD, by=bench.anna, at=NOW)
    found = actions.set_health(found, Health.AT_RISK, "the lease is late", by=bench.ben, at=NOW + DAY)
    money = Money(1_000_000, "CNY", "investment", date(2026, 3, 1))
    found = actions.describe(found, money=money, by=bench.anna, at=NOW + DAY)
    stages.move_date(found, date(2026, 12, 1), "first estimate", by=bench.anna, at=NOW + DAY)
    proofs.add_check(found, CheckKind.FUNDS, CheckResult.PASSED, "the bank", by=bench.ben, at=NOW + DAY)
    proofs.add_proof(found, "premises", a_file(), by=bench.mei, at=NOW + 2 * DAY)
    requests.ask(found, "Who owns the room?", by=bench.anna, at=NOW + 2 * DAY)
    grant(step_of(found, "company-name-declaration"), bench, NOW + 2 * DAY)
    add_talk(found, TalkKind.CALL, "about the room", by=bench.anna, at=NOW + 2 * DAY)
    found.refresh_from_db()
    return found


def said(user: User, record: Any, lang: str = "en", **asked: str) -> list[Said]:
    return in_words(lines_of(list(entries(user, record, Asked.read(asked)))), record, lang)


def line(user: User, record: Any, act: str, lang: str = "en", **asked: str) -> Said:
    return next(one for one in said(user, record, lang, **asked) if one.act == act)


def changed(one: Said) -> dict[str, tuple[str | None, str]]:
    return {change.label: (change.before, change.after) for change in one.changes}


def test_a_line_says_who_did_what_with_labels_and_values_before_and_after_in_both_languages(
    bench: Bench, case: LandingCase
) -> None:
    english, chinese = (
        line(bench.lee, case, act, lang) for act, lang in (("health set", "en"), ("更新进展状况", "zh"))
    )
    assert (english.who, english.kind, english.reason) == ("Ben", "Health", "the lease is late")
    assert changed(english)["Health"] == ("On track", "At risk")
    assert set(changed(chinese)) == {"进展", "进展说明"}
    amounts = changed(line(bench.lee, case, "description changed"))
    assert amounts["Amount"] == ("", "1,000,000") and amounts["Kind of amount"] == ("", "Investment")
    assert amounts["Amount as of"] == ("", "1 March 2026")


@pytest.mark.parametrize(
    ("kind", "act", "title"),
    [
        ("stages", "opened", "LD-2026-0001"),
        ("health", "health set", "LD-2026-0001"),
        ("amounts", "description changed", "LD-2026-0001"),
        ("plan", "plan taken", "LD-2026-0001"),
        ("dates", "expected day moved", "LD-2026-0001"),
        ("steps", "granted", "Company-name self-declaration"),
        ("checks", "added", "Funds"),
        ("documents", "added", "Proof of premises or of the place of the facilities"),
        ("questions", "question asked", "Who owns the room?"),
        ("contact", "talk logged", "Call 12 March 2026"),
    ],
)
def test_each_kind_shows_its_lines_and_no_others(
    bench: Bench, case: LandingCase, kind: str, act: str, title: str
) -> None:
    found = said(bench.lee, case, kind=kind)
    assert (act, title) in {(one.act, one.title) for one in found}
    if kind not in ("stages", "health", "amounts", "plan", "dates"):  # an act on the case may change several things
        assert len({one.record for one in found}) == 1


def test_it_is_narrowed_by_who_did_it_and_by_days_with_both_ends(bench: Bench, case: LandingCase) -> None:
    assert {one.who for one in said(bench.lee, case, person=str(bench.ben.pk))} == {"Ben"}
    second = (NOW + DAY).date().isoformat()
    assert {one.day.isoformat() for one in said(bench.lee, case, first=second, last=second)} == {second}
    assert not said(bench.lee, case, last=(NOW - DAY).date().isoformat())
    assert said(bench.lee, case, last=NOW.date().isoformat())
    everything = said(bench.lee, case)
    for nonsense in ({"kind": "secrets"}, {"person": "x"}, {"first": "2026-02-30"}):
        assert said(bench.lee, case, **nonsense) == everything


def test_a_line_is_for_those_who_may_see_its_record(bench: Bench, case: LandingCase) -> None:
    """Clara may see the company, as every officer, and nothing of the case that another unit keeps."""
    profile.add_name(bench.company, "Lantern", by=bench.anna, at=NOW)
    assert {one.within for one in said(bench.anna, bench.company)} >= {"", case.reference}
    seen = said(bench.clara, bench.company)
    assert "Lantern" in {one.title for one in seen} and not [one for one in seen if one.kind == "Stages"]
    assert not [one for one in seen if one.within]
    address = f"/en/desk/cases/{case.reference}/timeline/"
    statuses = {who: bench.client(who).get(address).status_code for who in ("anna", "ben", "lee", "mei", "clara")}
    assert statuses == {"anna": 200, "ben": 200, "lee": 200, "mei": 403, "clara": 404}
    posted = {who: bench.client(who).post(f"{address}export/").status_code for who in ("anna", "mei", "clara")}
    assert posted == {"anna": 200, "mei": 403, "clara": 404}
    assert bench.client("mei").get(f"/en/desk/companies/{bench.company.pk}/timeline/").status_code == 403


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_its_page_shows_a_page_at_a_time_and_neither_codes_nor_names_of_fields(
    bench: Bench, case: LandingCase, lang: str
) -> None:
    for number in range(PAGE - 10):
        requests.ask(case, f"Question {number}?", by=bench.anna, at=NOW + 3 * DAY)
    client, address = bench.client("lee"), f"/{lang}/desk/cases/{case.reference}/timeline/"
    first = client.get(address).text
    assert first.count('<li id="entry-') == PAGE and "page=2" in first
    whole = first + client.get(f"{address}?page=2").text
    lines = "".join(re.findall(r"<ol reversed>.*?</ol>", whole, re.S))
    text = re.sub(r"<[^>]*>", " ", lines)
    for code in ("health_reason", "at_risk", "amount_kind", "company-name-declaration", "B11", "{'"):
        assert code not in text, code
    assert "None" not in text and "null" not in text
    assert client.get(f"{address}?kind=health").text.count('<li id="entry-') == 1
    assert "<script" not in lines and "style=" not in lines


def test_mail_that_came_is_on_it_by_its_subject_and_not_what_it_says(bench: Bench, settings: Any) -> None:
    settings.MAIL_DOMAIN = "desk.example"
    case = bench.open()
    came(case, "My own address is 7 Mill Lane.")
    [found] = said(bench.anna, case, kind="contact")
    assert (found.act, found.title, found.who) == ("e-mail received", "Racks", "the system")
    assert changed(found)["State"] == (None, "unknown sender, held") and "Mill Lane" not in str(found)
    assert not [one for one in said(bench.clara, bench.company) if one.title == "Racks"]


def test_what_was_deleted_stays_on_the_time_line_of_its_company(bench: Bench) -> None:
    name = profile.add_name(bench.company, "Lantern Isle", by=bench.anna, at=NOW)
    other = profile.add_name(bench.other, "Mill Lane", by=bench.anna, at=NOW)
    for one in (name, other):
        profile.remove_name(one, by=bench.anna, at=NOW)
    found = said(bench.anna, bench.company)
    assert [(one.act, one.title) for one in found] == [("removed", "Lantern Isle"), ("added", "Lantern Isle")]


def test_a_merged_company_leads_to_the_time_line_of_both(bench: Bench) -> None:
    profile.add_name(bench.other, "Mill Lane", by=bench.anna, at=NOW)
    merging.merge(bench.company, bench.other.pk, "the same", by=bench.anna, at=NOW)
    bench.company.refresh_from_db()
    answer = bench.client("anna").get(f"/en/desk/companies/{bench.other.pk}/timeline/")
    assert answer.status_code == 302 and answer["Location"] == f"/en/desk/companies/{bench.company.pk}/timeline/"
    shown = {(one.act, one.title) for one in said(bench.anna, bench.company)}
    assert ("added", "Mill Lane") in shown and ("merged", "Mill") in shown


def test_who_has_no_account_any_more_and_what_the_site_did_is_said(bench: Bench, case: LandingCase) -> None:
    entry = Entry.objects.filter(kind="cases.LandingCase", act="set_health").get()
    number = bench.ben.pk
    assert entry.actor == number
    lines = lines_of([entry])
    User.objects.filter(pk=number).delete()
    assert in_words(lines, case, "en")[0].who == "account deleted"
    actions.set_health(case, Health.ON_TRACK, "", by=None, at=NOW + 3 * DAY)
    assert said(bench.lee, case)[0].who == "the system"


def test_the_requirements_that_a_leader_passed_over_are_said_in_words(bench: Bench) -> None:
    case = stages.override(bench.open(), "the minister's wish", by=bench.lee, at=NOW)
    one = line(bench.lee, case, "gate overridden")
    assert one.missing and all(" " in text for text in one.missing) and one.reason == "the minister's wish"


def test_a_file_holds_all_lines_that_fit_and_is_written_down(bench: Bench, case: LandingCase) -> None:
    actions.set_health(case, Health.DELAYED, "=1+1", by=bench.anna, at=NOW + 3 * DAY)
    answer = bench.client("lee").post(f"/zh/desk/cases/{case.reference}/timeline/export/", {"kind": "health"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head[:3] == ["日志序号", "时间", "操作人"] and len(rows) == 2
    assert rows[0][-1] == "'=1+1" and "进展" in rows[0][-2]
    kept = ExportRecord.objects.get()
    assert kept.rows == 2 and kept.asked == {"of": f"cases.LandingCase {case.pk}", "kind": "health"}


def test_more_lines_take_no_more_queries(bench: Bench, case: LandingCase) -> None:
    client, address = bench.client("lee"), f"/en/desk/cases/{case.reference}/timeline/"
    client.get(address)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    before = asked()
    for number in range(6):
        requests.ask(case, f"Question {number}?", by=bench.anna, at=NOW + 4 * DAY)
        proofs.add_proof(case, "other", a_file(), by=bench.mei, at=NOW + 4 * DAY)
    assert asked() <= before


def test_programs_read_the_same_lines_in_both_languages(program: Program, bench: Bench, case: LandingCase) -> None:
    def get(address: str, who: User) -> Any:
        return program.get(f"/api/v1/{address}", **key(who, KeyScope.OFFICE))

    address = f"cases/{case.reference}/timeline"
    [row] = get(f"{address}?kind=health", bench.lee).json()["lines"]
    assert (row["act"], row["kind"], row["record"]) == ("set_health", "health", {"zh": "案件", "en": "case"})
    change = next(one for one in row["changes"] if one["field"] == "health")
    assert change["label"] == {"zh": "进展", "en": "Health"} and change["before"]["en"] == "On track"
    page = get(f"{address}?limit=3", bench.lee).json()
    assert len(page["lines"]) == 3 and get(f"{address}?limit=3&cursor={page['next']}", bench.lee).json()["lines"]
    assert get(f"{address}?first=2026-03-11&last=2026-03-11", bench.lee).json()["lines"]
    assert get(address, bench.clara).status_code == 404
    assert get(address, bench.mei).status_code == 403
    for wrong in ("kind=secrets", "first=yesterday"):
        assert get(f"{address}?{wrong}", bench.lee).status_code == 422
    of_company = get(f"companies/{bench.company.pk}/timeline", bench.lee).json()["lines"]
    assert {one["case"] for one in of_company} >= {case.reference}
    assert get(f"companies/{bench.company.pk}/timeline", bench.mei).status_code == 403


def test_the_nearest_midnight_decides_the_day_of_a_line(bench: Bench) -> None:
    """A minute before midnight in China is of that day, whatever the day is in UTC."""
    late = datetime(2026, 3, 10, 15, 59, tzinfo=UTC)
    for at in (late, late + timedelta(minutes=1)):
        profile.say_fact(
            bench.company, "employees", at.minute + 1, by=bench.anna, at=at, as_of=date(2026, 1, 1), origin="declared"
        )
    assert len(said(bench.anna, bench.company, first="2026-03-10", last="2026-03-10")) == 1
    assert len(said(bench.anna, bench.company, first="2026-03-11")) == 1


@pytest.mark.parametrize(("lang", "word"), [("zh", "（已清空）"), ("en", "nothing")])
def test_a_field_that_was_emptied_is_said_to_hold_nothing(bench: Bench, lang: str, word: str) -> None:
    case = bench.open(technology="Batteries without cobalt")
    actions.describe(case, technology="", by=bench.anna, at=NOW)
    page = bench.client("anna").get(f"/{lang}/desk/cases/{case.reference}/timeline/").text
    assert f"<del>Batteries without cobalt</del> → <ins>{word}</ins>" in page
