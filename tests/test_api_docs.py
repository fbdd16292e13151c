"""The pages about the API and the assistants can fail: their examples are asked, their tables compared."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from luodi.advice.answers import Answers
from luodi.advice.lines import KEYS
from luodi.web.accounts.models import Company, Unit
from luodi.web.advisor.actions import enquiries as actions
from luodi.web.advisor.actions import saved as actions_saved
from luodi.web.advisor.models import Enquiry, Saved
from luodi.web.api.actions import add_key
from luodi.web.api.document import document
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import OPERATIONS
from luodi.web.cases.actions import cases
from luodi.web.cases.models import LandingCase
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.leads.models import Lead
from luodi.web.library.editions import keep_editions
from luodi.web.library.log import learn
from luodi.web.mcp import personal, resources, tools

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
SHOP = "investor=HK&cepa_qualified=true&service=B11&place=BJ&share=40&on=2024-12-02"
DOCS = Path(__file__).parents[1] / "docs" / "reference"
API = (DOCS / "api.md").read_text(encoding="utf-8")
ASSISTANTS = (DOCS / "assistants.md").read_text(encoding="utf-8")


def examples() -> Iterator[tuple[str, str]]:
    """Each request of the page with the answer below it."""
    yield from re.findall(r"^```http\n(.*?)^```\s+^```jsonl?\n(.*?)^```", API, re.M | re.S)


def ask(request: str) -> Any:
    head, _, body = request.partition("\n\n")
    first, *headers = head.splitlines()
    method, address = first.split(" ", 1)
    sent = dict(line.split(": ", 1) for line in headers)
    kind = sent.pop("Content-Type", "")
    if "Authorization" in sent:
        sent["Authorization"] = sent["Authorization"].replace("KEY", lived_in())
    return Client().generic(method, address.strip(), body.strip(), content_type=kind, headers=sent)


def lived_in() -> str:
    """What the examples name is there: an officer with kept answers, an enquiry, a lead and a case. Their key."""
    anna, answers = person("anna", Role.OFFICER, unit("City")), Answers.of(SHOP)
    saved = actions_saved.save_answers(answers, "Shop in Shanghai", today=NOW.date(), by=anna, at=NOW)
    Saved.objects.filter(pk=saved.pk).update(id=12)
    sender = actions.Sender("Anna", anna.email, "en", message="When?")
    actions.send_enquiry(answers, NOW.date(), sender, Unit.objects.get(), by=anna, at=NOW)
    Enquiry.objects.update(reference="2026-7KM2QX")
    here = Unit.objects.get()
    Lead.objects.create(id=12, unit=here, title="Amber Quay", received=NOW, changed=NOW)
    case = cases.open_case(Company.objects.create(name_en="Grey Mill"), here, by=anna, at=NOW)
    LandingCase.objects.filter(pk=case.pk).update(reference="LD-2026-0007")
    Unit.objects.filter(pk=unit("Bureau").pk).update(id=31)
    return add_key("docs", list(KeyScope), 1000, owner=anna, at=NOW)[1]


def differences(shown: Any, given: Any, at: str = "") -> list[str]:
    """Where a part that the page shows is not in the answer: keys may be left out, rows at the end too."""
    if isinstance(shown, dict) and isinstance(given, dict):
        missing = [f"{at}.{key} is not there" for key in shown if key not in given]
        return missing + [d for k in shown if k in given for d in differences(shown[k], given[k], f"{at}.{k}")]
    if isinstance(shown, list) and isinstance(given, list) and len(shown) <= len(given):
        return [d for n, (a, b) in enumerate(zip(shown, given, strict=False)) for d in differences(a, b, f"{at}[{n}]")]
    return [] if shown == given else [f"{at} is {given!r}, shown as {shown!r}"]


@pytest.mark.django_db
@pytest.mark.parametrize(("request_", "shown"), list(examples()))
def test_an_example_answers_as_shown(request_: str, shown: str) -> None:
    keep_editions(NOW)
    learn(NOW)
    given = ask(request_).content.decode().strip().splitlines()
    wanted = shown.strip().splitlines()
    assert len(given) == len(wanted)
    assert [d for a, b in zip(wanted, given, strict=True) for d in differences(json.loads(a), json.loads(b))] == []


def test_there_are_examples_and_they_can_fail() -> None:
    assert len(list(examples())) >= 6 and API.count("```http") == len(list(examples()))
    assert differences({"a": [1]}, {"a": [2], "b": 3}) and differences({"c": 1}, {}) and differences([1, 2], [1])


def test_every_address_is_on_the_page_and_no_other() -> None:
    named = set(re.findall(r"/api/v1/[A-Za-z0-9{}/.-]+[A-Za-z0-9}]", re.sub(r"\{access,[a-z,]+\}", "{q}", API)))
    asked = {path for path in document("en")["paths"] if path.removeprefix("/api/v1/") not in KEYS}
    assert asked <= named
    known = {*document("en")["paths"], "/api/v1/openapi.json", "/api/v1/batch/requirement", "/api/v1/{q}"}
    shown = ("p24-b11", "/12", "2026-", "books/policies")  # of the examples
    assert {name for name in named if not any(part in name for part in shown)} <= known


def test_every_request_that_stores_has_its_row() -> None:
    rows = set(re.findall(r"^\| `([A-Z]+ /api/v1/\S+)` \|", API, re.M))
    stored = {
        f"{method.upper()} {path}"
        for path, methods in document("en")["paths"].items()
        for method, found in methods.items()
        if OPERATIONS[found["operationId"]].stores
    }
    assert stored <= rows


def test_every_tool_and_resource_is_on_the_page_and_no_other() -> None:
    rows = set(re.findall(r"^\| `([^`]+)` \|", ASSISTANTS, re.M))
    assert rows == {*tools.names(), *resources.TEMPLATES, *(uri for uri, _ in personal.TEMPLATES.values())}
