"""A real client of the SDK uses every tool and resource, over standard input and over HTTP."""

import json
from datetime import date
from typing import Any

import httpx2
import pytest
from mcp import Client, MCPError

from luodi.web.api import shapes
from luodi.web.conftest import Site
from luodi.web.mcp import resources, tools
from luodi.web.mcp.conftest import over_http, over_stdio, serving

DAY = date(2024, 12, 2)
RULE, LAW = "luodi://rule/market-access/p24-b11", "luodi://instrument/telecom-regs-2000"


async def everything(client: Client) -> dict[str, Any]:
    """What a client sees: tools, their answers and one problem, resources and what stands in two of them."""
    listed = (await client.list_tools()).tools
    answers = {tool.name: await client.call_tool(tool.name, shapes.example(tool.name)) for tool in listed}
    wrong = await client.call_tool("access", {"service": "B1l"})
    first = await client.list_resources()
    second = await client.list_resources(cursor=first.next_cursor)
    templates = (await client.list_resource_templates()).resource_templates
    read = {uri: (await client.read_resource(uri)).contents[0].text for uri in (RULE, LAW)}
    with pytest.raises(MCPError) as nothing:
        await client.read_resource("luodi://rule/market-access/nothing")
    return {
        "tools": {tool.name: tool for tool in listed},
        "answers": {name: answer.structured_content for name, answer in answers.items()},
        "texts": {name: json.loads(answer.content[0].text) for name, answer in answers.items()},
        "wrong": wrong,
        "resources": [row.uri for row in (*first.resources, *second.resources)],
        "templates": [row.uri_template for row in templates],
        "read": read,
        "nothing": nothing.value,
    }


