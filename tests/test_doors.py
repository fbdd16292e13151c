"""One answer at four doors: the command, the API, the tool and, for plans, the page are asked the same."""

import json
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from django.test import Client
from mcp import Client as Assistant

from luodi.cli import cli
from luodi.web.mcp.conftest import over_stdio

DAY = "2024-12-02"
GERMAN = {"investor": {"country": "DE"}}
CLOUD = {**GERMAN, "plans": [{"service": "B11", "place": "BJ", "share": "100"}]}
SHOP = {
    "investor": {"country": "HK", "cepa_qualified": True},
    "plans": [{"service": "B21-EC", "place": "SH", "share": "55"}],
}
GAMES = {"investor": {"country": "JP"}, "plans": [{"service": "C-GAME", "place": "BJ", "share": "49"}]}
SMALL = {"registered_region_code": "110108", "employees": 40, "operating_revenue": 9_000_000}
MILL = {
    "nodes": {"Mill": "company", "Kranich": "company", "Nordlicht": "foreign", "Bach": "domestic"},
    "stakes": [
        {"owner": "Nordlicht", "company": "Kranich", "share": "0.51"},
        {"owner": "Kranich", "company": "Mill", "share": "51/100"},
        {"owner": "Bach", "company": "Mill", "share": "?"},
    ],
}
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("access", {"service": "B11", "place": "BJ", "share": 100, "investor": "DE"}),
    ("access", {"service": "B11", "place": "BJ", "share": "100", "investor": "DE", "on": "2024-10-22"}),
    ("access", {"service": "B11", "share": 100, "investor": "HK"}),
    ("access", {"service": "B25-APP", "place": "SH-LINGANG", "share": "50.01", "investor": "US"}),
    ("access", {"service": "B25", "place": "BJ", "investor": "DE", "holdings": {"company": "Mill", **MILL}}),
    ("access", {"service": "B1l", "place": "BJ"}),
    ("requirement", {"name": "cap-vats-province"}),
    ("requirement", {"name": "track-vats", "on": "2021-06-01"}),
    ("match", {"profile": SMALL}),
    ("match", {"profile": {}}),
    ("match", {"profile": {"employes": 3}}),
    ("decide", {"name": "enterprise-size", "profile": SMALL}),
    ("decide", {"name": "data-export-path", "profile": {}}),
    ("advise", {"profile": CLOUD}),
    ("advise", {"profile": SHOP, "on": "2019-06-01"}),
    ("advise", {"profile": GAMES}),
    ("questions", {"profile": CLOUD}),
    ("questions", {"profile": SMALL}),
    ("ownership", {"target": "Mill", **MILL}),
    ("ownership", {"target": "Nobody", **MILL}),
]  # fmt: skip
LINES = [(question, {"id": number, "on": DAY, **raw}) for number, (question, raw) in enumerate(QUESTIONS)]


def test_there_are_twenty() -> None:
    assert len(LINES) == 20


def by_command(question: str, line: dict[str, Any]) -> dict[str, Any]:
    """What `luodi QUESTION --batch -` writes; the questions are those of the plan."""
    name = "advise" if question == "questions" else question
    given = [name, *([line["name"]] if question == "decide" else []), "--batch", "-"]
    sent = {key: value for key, value in line.items() if question != "decide" or key != "name"}
    done = CliRunner().invoke(cli, given, input=json.dumps(sent) + "\n")
    document: dict[str, Any] = json.loads(done.stdout)
    if question == "questions":
        return {key: document[key] for key in ("id", "on", "questions", "books")}
    return document


def by_api(question: str, line: dict[str, Any]) -> dict[str, Any]:
    answer = Client().post(f"/api/v1/{question}", json.dumps(line), content_type="application/json")
    document: dict[str, Any] = answer.json()
    if answer.status_code != 200:
        error = {"code": document["code"], "message": document["detail"], "at": document["at"]}
        return {"id": line["id"], "error": error}
    return document


@cache
def by_tools() -> list[dict[str, Any]]:
    """Every answer of an assistant's session over standard input."""

    async def ask(client: Assistant) -> list[Any]:
        return [await client.call_tool(question, line) for question, line in LINES]

    return [_told(line, result) for (_, line), result in zip(LINES, over_stdio(ask), strict=True)]


def _told(line: dict[str, Any], result: Any) -> dict[str, Any]:
    if not result.is_error:
        return dict(result.structured_content)
    return {"id": line["id"], **json.loads(result.content[0].text)}


@pytest.mark.django_db
@pytest.mark.parametrize(("question", "line"), LINES, ids=[f"{n}-{q}" for n, (q, _) in enumerate(LINES)])
def test_every_door_gives_the_same_answer(question: str, line: dict[str, Any]) -> None:
    command, api, tool = by_command(question, line), by_api(question, line), by_tools()[line["id"]]
    assert without_place(command) == without_place(api) == without_place(tool)


def without_place(document: dict[str, Any]) -> dict[str, Any]:
    """Each door names the place of a mistake in its own words: a line of a file, the body, the arguments."""
    if "error" not in document:
        return document
    error = document["error"]
    return {"id": document["id"], "code": error["code"], "message": error["message"]}


PLANS = [line for question, line in LINES if question == "advise"]


@pytest.mark.django_db
@pytest.mark.parametrize("line", PLANS, ids=[line["profile"]["plans"][0]["service"] for line in PLANS])
def test_the_page_gives_the_plan_of_the_others(line: dict[str, Any]) -> None:
    """The address of a page holds the answers as text; the plan that it gives as JSON is the same."""
    (plan,) = line["profile"]["plans"]
    investor = line["profile"]["investor"]
    certified = {"cepa_qualified": "true"} if investor.get("cepa_qualified") else {}
    query = urlencode({"investor": investor["country"], **certified, **plan, "on": line["on"]})
    page = Client().get(f"/en/advisor/plan.json?{query}").json()
    assert {k: v for k, v in page.items() if k != "id"} == {
        k: v for k, v in by_api("advise", line).items() if k != "id"
    }
