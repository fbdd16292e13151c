"""Working days and the opening of cases over HTTP: the acts of their pages, for those who may."""

from datetime import UTC, datetime
from typing import Any

import pytest

from luodi.errors import MissingKey
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.api.conftest import Program
from luodi.web.api.test_personal import key
from luodi.web.cases.models import CalendarDay, LandingCase, UnitCalendar
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
DAY = {"day": "2099-01-05", "works": "no", "reason": "The hall is moved."}


@pytest.fixture
def here() -> Unit:
    return unit("Here", unit("City"))


@pytest.fixture
def anna(here: Unit) -> User:
    return person("anna", Role.OFFICER, here)


def keep(program: Program, here: Unit, name: str, who: User, given: Any = None, **body: Any) -> Any:
    sent = body.pop("sent", None) or key(who)
    return program.ask(f"calendars/{here.pk}/acts/{name}", {"given": given or {}, **body}, **sent)


def look(program: Program, here: Unit, who: User) -> Any:
    return program.get(f"/api/v1/calendars/{here.pk}", **key(who))


# ---- working days


def test_a_unit_chooses_its_week_and_sets_and_takes_back_days(program: Program, here: Unit, anna: User) -> None:
    before = look(program, here, anna).json()
    assert (before["week"], before["version"], before["days"]) == (None, None, [])
    assert before["acts"] == ["week", "day", "take_back"] and len(before["next_days"]) == 10
    made = keep(program, here, "day", anna, DAY).json()
    [day] = made["days"]
    assert (day["day"], day["works"], day["reason"]) == ("2099-01-05", False, "The hall is moved.")
    assert keep(program, here, "day", anna, DAY).json()["code"] == "duplicate-key"
    assert keep(program, here, "take_back", anna, row=day["row"]).json()["days"] == []
    gone = keep(program, here, "take_back", anna, row=day["row"])
    assert (gone.status_code, gone.json()["code"]) == (422, "unknown-value")
    assert keep(program, here, "week", anna, {"week": "no-week"}).json()["code"] == "unknown-value"
    stale = keep(program, here, "week", anna, {"week": ""}, version=made["version"] + 7)
    assert (stale.status_code, stale.json()["code"]) == (409, "moved-on")
    changed = keep(program, here, "week", anna, {"week": ""}, version=made["version"]).json()
    assert changed["version"] == made["version"] + 1
    acts = Entry.objects.filter(kind__startswith="cases.", actor=anna.pk).values_list("act", flat=True)
    assert sorted(acts) == ["choose", "choose", "set_day", "take_back"]


def test_a_day_sent_twice_under_a_name_is_set_once(program: Program, here: Unit, anna: User) -> None:
    name = {"headers": {**key(anna)["headers"], "idempotency-key": "one"}}
    first, again = (keep(program, here, "day", anna, DAY, sent=name) for _ in range(2))
    assert first.json() == again.json() and again["Idempotent-Replayed"] == "true" and CalendarDay.objects.count() == 1


def test_officers_keep_it_leaders_look_and_those_aside_see_nothing(program: Program, here: Unit, anna: User) -> None:
    lee, clara = person("lee", Role.LEADER, here), person("clara", Role.OFFICER, unit("Aside"))
    for act in ("week", "day", "take_back"):
        assert keep(program, here, act, lee, DAY).status_code == 403
        assert keep(program, here, act, clara, DAY).status_code == 404
    assert look(program, here, lee).json()["acts"] == [] and look(program, here, clara).status_code == 404
    listed = program.get("/api/v1/calendars", **key(clara)).json()["calendars"]
    assert [one["unit"]["name"]["en"] for one in listed] == ["Aside"]
    above = person("omar", Role.OFFICER, Unit.objects.get(name_en="City"))
    assert keep(program, here, "day", above, DAY).status_code == 200
    assert len(program.get("/api/v1/calendars", **key(above)).json()["calendars"]) == 2
    assert UnitCalendar.objects.count() == 1
    mei = person("mei", Role.REPRESENTATIVE, Company.objects.create(name_en="Mill"))
    assert program.get("/api/v1/calendars", **key(mei)).json()["calendars"] == []


# ---- a case


def open_case(program: Program, who: User, **given: Any) -> Any:
    return program.ask("cases", {"given": given}, **key(who))


def test_a_case_is_opened_with_the_plan_it_rests_on(program: Program, here: Unit, anna: User) -> None:
    mill = Company.objects.create(name_en="Mill")
    address = "/en/advisor/plan/?service=B11&place=BJ&share=100&investor=SG&on=2024-12-02"
    made = open_case(program, anna, company=mill.pk, unit=here.pk, address=address, technology="Batteries")
    case = LandingCase.objects.get()
    assert (made.status_code, made["Location"]) == (201, f"/api/v1/cases/{case.reference}")
    assert (case.company, case.unit, case.officer, case.technology) == (mill, here, anna, "Batteries")
    assert made.json()["reference"] == case.reference and case.determination is not None and case.steps.exists()
    plain = open_case(program, anna, company=mill.pk, unit=here.pk)
    assert plain.status_code == 201 and LandingCase.objects.count() == 2


def test_a_case_whose_plan_is_refused_is_not_opened(
    program: Program, here: Unit, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*rows: Any, **more: Any) -> None:
        raise MissingKey("cases.plan-no-steps-nothing-work", at="plan")

    monkeypatch.setattr("luodi.web.cases.actions.cases.ask_plan", refuse)
    mill = Company.objects.create(name_en="Mill")
    refused = open_case(program, anna, company=mill.pk, unit=here.pk, address="service=B11")
    assert (refused.status_code, refused.json()["code"]) == (422, "missing-key") and not LandingCase.objects.exists()


def test_a_case_sent_twice_under_a_name_is_one(program: Program, here: Unit, anna: User) -> None:
    mill, name = Company.objects.create(name_en="Mill"), {"headers": {**key(anna)["headers"], "idempotency-key": "x"}}
    body = {"given": {"company": mill.pk, "unit": here.pk}}
    first, again = (program.ask("cases", body, **name) for _ in range(2))
    assert first.json() == again.json() and LandingCase.objects.count() == 1


def test_officers_open_cases_at_their_own_units(program: Program, here: Unit, anna: User) -> None:
    mill, aside = Company.objects.create(name_en="Mill"), unit("Aside")
    lee, mei = person("lee", Role.LEADER, here), person("mei", Role.REPRESENTATIVE, mill)
    for who in (lee, mei):
        assert open_case(program, who, company=mill.pk, unit=here.pk).status_code == 403
    other = open_case(program, anna, company=mill.pk, unit=aside.pk).json()
    assert (other["code"], other["at"]) == ("unknown-value", "the body, key `given`, key `unit`")
    nobody = open_case(program, anna, company=10**6, unit=here.pk).json()
    assert (nobody["code"], nobody["at"]) == ("unknown-value", "the body, key `given`, key `company`")
    gone = Company.objects.create(name_en="Gone", merged_into=mill)
    assert open_case(program, anna, company=gone.pk, unit=here.pk).status_code == 422
    assert not LandingCase.objects.exists()
