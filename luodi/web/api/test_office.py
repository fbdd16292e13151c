"""Acts on leads and companies over HTTP: those of their pages, with a version, once, for officers who may."""

from datetime import UTC, datetime
from typing import Any

import pytest

from luodi.web.accounts.models import Company, Unit, User
from luodi.web.api.conftest import Program
from luodi.web.api.test_personal import key
from luodi.web.cases.models import LandingCase
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.leads.actions import From, Heard, receive
from luodi.web.leads.models import Lead

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.fixture
def here() -> Unit:
    return unit("Here")


@pytest.fixture
def anna(here: Unit) -> User:
    return person("anna", Role.OFFICER, here)


@pytest.fixture
def lead(here: Unit, anna: User) -> Lead:
    return receive(Heard("Amber Quay looks", company_name="Amber Quay"), From("fair", "Fair", {}), here, at=NOW)


def act(program: Program, lead: Lead, name: str, who: User, given: Any = None, **body: Any) -> Any:
    return program.ask(f"leads/{lead.pk}/acts/{name}", {"given": given or {}, **body}, **key(who))


def test_a_lead_from_the_inbox_to_its_case(program: Program, lead: Lead, anna: User) -> None:
    whole = program.get(f"/api/v1/leads/{lead.pk}", **key(anna)).json()
    assert {"assign", "park", "refuse", "adjust"} <= set(whole["acts"]) and whole["version"] == 1
    assert act(program, lead, "assign", anna, version=1).json()["assigned"] is True
    stale = act(program, lead, "park", anna, {"until": "2099-01-01", "reason": "x"}, version=1)
    assert (stale.status_code, stale.json()["code"]) == (409, "moved-on")
    adjusted = act(program, lead, "adjust", anna, {"points": 5, "reason": "We met them."}).json()
    assert adjusted["adjustments"] == [{"points": 5, "reason": "We met them."}]
    parked = act(program, lead, "park", anna, {"until": "2099-01-01", "reason": "After their round."}).json()
    assert (parked["state"], parked["wakes"]) == ("parked", "2099-01-01")
    for name in ("wake", "qualify"):
        assert act(program, lead, name, anna).status_code == 200, name
    done = act(program, lead, "convert", anna, {"company": ""}).json()
    assert (done["state"], done["case"]) == ("converted", LandingCase.objects.get().reference)
    assert done["acts"] == []


def test_leads_are_acted_on_by_officers_of_their_unit_alone(program: Program, lead: Lead, here: Unit) -> None:
    clara, lee = person("clara", Role.OFFICER, unit("Aside")), person("lee", Role.LEADER, here)
    assert act(program, lead, "refuse", clara, {"reason": "x"}).status_code == 404
    assert act(program, lead, "refuse", lee, {"reason": "x"}).status_code == 403
    assert program.get(f"/api/v1/leads/{lead.pk}", **key(lee)).json()["acts"] == []
    lead.refresh_from_db()
    assert (lead.state, lead.version) == ("new", 1)


def test_a_company_is_entered_once_and_changed_by_its_version(program: Program, anna: User) -> None:
    given = {"name_en": "Amber Quay Robotics", "country": "NL"}
    made = program.ask("companies", {"given": given}, **key(anna))
    assert (made.status_code, made.json()["country"]) == (201, "NL")
    again = program.ask("companies", {"given": given}, **key(anna))
    assert (again.status_code, again.json()["code"]) == (409, "already-there")
    other = program.ask("companies", {"anyway": True, "given": given}, **key(anna)).json()
    number = made.json()["number"]

    def change(name: str, given: Any, who: User = anna, **body: Any) -> Any:
        return program.ask(f"companies/{number}/acts/{name}", {"given": given, **body}, **key(who))

    labelled = change("label", {"kind": "technology", "code": "robotics"}, version=made.json()["version"])
    assert [row["code"] for row in labelled.json()["labels"]] == ["robotics"]
    stale = change("name", {"text": "Amber", "kind": "trade"}, version=made.json()["version"])
    assert (stale.status_code, stale.json()["code"]) == (409, "moved-on")
    assert change("remove_label", {}, row=labelled.json()["labels"][0]["row"]).json()["labels"] == []
    assert change("remove_label", {}, row=0).status_code == 422
    assert change("remove_label", {}, row=10**15).json()["at"] == "the body, key `row`"
    person("kai", Role.REPRESENTATIVE, Company.objects.get(pk=other["number"]))
    merged = change("merge", {"other": other["number"], "reason": "one firm"}).json()
    (merge,), (waiting,) = merged["merges"], merged["on_hold"]
    own = change("confirm_access", {}, row=waiting["row"])
    assert (waiting["name"], own.status_code, own.json()["code"]) == ("Kai", 409, "own-work")
    colleague = person("ben", Role.OFFICER, unit("There"))
    assert change("confirm_access", {}, colleague, row=waiting["row"]).json()["on_hold"] == []
    undone = program.ask(f"merges/{merge['number']}/undo", {"reason": "two firms"}, **key(anna))
    assert (undone.status_code, undone.json()["number"]) == (200, other["number"])


def test_a_leader_reads_companies_and_changes_none(program: Program, here: Unit) -> None:
    lee, mill = person("lee", Role.LEADER, here), Company.objects.create(name_en="Mill")
    assert program.get(f"/api/v1/companies/{mill.pk}", **key(lee)).json()["acts"] == []
    refused = program.ask(f"companies/{mill.pk}/acts/name", {"given": {"text": "x", "kind": "trade"}}, **key(lee))
    assert (refused.status_code, mill.names.count()) == (403, 0)
