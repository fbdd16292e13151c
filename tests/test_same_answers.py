"""One answer from four interfaces: the command, the API, the tool and the page are asked the same twenty questions."""

import json
import re
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from django.test import Client
from mcp import Client as Assistant

from luodi.advice.owners import in_percent
from luodi.advice.sources import article
from luodi.cli import cli
from luodi.documents import wording
from luodi.documents.marks import translation
from luodi.web.mcp.conftest import over_stdio

DAY = "2024-12-02"
GERMAN = {"investor": {"country": "DE"}}
CLOUD = {**GERMAN, "plans": [{"service": "B11", "place": "BJ", "share": "100"}]}
SHOP = {
    "investor": {"country": "HK", "cepa_qualified": True},
    "plans": [{"service": "B21-EC", "place": "SH", "share": "55"}],
}
SMALL = {"registered_region_code": "110108", "employees": 40, "operating_revenue": 9_000_000, "industry_code": "6450"}
EXPORT = {"exports_pi": True, "exports_important_data": False, "export_exemption_ground": "none", "is_ciio": False}
MILL = {
    "nodes": {"Mill": "company", "Kranich": "company", "Nordlicht": "foreign", "Bach": "domestic"},
    "stakes": [
        {"owner": "Nordlicht", "company": "Kranich", "share": "51 %"},
        {"owner": "Kranich", "company": "Mill", "share": "51/100"},
        {"owner": "Bach", "company": "Mill", "share": "49 %"},
    ],
}
OPEN = {  # between 26.01 and 51 %
    "nodes": {**MILL["nodes"], "Falke": "foreign"},
    "stakes": [*MILL["stakes"], {"owner": "Falke", "company": "Kranich", "share": "?"}],
}
LOOP = {
    "nodes": {"Mill": "company", "Kranich": "company", "Nordlicht": "foreign", "Bach": "domestic"},
    "stakes": [
        {"owner": "Nordlicht", "company": "Kranich", "share": "90 %"},
        {"owner": "Mill", "company": "Kranich", "share": "1/10"},
        {"owner": "Kranich", "company": "Mill", "share": "2/3"},
        {"owner": "Bach", "company": "Mill", "share": "1/3"},
    ],
}
HELD = {
    "investor": {"country": "JP"},
    "plans": [{"service": "B25", "place": "SH-LINGANG"}],
    "holdings": {"company": "Mill", **LOOP},
    **EXPORT,
}
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("access", {"service": "B11", "place": "BJ", "share": "100", "investor": "DE", "on": "2024-10-22"}),
    ("access", {"service": "B11", "share": "100", "investor": "HK"}),
    ("access", {"service": "B25-APP", "place": "SH-LINGANG", "share": "50.01", "investor": "US"}),
    ("access", {"service": "B21-EC", "place": "SH-FTZ-ORIG", "share": "55", "investor": "DE", "on": "2014-06-01"}),
    ("access", {"service": "B25", "place": "BJ", "investor": "DE", "holdings": {"company": "Mill", **MILL}}),
    ("access", {"service": "B25", "place": "BJ", "investor": "DE", "holdings": {"company": "Mill", **OPEN}}),
    ("access", {"service": "B1l", "place": "BJ"}),
    ("requirement", {"name": "cap-vats-province"}),
    ("requirement", {"name": "track-vats", "on": "2021-06-01"}),
    ("match", {"profile": SMALL}),
    ("match", {"profile": {}}),
    ("match", {"profile": {"employees": 40, "employes": 3}}),
    ("decide", {"name": "enterprise-size", "profile": SMALL}),
    ("decide", {"name": "data-export-path", "profile": EXPORT}),
    ("decide", {"name": "data-export-path", "profile": {}}),
    ("advise", {"profile": SHOP, "on": "2019-06-01"}),
    ("advise", {"profile": HELD}),
    ("questions", {"profile": CLOUD}),
    ("ownership", {"target": "Mill", **LOOP}),
    ("ownership", {"target": "Nobody", **MILL}),
]
LINES = [(question, {"id": number, "on": DAY, **raw}) for number, (question, raw) in enumerate(QUESTIONS)]
IDS = [f"{number}-{question}" for number, (question, _) in enumerate(LINES)]


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
        return {key: document[key] for key in ("id", "on", "questions", "books", "translation")}
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
@pytest.mark.parametrize(("question", "line"), LINES, ids=IDS)
def test_every_interface_gives_the_same_answer(question: str, line: dict[str, Any]) -> None:
    command, api, tool = by_command(question, line), by_api(question, line), by_tools()[line["id"]]
    assert without_place(command) == without_place(api) == without_place(tool)
    if "error" not in command:
        assert command["translation"] == translation(command["on"])


