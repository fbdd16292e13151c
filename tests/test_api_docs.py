"""The pages about the API and the assistants' door can fail: their examples are asked, their tables compared."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from luodi.web.api.document import document
from luodi.web.mcp import resources, tools

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
    kind = dict(line.split(": ", 1) for line in headers).get("Content-Type", "")
    return Client().generic(method, address.strip(), body.strip(), content_type=kind)


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
    given = ask(request_).content.decode().strip().splitlines()
    wanted = shown.strip().splitlines()
    assert len(given) == len(wanted)
    assert [d for a, b in zip(wanted, given, strict=True) for d in differences(json.loads(a), json.loads(b))] == []


def test_there_are_examples_and_they_can_fail() -> None:
    assert len(list(examples())) >= 6 and API.count("```http") == len(list(examples()))
    assert differences({"a": [1]}, {"a": [2], "b": 3}) and differences({"c": 1}, {}) and differences([1, 2], [1])


def test_every_address_is_on_the_page_and_no_other() -> None:
    named = set(re.findall(r"/api/v1/[a-z0-9{}/.-]+[a-z0-9}]", re.sub(r"\{access,[a-z,]+\}", "{q}", API)))
    asked = {path for path, methods in document("en")["paths"].items() if "get" in methods or "batch" in path}
    assert asked <= named
    known = {*document("en")["paths"], "/api/v1/openapi.json", "/api/v1/batch/requirement", "/api/v1/{q}"}
    assert {name for name in named if "p24-b11" not in name} <= known


def test_every_tool_and_resource_is_on_the_page_and_no_other() -> None:
    rows = set(re.findall(r"^\| `([^`]+)` \|", ASSISTANTS, re.M))
    assert rows == {*tools.names(), *resources.TEMPLATES}
