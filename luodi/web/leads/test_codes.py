"""Codes that our books do not know, and days that cannot be, are refused wherever they are written, at their field."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from luodi.casework.plans import check_plan
from luodi.documents.code_names import code_in_words
from luodi.errors import BadInput, LuodiError
from luodi.values import check_currency
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.models.money import Money
from luodi.web.companies.forms import New as NewCompany
from luodi.web.core.keys import new_key
from luodi.web.leads import actions, forms
from luodi.web.leads.models import Lead
from luodi.web.leads.test_leads import NOW, came, here, olga
from luodi.web.leads.test_pages import officer

pytestmark = pytest.mark.django_db
__all__ = ["here", "officer", "olga"]  # fixtures
BAD = {"country": "ZZ", "service": "ZZ9", "place": "Atlantis", "share": "140", "email": "notanemail"}
GOOD = {"title": "Mill", "kind": "fair", "source": "fair", "country": "德国", "service": "B11", "share": "51 %"}


@pytest.mark.parametrize("field", BAD)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_new_lead_says_which_field_cannot_be(officer: Client, here: Unit, field: str, lang: str) -> None:
    answer = officer.post(f"/{lang}/desk/leads/new/", {**GOOD, "key": new_key(), field: BAD[field]})
    assert answer.status_code == 422 and BAD[field] in answer.text and not Lead.objects.exists()
    form = forms.New({**GOOD, "key": new_key(), field: BAD[field]})
    assert list(form.errors) == [field]


def test_a_country_is_taken_by_its_name_and_a_share_without_its_sign(officer: Client, here: Unit) -> None:
    assert officer.post("/en/desk/leads/new/", {**GOOD, "key": new_key()}).status_code == 302
    lead = Lead.objects.get()
    assert (lead.country, lead.plans) == ("DE", [{"service": "B11", "place": None, "share": "51"}])


@pytest.mark.parametrize(
    "fields",
    [{"country": "ZZ"}, {"place": "Atlantis"}, {"plans": [{"service": "ZZ9"}]}, {"plans": [{"share": "140"}]}],
    ids=str,
)
def test_no_program_gets_past_the_form(here: Unit, olga: User, fields: dict[str, Any]) -> None:
    heard = actions.Heard("Mill", **fields)
    with pytest.raises(LuodiError):
        actions.receive(heard, actions.From("fair", "fair", {}), here, at=NOW)
    lead = came(here)
    with pytest.raises(LuodiError):
        actions.describe(lead, fields, by=olga, at=NOW)
    lead.refresh_from_db()
    assert lead.version == 1


def test_a_plan_may_leave_out_what_is_not_known() -> None:
    check_plan({"service": "B11", "place": None, "share": ""})
    check_plan({"share": 0})


# ---- days


@pytest.mark.parametrize(("until", "says"), [(date(1900, 1, 1), "after today"), (date(2999, 1, 1), "before 2100")])
def test_a_lead_is_parked_until_a_day_that_comes(here: Unit, olga: User, until: date, says: str) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        actions.park(came(here), until, "later", by=olga, at=NOW)
    assert refused.value.at == "until"


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2999, 1, 1)])
def test_evidence_has_a_day_on_which_it_was_found(here: Unit, olga: User, day: date) -> None:
    with pytest.raises(BadInput) as refused:
        actions.say_evidence(came(here), "readiness", "asked", day, "a call", by=olga, at=NOW)
    assert refused.value.at == "day"


# ---- money and companies


@pytest.mark.parametrize("code", ["XYZ", "RMB", "cny", "", "XXX"])
def test_a_currency_is_one_that_is_money_somewhere(code: str) -> None:
    with pytest.raises(BadInput):
        check_currency(code)
    assert [check_currency(good) for good in ("CNY", "HKD", "EUR", "USD")]


def test_an_amount_has_a_currency_and_a_day_that_can_be() -> None:
    with pytest.raises(BadInput) as refused:
        Money(1, "XYZ", "investment", date(2026, 1, 1))
    assert refused.value.at == "currency"
    for day in (date(1900, 1, 1), date(2999, 1, 1)):
        with pytest.raises(BadInput) as refused:
            Money(1, "CNY", "investment", day)
        assert refused.value.at == "as_of"


def test_a_new_company_has_a_country_that_there_is() -> None:
    assert list(NewCompany({"name_en": "Mill", "country": "ZZ", "key": new_key()}).errors) == ["country"]
    form = NewCompany({"name_en": "Mill", "country": "Germany", "key": new_key()})
    assert form.is_valid() and form.arguments()["country"] == "DE"


@pytest.mark.parametrize(
    ("lang", "place", "country"), [("en", "Beijing municipality", "Singapore"), ("zh", "北京市", "新加坡")]
)
def test_codes_are_chosen_and_shown_by_name_in_the_language_of_the_reader(
    officer: Client, here: Unit, lang: str, place: str, country: str
) -> None:
    service = code_in_words("service", "B11", lang)
    page = officer.get(f"/{lang}/desk/leads/new/").text
    assert f'<option value="{place}">' in page and f'<option value="{country}">' in page
    sent = {**GOOD, "key": new_key(), "country": country, "place": place, "service": service}
    refused = officer.post(f"/{lang}/desk/leads/new/", {**sent, "share": "140"}).text
    assert f'value="{place}"' in refused and f'value="{country}"' in refused
    assert officer.post(f"/{lang}/desk/leads/new/", sent).status_code == 302
    lead = Lead.objects.get()
    assert (lead.country, lead.place) == ("SG", "BJ") and lead.plans[0]["service"] == "B11"
    shown = officer.get(f"/{lang}/desk/leads/{lead.pk}/").text
    assert country in shown and service in shown and " · SG" not in shown
    assert f'value="{place}"' in shown and 'value="BJ"' not in shown
