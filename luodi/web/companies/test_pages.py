"""The pages of companies: what officers see and do there, and what nobody else does."""

import re

import pytest
from django.test import Client

from luodi.web.accounts.models import Company, User
from luodi.web.companies.actions import ON_COMPANY
from luodi.web.companies.models import Fact, Merge
from luodi.web.conftest import add_company, person, unit
from luodi.web.core.roles import Role

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def officer() -> Client:
    return as_(person("olga", Role.OFFICER, unit("City")))


@pytest.fixture
def mill() -> Company:
    return add_company("灯屿云", "Lantern Isle Cloud", country="SG")


def hidden(page: str, act: str) -> dict[str, str]:
    """The key and version in the form of an act."""
    form = page[page.index(f"/{act}/") :]
    return dict(re.findall(r'<input type="hidden" name="(key|version)" value="([^"]*)">', form)[:2])


def send(client: Client, company: Company, act: str, **given: object) -> int:
    address = f"/en/desk/companies/{company.pk}/"
    return client.post(f"{address}{act}/", {**hidden(client.get(address).text, act), **given}).status_code


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_company_is_found_and_shown(officer: Client, mill: Company, lang: str) -> None:
    listed = officer.get(f"/{lang}/desk/companies/?words=屿云").text
    assert f"/{lang}/desk/companies/{mill.pk}/" in listed
    shown = officer.get(f"/{lang}/desk/companies/{mill.pk}/").text
    country = "新加坡" if lang == "zh" else "Singapore"
    assert country in shown and country in listed and "SG ·" not in shown
    assert "灯屿云" in shown and "Lantern Isle Cloud" in shown and ("时间线" if lang == "zh" else "Time line") in shown


def test_every_act_of_the_page_does_what_it_says(officer: Client, mill: Company) -> None:
    done = {
        "name": {"text": "Old Lantern", "kind": "former", "language": "en"},
        "number": {"scheme": "SG-ACRA", "value": "T08FC7287D", "verified": "2026-01-02"},
        "label": {"kind": "sector", "code": "I6513"},
        "fact": {"attribute": "employees", "value": "12", "as_of": "2026-01-01", "origin": "document"},
        "holding": {"holder_name": "Nordlicht", "holder_kind": "foreign", "share": "51 %", "origin": "register"},
        "contact": {"name": "Mei", "email": "mei@example.com", "language": "zh"},
    }
    for act, given in done.items():
        assert send(officer, mill, act, **given) == 302, act
    page = officer.get(f"/en/desk/companies/{mill.pk}/").text
    for text in ("Old Lantern", "T08FC7287D", "I6513", "51 %", "mei@example.com", "looked up on 2026-01-02"):
        assert text in page, text
    contact, holding, label = mill.contacts.get(), mill.holdings.get(), mill.labels.get()
    assert (
        send(
            officer,
            mill,
            "consent",
            contact=contact.pk,
            purpose="case",
            channel="email",
            given="2026-01-01",
            how="letter",
        )
        == 302
    )
    assert send(officer, mill, "withdraw", row=contact.consents.get().pk) == 302
    assert send(officer, mill, "left", row=contact.pk) == 302
    assert send(officer, mill, "end_holding", row=holding.pk, ends="2026-06-01") == 302
    assert send(officer, mill, "remove_label", row=label.pk) == 302
    assert send(officer, mill, "remove_name", row=mill.names.get().pk) == 302
    assert not mill.labels.exists() and not mill.names.exists() and contact.consents.get().withdrawn
    other = add_company("", "Lantern Isle Cloud Ltd")
    assert "Possible duplicates" in officer.get(f"/en/desk/companies/{mill.pk}/").text
    person("kai", Role.REPRESENTATIVE, other)
    both = f"/en/desk/companies/{mill.pk}/merging/?other={other.pk}"
    assert officer.post(both, {"key": "m" * 16, "reason": "the same"}).status_code == 302
    waiting, colleague = mill.memberships.get(), as_(person("pia", Role.OFFICER, unit("Other")))
    assert waiting.on_hold and send(officer, mill, "confirm_access", row=waiting.pk) == 422
    assert send(colleague, mill, "confirm_access", row=waiting.pk) == 302
    waiting.refresh_from_db()
    assert waiting.on_hold is None
    on_rows = {"withdraw", "left", "end_holding", "remove_label", "remove_name", "confirm_access"}
    assert {*done, "consent", "merge", "propose_merge", "propose_representative", "look_up", "take", *on_rows} == set(
        ON_COMPANY
    )
    answer = officer.get(f"/en/desk/companies/{other.pk}/")
    assert answer.status_code == 302 and answer.headers["Location"] == f"/en/desk/companies/{mill.pk}/"
    merge = Merge.objects.get()
    address = f"/en/desk/companies/merges/{merge.pk}/"
    assert officer.post(address, {"key": "k" * 16, "reason": ""}).status_code == 422
    assert officer.post(address, {"key": "k" * 16, "reason": "another one"}).status_code == 302
    assert officer.get(f"/en/desk/companies/{other.pk}/").status_code == 200