def without_place(document: dict[str, Any]) -> dict[str, Any]:
    """Each interface names the place of a mistake in its own words: a line of a file, the body, the arguments."""
    if "error" not in document:
        return document
    error = document["error"]
    return {"id": document["id"], "code": error["code"], "message": error["message"]}


# ---- the page: the address carries the question, and what it shows is what the others say


def address_of(question: str, line: dict[str, Any]) -> str:
    """The question as a visitor's answers."""
    profile = line.get("profile") or {}
    plan = (profile.get("plans") or [{}])[0] | {k: line[k] for k in ("service", "place", "share") if k in line}
    investor = profile.get("investor") or {}
    facts = {k: str(v).lower() if isinstance(v, bool) else v for k, v in profile.items() if k not in NO_FACTS}
    pairs: list[tuple[str, Any]] = [("investor", line.get("investor") or investor.get("country"))]
    pairs += [("cepa_qualified", "true" if investor.get("cepa_qualified") else None), *plan.items(), *facts.items()]
    held = line.get("holdings") or profile.get("holdings")
    if question == "ownership":
        held = {"company": line["target"], **line}
    if held:
        nodes = held["nodes"]
        rows = ("|".join((s["owner"], nodes[s["owner"]], s["company"], s["share"])) for s in held["stakes"])
        pairs += [("held", held["company"]), *(("stake", row) for row in rows)]
    return urlencode([(name, value) for name, value in [*pairs, ("on", line["on"])] if value is not None])


NO_FACTS = ("investor", "plans", "holdings")
LANGUAGES = ("zh", "en")


def page(path: str, lang: str = "en") -> str:
    """The words of a page, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", Client().get(f"/{lang}/{path}").text)).split())


def plan_page(question: str, line: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = Client().get(f"/en/advisor/plan.json?{address_of(question, line)}").json()
    return document


def same(shown: dict[str, Any], given: dict[str, Any]) -> list[str]:
    """The keys of an answer that the page's document has otherwise; a row of changes may say more there."""
    wrong = []
    for key, value in given.items():
        there = shown.get(key)
        if key == "would_change":
            there = [{name: row[name] for name in value[0]} for row in there or []] if value else there
        if key != "id" and there != value:
            wrong.append(key)
    return wrong


def shows_access(line: dict[str, Any], answer: dict[str, Any]) -> None:
    row = plan_page("access", line)["access"][0]
    given = {key: value for key, value in answer.items() if key not in ("on", "books", "question", "translation")}
    assert same(row, given) == []
    for lang in LANGUAGES:
        text = page(f"advisor/plan/?{address_of('access', line)}", lang)
        assert wording.verdict_word(answer["answer"], lang) in text
        assert answer["answer"] not in ("allowed", "conditional") or wording.cap(answer, lang) in text
        for cited in answer["basis"]:
            assert wording.pick(article(cited["article"]), lang) in text, cited


def shows_requirement(line: dict[str, Any], answer: dict[str, Any]) -> None:
    """The page of the library: its title, its figure and every article that it rests on."""
    for lang in LANGUAGES:
        text = page(f"law/requirement/{answer['rule']}/", lang)
        assert answer["title"][lang] in text
        for cited in answer["basis"]:
            assert wording.pick(article(cited["article"]), lang) in text