@pytest.fixture(scope="module", params=["stdio", "http"])
def seen(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param == "stdio":
        found: dict[str, Any] = over_stdio(everything)
        return found
    return over_http(request.getfixturevalue("address"), everything)


def test_every_tool_is_there_with_its_shapes(seen: dict[str, Any]) -> None:
    assert list(seen["tools"]) == tools.names()
    for name, tool in seen["tools"].items():
        assert tool.input_schema == shapes.tool(name, "en")
        assert tool.annotations.read_only_hint and "。" in tool.description


@pytest.mark.parametrize("name", tools.names())
@pytest.mark.django_db
def test_every_tool_answers_what_the_command_answers(seen: dict[str, Any], name: str) -> None:
    wanted = json.loads(json.dumps(tools.answer(name, shapes.example(name), today=DAY)))
    assert seen["answers"][name] == seen["texts"][name] == wanted


def test_a_problem_says_what_to_do_and_is_no_failure_of_the_protocol(seen: dict[str, Any]) -> None:
    assert seen["wrong"].is_error
    problem = json.loads(seen["wrong"].content[0].text)["error"]
    assert (problem["code"], problem["at"]) == ("unknown-value", "key `service`") and "Did you mean" in problem[
        "message"
    ]


def test_resources_are_listed_a_page_at_a_time_and_read(seen: dict[str, Any]) -> None:
    assert seen["resources"] == [row.uri for row in resources.listed()[: 2 * resources.PAGE]]
    assert seen["templates"] == list(resources.TEMPLATES)
    assert json.loads(seen["read"][RULE])["rule"] == "p24-b11"
    assert json.loads(seen["read"][LAW])["id"] == "telecom-regs-2000"


def test_a_resource_that_is_not_there_is_an_error_of_its_request(seen: dict[str, Any]) -> None:
    assert "there is no rule" in seen["nothing"].error.message


# ---- over HTTP: who is let in


async def one(client: Client) -> Any:
    return (await client.call_tool("advise", {"profile": {}, "on": "2024-12-02"})).is_error


def luodi(site: Site, *arguments: str) -> str:
    done = site.luodi(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def post(address: str, **headers: str) -> httpx2.Response:
    return httpx2.post(address, json={"jsonrpc": "2.0", "id": 1, "method": "ping"}, headers=headers)


def test_a_key_is_needed_where_strangers_may_not_ask_and_counts_what_it_asks(site: Site) -> None:
    """A trial counts nobody on its own machine; behind a proxy everybody is somebody else."""
    key = luodi(site, "api-key", "add", "Kranich", "--per-minute", "1000")
    small = luodi(site, "api-key", "add", "Sperber", "--per-minute", "6")
    other = luodi(site, "api-key", "add", "Amsel", "--scope", "read")
    with serving(site, LUODI_BEHIND_PROXY="1", LUODI_API_PER_MINUTE="3") as address:
        assert over_http(address, one, authorization=f"Bearer {key}") is False
        assert over_http(address, one, authorization=f"Bearer {small}") is True, (
            "a plan counts ten, and six are not enough"
        )
        wrong = post(address, authorization="Bearer luodi_wrong")
        assert (wrong.status_code, wrong.json()["code"]) == (401, "bad-api-key")
        assert post(address, authorization=f"Bearer {other}").json()["code"] == "not-permitted"
        luodi(site, "api-key", "revoke", key[:14])
        assert post(address, authorization=f"Bearer {key}").status_code == 401
        late = next(answer for answer in (post(address) for _ in range(9)) if answer.status_code == 429)
        assert late.json()["code"] == "too-many-requests" and late.headers["retry-after"]


def test_another_host_or_page_cannot_use_the_tools_of_this_machine(address: str) -> None:
    assert post(address, host="evil.example").status_code in (403, 421)
    assert post(address, origin="https://evil.example").status_code == 403


# ---- what is somebody's own

RITA = """
from datetime import UTC, date, datetime
from luodi.web.accounts.models import Unit, User
from luodi.web.advisor.actions import enquiries as actions, saved as actions_saved
from luodi.advice.answers import Answers
from luodi.web.api.actions import add_key
from luodi.web.api.models import KeyScope
from luodi.web.core.keys import new_key
now, answers = datetime.now(UTC), Answers.of("investor=SG&service=B11&place=BJ&share=100&on=2024-12-02")
rita, clara = (User.objects.create_user(f"{name}@example.com") for name in ("rita", "clara"))
unit = Unit.objects.create(kind="bureau", name_zh="City", name_en="City", path="/1/")
saved = actions_saved.save_answers(answers, "Our cloud", today=date(2024, 12, 2), by=rita, at=now)
sender = actions.Sender("Rita", rita.email, "en", message="When?")
sent = actions.send_enquiry(answers, date(2024, 12, 2), sender, unit, by=rita, at=now)
print(saved.pk, sent.reference)
for owner, scopes in ((rita, "keep enquire"), (clara, "keep enquire"), (rita, ""), (rita, "keep")):
    print(add_key("an assistant", [KeyScope(each) for each in f"tools {scopes}".split()], 600, owner=owner, at=now)[1])
"""


async def own(client: Client) -> dict[str, Any]:
    """The first addresses of the list, the templates, and what can be read of Rita's."""
    rows = (await client.list_resources()).resources
    found = {"listed": [row.uri for row in rows[:3]], "titles": [row.title for row in rows[:2]]}
    found["templates"] = [row.uri_template for row in (await client.list_resource_templates()).resource_templates]
    for uri in own_uris:
        try:
            found[uri] = json.loads((await client.read_resource(uri)).contents[0].text)
        except MCPError as problem:
            found[uri] = problem.error.message
    return found


own_uris: list[str] = []


def test_an_assistant_reads_what_is_its_users_and_nobody_elses(site: Site) -> None:
    with site.python(RITA) as made:
        assert made.stdout is not None
        number, reference, rita, clara, tools_only, half = made.stdout.read().split()
    saved, sent = f"luodi://saved/{number}", f"luodi://enquiry/{reference}"
    own_uris[:] = [saved, sent, "luodi://saved/999", "luodi://enquiry/2026-AAAAAA"]

    with serving(site) as address:
        hers = over_http(address, own, authorization=f"Bearer {rita}")
        assert hers["listed"][:2] == [saved, sent] and hers["titles"] == ["Our cloud", "When?"]
        assert hers["templates"][-2:] == ["luodi://saved/{number}", "luodi://enquiry/{reference}"]
        assert hers[saved]["plan"]["verdict"] == "conditional" and hers[sent]["message"] == "When?"
        assert "no answers with this number" in hers["luodi://saved/999"]
        part = over_http(address, own, authorization=f"Bearer {half}")
        assert part["listed"][0] == saved and sent not in part["listed"] and "nothing is kept" in part[sent]
        for others in ({"authorization": f"Bearer {clara}"}, {"authorization": f"Bearer {tools_only}"}, {}):
            theirs = over_http(address, own, **others)
            assert not {saved, sent} & set(theirs["listed"])
            assert all(isinstance(theirs[uri], str) and "cloud" not in theirs[uri] for uri in own_uris)
        luodi(site, "user", "disable", "rita@example.com")
        assert post(address, authorization=f"Bearer {rita}").status_code == 401
    alone = over_stdio(own)
    assert not {saved, sent} & set(alone["listed"]) and alone["templates"] == list(resources.TEMPLATES)