def test_a_bad_form_is_shown_again_with_what_was_typed(officer: Client, mill: Company) -> None:
    address = f"/en/desk/companies/{mill.pk}/number/"
    given = {
        **hidden(officer.get(f"/en/desk/companies/{mill.pk}/").text, "number"),
        "scheme": "LEI",
        "value": "529900T8BM49AURSDO56",
    }
    answer = officer.post(address, given)
    assert answer.status_code == 422 and "should be 55" in answer.text and "529900T8BM49AURSDO56" in answer.text
    assert not mill.identifiers.exists()


def test_a_stale_form_answers_409_and_keeps_what_was_typed(officer: Client, mill: Company) -> None:
    stale = hidden(officer.get(f"/en/desk/companies/{mill.pk}/").text, "name")
    assert send(officer, mill, "label", kind="technology", code="cloud") == 302
    answer = officer.post(f"/en/desk/companies/{mill.pk}/name/", {**stale, "text": "Typed Name", "kind": "trade"})
    assert answer.status_code == 409 and "Typed Name" in answer.text and "Somebody changed this company" in answer.text
    again = {**hidden(answer.text, "name"), "text": "Typed Name", "kind": "trade"}
    assert officer.post(f"/en/desk/companies/{mill.pk}/name/", again).status_code == 302


def test_a_double_click_enters_a_fact_once(officer: Client, mill: Company) -> None:
    given = hidden(officer.get(f"/en/desk/companies/{mill.pk}/").text, "fact")
    given |= {"attribute": "employees", "value": "12", "as_of": "2026-01-01", "origin": "declared"}
    for _ in range(2):
        assert officer.post(f"/en/desk/companies/{mill.pk}/fact/", given).status_code == 302
    assert Fact.objects.count() == 1


def test_a_company_of_the_same_name_is_shown_before_one_is_made(officer: Client, mill: Company) -> None:
    given = {"key": "k" * 16, "name_zh": "灯屿云有限公司", "name_en": "", "country": "sg"}
    answer = officer.post("/en/desk/companies/new/", given)
    assert answer.status_code == 422 and "may be here already" in answer.text
    for _ in range(2):
        assert officer.post("/en/desk/companies/new/", {**given, "anyway": "1"}).status_code == 302
    assert Company.objects.count() == 2


def test_nobody_else_comes_to_a_company(mill: Company) -> None:
    clara = as_(person("clara", Role.REPRESENTATIVE, add_company("", "Other")))
    mei = as_(person("mei", Role.REPRESENTATIVE, mill))
    leader = as_(person("lee", Role.LEADER, unit("City")))
    address = f"/en/desk/companies/{mill.pk}/"
    assert clara.get(address).status_code == 404 and clara.get("/en/desk/companies/").status_code == 403
    assert clara.post(f"{address}name/", {"key": "k" * 16, "text": "x", "kind": "trade"}).status_code == 404
    assert Client().get(address).status_code == 302
    assert mei.get(address).status_code == 200
    for client in (mei, leader):
        assert client.post(f"{address}name/", {"key": "k" * 16, "text": "x", "kind": "trade"}).status_code == 403
    assert not mill.names.exists()


def test_words_that_are_no_search_answer_a_page(officer: Client, mill: Company) -> None:
    for query in ("words=%00", "words=%27", "page=x", "page=99999999999999999999", "sector=%25", "country=zz"):
        assert officer.get(f"/en/desk/companies/?{query}").status_code == 200, query


def test_a_long_list_is_turned_forwards_and_back_by_its_filters() -> None:
    client = as_(person("olga", Role.OFFICER, unit("City")))
    Company.objects.bulk_create([Company(name_en=f"Mill {number}", country="DE") for number in range(101)])
    first, middle, last = (client.get(f"/en/desk/companies/?country=de&page={page}").text for page in (1, 2, 3))
    assert 'rel="prev"' not in first and "?country=DE&amp;page=2" in first and "Page 1" in first
    assert "?country=DE&amp;page=1" in middle and "?country=DE&amp;page=3" in middle
    assert "?country=DE&amp;page=2" in last and 'rel="next"' not in last and "Page 3" in last
