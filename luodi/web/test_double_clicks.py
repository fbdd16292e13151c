"""A form that makes something is sent twice, as a double click or a reload does: there is one of it."""

import re
from html import unescape
from typing import Any, Final

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from luodi.web.accounts.actions.units import add_unit
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.cases.actions.cases import open_case
from luodi.web.cases.models import LandingCase
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role

pytestmark = pytest.mark.django_db
ABLE: Final = {"title": "x", "text": "x", "proof": "report", "proof_text": "x"}
WRONG: Final = {"fault": "wrong", "text": "x"}
CLOUD: Final = "investor=SG&service=B11&place=BJ&share=100"
MEI: Final = {"name": "Mei", "email": "mei@elsewhere.example", "consent": "on"}
TITLES: Final = {"title_zh": "x", "title_en": "x"}
HIDDEN: Final = re.compile(r'<input[^>]*type="hidden"[^>]*>')
VALUE: Final = re.compile(r'name="([^"]*)"[^>]*value="([^"]*)"')

#: Who sends which form where (`shown>sent`), and what it makes.
FORMS: Final = [
    ("ada", "account/units/", {"kind": "bureau", "name_zh": "新", "name_en": "New"}, "accounts.Unit"),
    ("ada", "account/companies/", {"name_zh": "新", "name_en": "New", "country": "SG"}, "accounts.Company"),
    ("anna", "desk/companies/new/", {"name_en": "New", "country": "SG"}, "accounts.Company"),
    ("anna", "desk/companies/imports/", {"source": "fair", "origin": "declared"}, "companies.ImportRun"),
    ("anna", "desk/leads/new/", {"title": "New", "kind": "fair", "source": "fair", "unit": "UNIT"}, "leads.Lead"),
    ("mei", "market/capabilities/", {"company": "MILL", **ABLE}, "docking.Capability"),
    ("mei", "obstacles/new/", {"company": "MILL", "kind": "request", "text": "x"}, "obstacles.Obstacle"),
    ("paula", "desk/books/>desk/books/drafts/", {"book": "policies", "title": "New"}, "books.Draft"),
    ("", "advisor/report/?line=service:B11", {"line": "service:B11", **WRONG}, "advisor.Report"),
    (
        "anna",
        "desk/cases/new/?company=MILL",
        {"company": "MILL", "unit": "UNIT", "technology": "x"},
        "cases.LandingCase",
    ),
    ("", f"advisor/hand-over/?{CLOUD}", {**MEI, "message": "x"}, "advisor.Enquiry"),
    ("", "interest/", {**MEI, "company_name": "New", "message": "x"}, "leads.Lead"),
    ("anna", "desk/cases/CASE/new/talk/", {"kind": "call", "note": "x"}, "dealings.Interaction"),
    ("anna", "desk/cases/CASE/new/task/", {"what": "x", "owner": "ANNA", "due": "2099-01-01"}, "dealings.Task"),
    ("anna", "desk/cases/CASE/new/promise/", {"what": "x"}, "dealings.Promise"),
    ("anna", "desk/cases/CASE/new/proposition/", {"title": "x", "text": "x"}, "dealings.Proposition"),
    (
        "anna",
        "desk/cases/CASE/new/hand_off/",
        {"question": "x", "units": "ASIDE", "due": "2099-01-01"},
        "dealings.HandOff",
    ),
    (
        "anna",
        "desk/cases/CASE/obstacle/",
        {"company": "MILL", "case": "CASE", "kind": "request", "text": "x"},
        "obstacles.Obstacle",
    ),
    (
        "anna",
        "market/demands/new/",
        {"owner": "unit-HERE", "unit": "UNIT", "kind": "space", "visibility": "public", **TITLES, "text": "x"},
        "docking.Demand",
    ),
    ("anna", "meetings/new/", {"unit": "UNIT", **TITLES, "day": "2099-01-01", "place": "x"}, "docking.Meeting"),
    ("anna", "desk/views/", {"name": "x", "about": "cases"}, "workbench.SavedView"),
]


@pytest.fixture
def here(db: None, settings: Any) -> Unit:
    city, _ = unit("City"), unit("Aside")
    settings.ENQUIRY_UNIT = city.pk
    mill = Company.objects.create(name_zh="磨坊", name_en="Mill", country="SG")
    person("anna", Role.OFFICER, city), person("mei", Role.REPRESENTATIVE, mill), person("ada", Role.ADMINISTRATOR)
    person("paula", Role.POLICY_OFFICER)
    open_case(mill, city, by=User.objects.get(email="anna@example.com"), at=timezone.now())
    return city


