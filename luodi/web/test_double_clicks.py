"""A form that makes something is sent twice, as a double click or a reload does: there is one of it."""

import re
from html import unescape
from typing import Any, Final

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from luodi.web.accounts import administration_units
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.roles import Role
from luodi.web.conftest import person, unit

pytestmark = pytest.mark.django_db
ABLE: Final = {"title": "x", "text": "x", "proof": "report", "proof_text": "x"}
WRONG: Final = {"fault": "wrong", "text": "x"}
CLOUD: Final = "investor=SG&service=B11&place=BJ&share=100"
HIDDEN: Final = re.compile(r'<input[^>]*type="hidden"[^>]*>')
VALUE: Final = re.compile(r'name="([^"]*)"[^>]*value="([^"]*)"')


@pytest.fixture
def here(db: None) -> Unit:
    city = unit("City")
    mill = Company.objects.create(name_zh="磨坊", name_en="Mill", country="SG")
    person("anna", Role.OFFICER, city), person("mei", Role.REPRESENTATIVE, mill), person("ada", Role.ADMINISTRATOR)
    person("paula", Role.POLICY_OFFICER)
    return city


def hidden(page: str) -> dict[str, str]:
    """What the form carries that nobody types."""
    found = (VALUE.search(field) for field in HIDDEN.findall(page))
    return {unescape(one[1]): unescape(one[2]) for one in found if one}


@pytest.mark.parametrize(
    ("who", "path", "given", "model"),
    [
        ("ada", "account/units/", {"kind": "bureau", "name_zh": "新", "name_en": "New"}, "accounts.Unit"),
        ("ada", "account/companies/", {"name_zh": "新", "name_en": "New", "country": "SG"}, "accounts.Company"),
        ("anna", "desk/companies/new/", {"name_en": "New", "country": "SG"}, "accounts.Company"),
        ("anna", "desk/companies/imports/", {"source": "fair", "origin": "declared"}, "companies.ImportRun"),
        ("anna", "desk/leads/new/", {"title": "New", "kind": "fair", "source": "fair", "unit": "UNIT"}, "leads.Lead"),
        ("mei", "market/capabilities/", {"company": "MILL", **ABLE}, "docking.Capability"),
        ("mei", "obstacles/new/", {"company": "MILL", "kind": "request", "text": "x"}, "obstacles.Obstacle"),
        ("paula", "desk/books/>desk/books/drafts/", {"book": "policies", "title": "New"}, "books.Draft"),
        ("", "advisor/report/?line=service:B11", {"line": "service:B11", **WRONG}, "advisor.Report"),
        ("anna", f"advisor/saved/new/?{CLOUD}", {"name": "x"}, "advisor.Saved"),
    ],
)
def test_a_form_that_is_sent_twice_makes_one(
    here: Unit, settings: Any, who: str, path: str, given: dict[str, Any], model: str
) -> None:
    settings.ENQUIRY_UNIT = here.pk
    client, rows = Client(), apps.get_model(model)._base_manager
    if who:
        client.force_login(User.objects.get(email=f"{who}@example.com"))
    shown, _, posted = path.partition(">")
    sent = {**hidden(client.get(f"/en/{shown}").content.decode()), **given}
    known = {"UNIT": here.pk, "MILL": Company.objects.get(name_en="Mill").pk}
    before, places = rows.count(), set()
    for _ in range(2):
        files = {"file": SimpleUploadedFile("x.csv", b"name\nAmber\n")} if "imports" in path else {}
        answer = client.post(f"/en/{posted or shown}", {n: known.get(v, v) for n, v in sent.items()} | files)
        assert answer.status_code == 302, answer.status_code
        places.add(answer.headers["Location"])
    assert rows.count() == before + 1 and len(places) == 1


def test_a_page_that_one_goes_back_to_and_writes_anew_makes_another_one(here: Unit) -> None:
    """The same key with other words: nothing that somebody wrote is taken for what they sent before."""
    client = Client()
    client.force_login(User.objects.get(email="ada@example.com"))
    sent = {**hidden(client.get("/en/account/units/").content.decode()), "kind": "bureau", "name_zh": "新"}
    for name in ("East", "West", "East"):
        assert client.post("/en/account/units/", {**sent, "name_en": name}).status_code == 302
    assert sorted(Unit.objects.exclude(pk=here.pk).values_list("name_en", flat=True)) == ["East", "West"]


def test_what_failed_can_be_sent_again(here: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(email="ada@example.com"))
    sent = {**hidden(client.get("/en/account/units/").content.decode()), "kind": "bureau"}
    sent |= {"name_zh": "新", "name_en": "New"}

    def fails(*given: Any, **more: Any) -> Any:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(administration_units.actions, "add_unit", fails)
        assert client.post("/en/account/units/", sent).status_code == 500
    assert client.post("/en/account/units/", sent).status_code == 302
    assert Unit.objects.filter(name_en="New").count() == 1
