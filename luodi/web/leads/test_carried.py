"""From lead to company and case nothing is typed twice."""

from typing import Any

import pytest

from luodi.advice.answers import Answers
from luodi.casework.leads import Lead as State
from luodi.errors import MissingKey
from luodi.web.accounts.models import Unit, User
from luodi.web.advisor.actions.enquiries import Sender, send_enquiry
from luodi.web.advisor.determinations import answers_of
from luodi.web.companies.models import Contact
from luodi.web.conftest import add_company, unit
from luodi.web.leads import actions
from luodi.web.leads.models import Lead
from luodi.web.leads.test_leads import CLOUD, NOW, TODAY, by, came, here, olga

__all__ = ["here", "olga"]  # fixtures
pytestmark = pytest.mark.django_db


def test_contact_answers_and_plan_of_an_enquiry_come_along_to_its_case(here: Unit, olga: User) -> None:
    sender = Sender("Mei Lin", "mei@lantern.example", "en", company="Lantern Isle", message="When?")
    enquiry = send_enquiry(Answers.of(CLOUD), TODAY, sender, here, by=None, at=NOW)
    case = actions.convert(actions.qualify(Lead.objects.get(), **by(olga)), **by(olga))
    contact = case.company.contacts.get()
    assert (contact.name, contact.email, contact.language) == ("Mei Lin", "mei@lantern.example", "en")
    assert case.company.country == "SG" and case.place == "BJ"
    assert case.plans == [{"service": "B11", "place": "BJ", "share": "100"}]
    assert case.steps.exists() and case.determination is not None
    assert answers_of(case.determination) == answers_of(enquiry.determination)


def test_a_contact_whom_the_company_has_is_not_added_again_and_one_who_left_is(here: Unit, olga: User) -> None:
    mill = add_company("", "Mill")
    for name, left in (("First", None), ("Again", None), ("Third", TODAY)):
        Contact.objects.filter(company=mill).update(left=left)
        lead = came(here, f"Mill {name}", contact=name, email="Mei@mill.example" if left else "mei@mill.example")
        actions.convert(actions.qualify(lead, **by(olga)), **by(olga), company=mill)
    assert list(mill.contacts.order_by("pk").values_list("name", flat=True)) == ["First", "Third"]
    nobody = actions.qualify(came(here, "Nobody"), **by(olga))
    assert not actions.convert(nobody, **by(olga)).company.contacts.exists()


def test_what_a_duplicate_said_comes_along_unless_the_lead_says_it_itself(here: Unit, olga: User) -> None:
    lead = actions.qualify(came(here, "Lantern", technology="cloud", contact="Wei"), **by(olga))
    sender = Sender("Mei", "mei@lantern.example", "en", company="Lantern Isle")
    send_enquiry(Answers.of(CLOUD), TODAY, sender, here, by=None, at=NOW)
    actions.mark_duplicate(Lead.objects.exclude(pk=lead.pk).get(), lead.pk, **by(olga))
    strange = came(unit("Elsewhere"), "Lantern again", contact="Kai", place="SH")
    Lead.objects.filter(pk=strange.pk).update(state=State.DUPLICATE, duplicate_of=lead)
    case = actions.convert(lead, **by(olga))
    assert set(case.company.contacts.values_list("name", flat=True)) == {"Wei", "Mei"}  # of another unit: not Kai
    assert case.technology == "cloud" and case.place == "BJ" and case.steps.exists()


def test_a_plan_that_the_books_refuse_keeps_no_case_from_being_opened(
    here: Unit, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise MissingKey("cases.plan-no-steps-nothing-work", at="plan")

    monkeypatch.setattr(actions, "renew_plan", refused)
    sender = Sender("Mei", "mei@lantern.example", "en", company="Lantern Isle")
    send_enquiry(Answers.of(CLOUD), TODAY, sender, here, by=None, at=NOW)
    case = actions.convert(actions.qualify(Lead.objects.get(), **by(olga)), **by(olga))
    assert case.determination is not None and not case.steps.exists()