def hidden(page: str) -> dict[str, str]:
    """What the form carries that nobody types."""
    found = (VALUE.search(field) for field in HIDDEN.findall(page))
    return {unescape(one[1]): unescape(one[2]) for one in found if one}


class Sender:
    """Somebody with the page of a form open: what they send has the key that the page gave."""

    def __init__(self, who: str, path: str, given: dict[str, Any]) -> None:
        self.client, mill, city = Client(), Company.objects.get(name_en="Mill").pk, _unit("City")
        known = {"UNIT": city, "unit-HERE": f"unit-{city}", "ASIDE": _unit("Aside"), "MILL": mill, "CASE": _case().pk}
        if who:
            known["ANNA"] = User.objects.get(name="Anna").pk
            self.client.force_login(User.objects.get(email=f"{who}@example.com"))
        shown, _, posted = path.replace("CASE", _case().reference).replace("MILL", str(mill)).partition(">")
        self.given = {**hidden(self.client.get(f"/en/{shown}").text), **{n: known.get(v, v) for n, v in given.items()}}
        self.address, self.brings = f"/en/{posted or shown}", "imports" in path

    def send(self, **more: str) -> str:
        files = {"file": SimpleUploadedFile("x.csv", b"name\nAmber\n")} if self.brings else {}
        answer = self.client.post(self.address, {**self.given, **more, **files})
        assert answer.status_code == 302, (answer.status_code, answer.text[-4000:])
        return str(answer.headers["Location"])


def _case() -> LandingCase:
    return LandingCase.objects.order_by("pk")[0]


def _unit(name: str) -> int:
    return Unit.objects.get(name_en=name).pk


#: What is one thing however it is called: the same answers are kept once.
ALSO: Final = [("anna", f"advisor/saved/new/?{CLOUD}", {"name": "x"}, "advisor.Saved")]


@pytest.mark.parametrize(("who", "path", "given", "model"), [*FORMS, *ALSO])
def test_a_form_that_is_sent_twice_makes_one(
    here: Unit, who: str, path: str, given: dict[str, Any], model: str
) -> None:
    sender, rows = Sender(who, path, given), apps.get_model(model)._base_manager
    before = rows.count()
    assert sender.send() == sender.send()
    assert rows.count() == before + 1


#: What somebody changes on a page that they went back to.
ANEW: Final = (
    "text",
    "message",
    "title",
    "title_en",
    "name",
    "name_en",
    "source",
    "note",
    "what",
    "question",
    "technology",
)


@pytest.mark.parametrize(("who", "path", "given", "model"), FORMS)
def test_a_page_that_one_goes_back_to_and_writes_anew_makes_another(
    here: Unit, who: str, path: str, given: dict[str, Any], model: str
) -> None:
    """The same key with other words: nothing that somebody wrote is taken for what they sent before."""
    sender, rows = Sender(who, path, given), apps.get_model(model)._base_manager
    before, field = rows.count(), next(name for name in ANEW if name in given)
    sender.send()
    sender.send(**{field: "Another"})
    sender.send()
    assert rows.count() == before + 2


def test_a_page_that_one_goes_back_to_and_writes_anew_makes_another_one(here: Unit) -> None:
    """The same key with other words: nothing that somebody wrote is taken for what they sent before."""
    client = Client()
    client.force_login(User.objects.get(email="ada@example.com"))
    sent = {**hidden(client.get("/en/account/units/").content.decode()), "kind": "bureau", "name_zh": "新"}
    for name in ("East", "West", "East"):
        assert client.post("/en/account/units/", {**sent, "name_en": name}).status_code == 302
    assert sorted(Unit.objects.exclude(name_en__in=["City", "Aside"]).values_list("name_en", flat=True)) == [
        "East",
        "West",
    ]


def test_what_failed_can_be_sent_again(here: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(email="ada@example.com"))
    sent = {**hidden(client.get("/en/account/units/").content.decode()), "kind": "bureau"}
    sent |= {"name_zh": "新", "name_en": "New"}

    def fails(*given: Any, **more: Any) -> Any:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(add_unit, "function", fails)
        assert client.post("/en/account/units/", sent).status_code == 500
    assert client.post("/en/account/units/", sent).status_code == 302
    assert Unit.objects.filter(name_en="New").count() == 1
