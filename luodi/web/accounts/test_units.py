"""The tree of units, companies and who acts for them, as an administrator keeps them, with their history."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luodi.errors import BadInput
from luodi.web.accounts.actions import units
from luodi.web.accounts.actions.roles import give_role
from luodi.web.accounts.models import Company, Membership, Unit, User
from luodi.web.accounts.test_pages import send
from luodi.web.accounts.validation import Grant
from luodi.web.advisor.queries import receiving_unit
from luodi.web.conftest import by_operator, person, unit
from luodi.web.core.keys import new_key
from luodi.web.core.permissions import may, visible
from luodi.web.core.roles import Role, RoleLevel
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db
UNITS, COMPANIES = "/en/account/units/", "/en/account/companies/"


@pytest.fixture
def tree() -> dict[str, Unit]:
    city = unit("City")
    east = unit("East", city)
    return {"city": city, "east": east, "park": unit("Park", east), "west": unit("West", city)}


def path_of(one: Unit) -> str:
    return Unit.objects.get(pk=one.pk).path


# ---- units


def test_a_unit_is_made_and_stands_in_the_tree(as_administrator: Client, tree: dict[str, Unit]) -> None:
    given = {"kind": "bureau", "name_zh": "数据处", "name_en": "Data", "parent": tree["east"].pk}
    answer = send(as_administrator, UNITS, given)
    made = Unit.objects.get(name_en="Data")
    assert answer["location"] == f"{UNITS}{made.pk}/" and made.path == f"{tree['east'].path}{made.pk}/"
    assert "Data" in as_administrator.get(UNITS).text
    assert "数据处" in as_administrator.get("/zh/account/units/").text


def test_a_unit_gets_another_name_and_its_history_says_so(as_administrator: Client, tree: dict[str, Unit]) -> None:
    page = f"{UNITS}{tree['east'].pk}/"
    given = {"act": "rename", "kind": "district", "name_zh": "东湾区", "name_en": "East Bay"}
    assert send(as_administrator, page, given).status_code == 302
    text = as_administrator.get(page).text
    assert "<h1>East Bay</h1>" in text and "East → East Bay" in text and "Ada" in text
    assert Entry.objects.get(act="rename").before["name_en"] == "East"


def test_a_unit_moves_with_all_that_stands_below_it(as_administrator: Client, tree: dict[str, Unit]) -> None:
    olga = person("olga", Role.OFFICER, tree["west"])
    person("paul", Role.OFFICER, tree["park"])
    assert not visible(olga, Unit.objects.filter(pk=tree["park"].pk), "change").exists()
    answer = send(as_administrator, f"{UNITS}{tree['east'].pk}/", {"act": "move", "parent": tree["west"].pk})
    assert answer.status_code == 302
    assert path_of(tree["park"]) == f"{tree['west'].path}{tree['east'].pk}/{tree['park'].pk}/"
    leader = person("lee", Role.LEADER, tree["west"])
    assert visible(leader, Membership.objects.filter(unit=tree["park"])).exists()  # who leads above it now, reaches it


def test_a_unit_cannot_stand_below_itself(tree: dict[str, Unit]) -> None:
    for below in (tree["east"], tree["park"]):
        with pytest.raises(BadInput):
            by_operator(units.move_unit, tree["east"], below)
    assert path_of(tree["park"]) == tree["park"].path and not Entry.objects.exists()


def test_a_unit_moves_to_the_top(tree: dict[str, Unit]) -> None:
    by_operator(units.move_unit, tree["east"], None)
    assert path_of(tree["park"]) == f"/{tree['east'].pk}/{tree['park'].pk}/"


@pytest.mark.parametrize(("days", "holds"), [(-1, True), (0, False)])
def test_roles_end_on_the_day_a_unit_closes_and_those_above_go_on(
    as_administrator: Client, tree: dict[str, Unit], days: int, holds: bool
) -> None:
    olga, omar = person("olga", Role.OFFICER, tree["park"]), person("omar", Role.OFFICER, tree["city"])
    day = timezone.localdate() + timedelta(days=10)
    given = {"act": "close", "day": day.isoformat(), "reason": "merged"}
    assert send(as_administrator, f"{UNITS}{tree['east'].pk}/", given).status_code == 302
    company = Company.objects.create(name_en="Mill")
    on = day + timedelta(days=days)
    assert may(olga, "see", company, on=on) is holds and may(omar, "see", company, on=on)
    assert {u.name_en for u in Unit.objects.filter(closes=day)} == {"East", "Park"}


def test_a_closed_unit_takes_no_roles_no_units_and_no_enquiries(tree: dict[str, Unit], settings: Any) -> None:
    today = timezone.localdate()
    by_operator(units.close_unit, tree["east"], today)
    east = Unit.objects.get(pk=tree["east"].pk)
    with pytest.raises(BadInput):
        by_operator(give_role, person("olga"), Grant(Role.OFFICER, east), starts=today)
    for make in (
        lambda: by_operator(units.add_unit, "park", "园", "New", parent=east),
        lambda: by_operator(units.move_unit, tree["west"], east),
    ):
        with pytest.raises(BadInput):
            make()
    settings.ENQUIRY_UNIT = east.pk
    assert receiving_unit() is None


def test_a_unit_that_was_closed_goes_on_once_the_one_above_does(tree: dict[str, Unit]) -> None:
    today = timezone.localdate()
    by_operator(units.close_unit, tree["east"], today)
    with pytest.raises(BadInput):
        by_operator(units.reopen_unit, tree["park"])
    by_operator(units.reopen_unit, tree["east"])
    by_operator(units.reopen_unit, tree["park"])
    assert not Unit.objects.exclude(closes=None).exists()


@pytest.mark.parametrize(
    "given",
    [
        {"act": "close", "day": "2020-01-01", "reason": "x"},
        {"act": "close", "day": "never", "reason": "x"},
        {"act": "close", "day": "2099-01-01", "reason": ""},
        {"act": "rename", "kind": "ministry"},
        {"act": "move", "parent": "999"},
        {"act": "burn"},
        {},
    ],
)
def test_what_cannot_be_done_to_a_unit_answers_422_and_changes_nothing(
    as_administrator: Client, tree: dict[str, Unit], given: dict[str, str]
) -> None:
    before = list(Unit.objects.values())
    answer = send(as_administrator, f"{UNITS}{tree['east'].pk}/", given)
    assert answer.status_code == 422 and "There is a problem" in answer.text
    assert list(Unit.objects.values()) == before and not Entry.objects.exists()


# ---- companies


def test_a_company_is_made_changed_and_remembered(as_administrator: Client) -> None:
    given = {"name_zh": "灯屿云", "name_en": "Lantern Isle", "credit_code": "", "country": "sg"}
    page = send(as_administrator, COMPANIES, given)["location"]
    assert Company.objects.get().country == "SG"
    assert send(as_administrator, page, {"act": "change", **given, "name_en": "Lantern Cloud"}).status_code == 302
    text = as_administrator.get(page).text
    assert "Lantern Isle → Lantern Cloud" in text and "Lantern" in as_administrator.get(f"{COMPANIES}?words=cloud").text
    assert "Lantern Cloud" not in as_administrator.get(f"{COMPANIES}?words=mill").text


def test_a_stale_form_takes_nothing_back_that_an_officer_changed(as_administrator: Client) -> None:
    mill = Company.objects.create(name_en="Mill", country="SG")
    page = f"{COMPANIES}{mill.pk}/"
    assert 'name="version" value="1"' in as_administrator.get(page).text
    stale = {
        "key": new_key(),
        "act": "change",
        "version": "1",
        "name_zh": "",
        "name_en": "New Mill",
        "credit_code": "",
        "country": "SG",
    }
    assert [send(as_administrator, page, stale).status_code for _ in range(2)] == [302, 302]
    told = send(as_administrator, page, {**stale, "country": "DE"})
    assert told.status_code == 409 and "after you opened it" in told.text
    assert re.search(r'name="country"[^>]* value="Germany"', told.text)
    assert 'name="version" value="2"' in told.text
    assert send(as_administrator, page, {**stale, "country": "DE", "version": "2"}).status_code == 302
    assert Company.objects.get().version == 3


@pytest.mark.parametrize("given", [{}, {"name_en": "Mill", "credit_code": "91"}, {"name_en": "Mill", "country": "XX"}])
def test_a_company_that_cannot_be_is_refused(as_administrator: Client, given: dict[str, str]) -> None:
    answer = send(as_administrator, COMPANIES, given)
    assert answer.status_code == 422 and not Company.objects.exists()


def test_a_representative_reaches_the_company_as_far_and_as_long_as_it_says(as_administrator: Client) -> None:
    mill, mei, today = Company.objects.create(name_en="Mill"), person("mei"), timezone.localdate()
    ends = today + timedelta(days=30)
    given = {"act": "name", "email": "MEI@example.com", "scope": "see", "starts": str(today), "ends": str(ends)}
    page = f"{COMPANIES}{mill.pk}/"
    assert send(as_administrator, page, given).status_code == 302
    assert may(mei, "see", mill) and not may(mei, "see", mill, on=ends)
    assert "may only read" in as_administrator.get(page).text
    held = Membership.objects.get(user=mei)
    assert send(as_administrator, page, {"act": "end", "held": held.pk}).status_code == 302
    assert not may(mei, "see", mill)


@pytest.mark.parametrize(("scope", "acts"), [(RoleLevel.FULL, True), (RoleLevel.READ, False)])
def test_whoever_may_only_read_does_nothing_else(scope: RoleLevel, acts: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from luodi.web.core.policy import ITSELF, Policy

    mill, mei = Company.objects.create(name_en="Mill"), person("mei")
    who = frozenset({Role.REPRESENTATIVE})
    monkeypatch.setattr(Company, "policy", Policy(company=ITSELF, acts={"see": who, "change": who}))
    grant = Grant(Role.REPRESENTATIVE, company=mill, scope=scope)
    by_operator(give_role, mei, grant, starts=date(2020, 1, 1))
    assert may(mei, "see", mill) and may(mei, "change", mill) is acts


def test_only_a_representative_has_a_scope(tree: dict[str, Unit]) -> None:
    with pytest.raises(BadInput):
        grant = Grant(Role.OFFICER, tree["city"], scope=RoleLevel.READ)
        by_operator(give_role, person("olga"), grant, starts=date(2020, 1, 1))


@pytest.mark.parametrize(
    "given", [{"act": "name", "email": "nobody@example.com", "scope": "act", "starts": "2026-01-01"}, {"act": "end"}]
)
def test_what_cannot_be_done_for_a_company_is_said(as_administrator: Client, given: dict[str, str]) -> None:
    mill = Company.objects.create(name_en="Mill")
    assert send(as_administrator, f"{COMPANIES}{mill.pk}/", given).status_code in (404, 422)
    assert not Membership.objects.filter(company=mill).exists()


def test_these_pages_are_for_administrators(client: Client, tree: dict[str, Unit]) -> None:
    mill = Company.objects.create(name_en="Mill")
    pages = [UNITS, f"{UNITS}{tree['east'].pk}/", COMPANIES, f"{COMPANIES}{mill.pk}/"]
    assert {client.get(page).status_code for page in pages} == {302}
    client.force_login(person("olga", Role.OFFICER, tree["city"]))
    assert {client.get(page).status_code for page in pages} == {403}
    assert {send(client, page, {"act": "reopen"}).status_code for page in pages} == {403}
    assert not Entry.objects.exists() and User.objects.count() == 1