def shows_match(line: dict[str, Any], answer: dict[str, Any]) -> None:
    """Of each policy that the plan lists, every field that a match has."""
    shown = {row["id"]: row for row in plan_page("match", line)["policies"]}
    given = {row["id"]: row for row in answer["results"]}
    assert shown and {key: same(shown[key], given[key]) for key in shown} == {key: [] for key in shown}
    assert {key for key, row in given.items() if row["answer"] == "match"} <= set(shown)
    fitting = [row for row in shown.values() if row["answer"] == "match"]
    for lang in LANGUAGES:
        text = page(f"advisor/plan/?{address_of('match', line)}", lang)
        assert all(row["title"][lang] in text for row in fitting)


def shows_decide(line: dict[str, Any], answer: dict[str, Any]) -> None:
    if line["name"] == "data-export-path":
        assert same(plan_page("decide", line)["data_export"], {k: answer[k] for k in DECIDED}) == []
        return
    derived = {row["attribute"]: row["value"] for row in plan_page("decide", line)["derived"]}
    assert derived["enterprise_size"] == answer["answer"]


DECIDED = ("answer", "because", "missing", "assumed", "basis")


def shows_advise(line: dict[str, Any], answer: dict[str, Any]) -> None:
    shown = plan_page("advise", line)
    for document in (shown, answer):  # told in the order in which they came
        document["facts"] = sorted(document["facts"], key=lambda row: str(row["attribute"]))
    assert {k: v for k, v in shown.items() if k != "id"} == {k: v for k, v in answer.items() if k != "id"}
    for lang in LANGUAGES:
        text = page(f"advisor/plan/?{address_of('advise', line)}", lang)
        assert [step["id"] for step in shown["steps"] if step["title"][lang] not in text] == []
        assert [row["attribute"] for row in shown["questions"][:3] if row["text"][lang] not in text] == []


def shows_questions(line: dict[str, Any], answer: dict[str, Any]) -> None:
    assert same(plan_page("questions", line), answer) == []


def shows_ownership(line: dict[str, Any], answer: dict[str, Any]) -> None:
    for lang in LANGUAGES:
        text = page(f"advisor/owners/?{address_of('ownership', line)}", lang)
        assert all(in_percent(answer[key], lang) in text for key in ("equity", "direct"))


SHOWS = {
    "access": shows_access,
    "requirement": shows_requirement,
    "match": shows_match,
    "decide": shows_decide,
    "advise": shows_advise,
    "questions": shows_questions,
    "ownership": shows_ownership,
}


@pytest.mark.django_db
@pytest.mark.parametrize(("question", "line"), LINES, ids=IDS)
def test_the_page_shows_what_the_others_answer(question: str, line: dict[str, Any]) -> None:
    answer = json.loads(json.dumps(by_api(question, line)))
    if "error" not in answer:
        SHOWS[question](line, answer)


MISTAKES = [(q, line, what) for (q, line), what in zip((LINES[6], LINES[11]), ("B1l", "employes"), strict=True)]


@pytest.mark.django_db
@pytest.mark.parametrize(("question", "line", "what"), MISTAKES)
def test_what_the_others_refuse_the_page_names(question: str, line: dict[str, Any], what: str) -> None:
    assert what in by_api(question, line)["error"]["message"]
    for lang in LANGUAGES:
        assert what in page(f"advisor/plan/?{address_of(question, line)}", lang)


@pytest.mark.django_db
def test_the_dialogue_and_the_site_ask_what_the_api_lists_in_its_order() -> None:
    from datetime import date

    from luodi.advice.answers import Answers
    from luodi.advice.dialogue import Dialogue
    from luodi.advice.lines import ask
    from luodi.web.advisor import questions

    listed = ask("questions", {"profile": CLOUD}, today=date.fromisoformat(DAY))["questions"]
    asked = Dialogue(profile=dict(CLOUD)).later(date.fromisoformat(DAY))
    shown = questions.later_questions(Answers.of("investor=DE&service=B11&place=BJ&share=100"), date.fromisoformat(DAY))
    assert [one.question for one in asked] == [one.question for one in shown] == listed
    assert any(question["checklist"] for question in listed)
