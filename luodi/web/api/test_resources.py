"""The pages of the API's resources: short, complete, in both languages, found by search; their examples are asked.

`LUODI_WRITE_EXAMPLES=1 make test ARGS="luodi/web/api/test_resources.py -n0"` writes the answers that the pages show.
"""

import html
import json
import os
import re
import shlex
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luodi.web.accounts.models import Unit, User
from luodi.web.api.actions import add_key
from luodi.web.api.document import document
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import OPERATIONS
from luodi.web.api.resources import FILE, Resource, matching, resource_of, resources
from luodi.web.demo.data import people
from luodi.web.demo.make import make
from luodi.web.library.editions import keep_editions
from luodi.web.library.log import learn

pytestmark = pytest.mark.django_db
#: What differs from day to day, and from edition to edition, is told by its shape alone.
_VARIES = re.compile(r"[0-9a-f]{8,}|(?<=-)[0-9A-Z]{6}\b|\d+")


@pytest.fixture(scope="module")
def demo(rows_of_module: None) -> dict[str, str]:
    """The demo, and a key of each of its people."""
    make(timezone.now())
    keep_editions(timezone.now())
    learn(timezone.now())
    owners = {one.id: User.objects.get(email=one.email) for one in people()}
    scopes = {name: [one for one in KeyScope if one is not KeyScope.OFFICE or name in OFFICE] for name in owners}
    return {name: add_key("x", scopes[name], 1000, owner=who, at=timezone.now())[1] for name, who in owners.items()}


OFFICE = ("olga", "otto", "lee")


def run(command: str, key: str) -> Any:
    """What `curl` would send, sent to the site."""
    words = shlex.split(command.replace("\\\n", "").replace("KEY", key))
    options = list(pairwise(words))
    headers = dict(value.split(": ", 1) for option, value in options if option == "-H")
    body = next((value for option, value in options if option == "--data-binary"), "")
    method = next((value for option, value in options if option == "-X"), "GET")
    address = next(word for word in words if word.startswith("http"))
    kind = headers.pop("Content-Type", "")
    return Client().generic(method, address.removeprefix("http://testserver"), body, content_type=kind, headers=headers)


def answer_of(row: Resource, command: str, key: str) -> list[Any]:
    """The part that the page shows."""
    lines = [json.loads(line) for line in run(_numbered(command), key).content.decode().splitlines()]
    return [_part({name: line[name] for name in row["keep"] if name in line}, row["drop"]) for line in lines]


def _numbered(command: str) -> str:
    """The page has the numbers of a demo on a new site; a database that counted before gives it others."""
    before = {name: model.objects.order_by("pk")[0].pk - 1 for name, model in (("unit", Unit), ("host", User))}
    return re.sub(r'"(unit|host)": "(\d+)"', lambda at: f'"{at[1]}": "{before[at[1]] + int(at[2])}"', command)


def _part(value: Any, drop: list[str]) -> Any:
    if isinstance(value, dict):
        return {name: _part(each, drop) for name, each in value.items() if name not in drop}
    return [_part(each, drop) for each in value[:1]] if isinstance(value, list) else value


def alike(value: Any) -> Any:
    """Without figures: a demo of another day has other ones."""
    if isinstance(value, dict):
        return {name: alike(each) for name, each in value.items()}
    if isinstance(value, list):
        return [alike(each) for each in value]
    if isinstance(value, str):
        return _VARIES.sub("0", value)
    return type(value).__name__ if isinstance(value, int | float) and not isinstance(value, bool) else value


@pytest.mark.parametrize("name", resources())
def test_the_example_of_a_page_answers_as_shown(demo: dict[str, str], client: Client, name: str) -> None:
    row = resources()[name]
    shown = re.search(r'<pre class="code" id="curl"[^>]*><code>(.*?)</code>', client.get(f"/en/api/{name}/").text, re.S)
    assert shown
    given = answer_of(row, html.unescape(shown[1]), demo.get(row["who"], ""))
    if os.environ.get("LUODI_WRITE_EXAMPLES"):
        whole = json.loads(FILE.read_text(encoding="utf-8"))
        whole[name]["answer"] = given
        FILE.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.skip("written")
    assert given and alike(given) == alike(row["answer"])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", resources())
def test_a_page_shows_its_endpoints_their_fields_and_the_example(client: Client, name: str, lang: str) -> None:
    page = client.get(f"/{lang}/api/{name}/")
    made = document(lang)["paths"]
    own = {
        found["operationId"]
        for path, methods in made.items()
        if resource_of(path) == name
        for found in methods.values()
    }
    assert page.status_code == 200
    assert set(re.findall(r'id="op-(\w+)"', page.text)) == own
    assert (name == "keys") is (not own)
    if name == "access":
        assert ("Whether an investor may hold" in page.text) is (lang == "en")
    assert " style=" not in page.text and "<script" not in page.text


def test_every_operation_is_on_one_page() -> None:
    paths = document("en")["paths"]
    assert {found["operationId"] for methods in paths.values() for found in methods.values()} == set(OPERATIONS)
    assert {resource_of(path) for path in paths} == set(resources()) - {"keys"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_index_leads_to_every_page(client: Client, lang: str) -> None:
    page = client.get(f"/{lang}/api/").text
    assert all(f'href="/{lang}/api/{name}/"' in page for name in resources())


def test_a_page_that_is_not_there(client: Client) -> None:
    assert client.get("/en/api/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("leads", ["leads"]),
        ("接口 案件", ["cases"]),
        ("api companies", ["companies", "imports"]),
        ("zzzz", []),
        ("", []),
    ],
)
def test_search_finds_a_resource_in_both_languages(query: str, found: list[str]) -> None:
    assert matching(query) == found


@pytest.mark.parametrize(("lang", "query"), [("en", "calendars"), ("zh", "工作日历")])
def test_the_search_of_the_site_leads_to_a_resource(client: Client, lang: str, query: str) -> None:
    assert f'href="/{lang}/api/calendars/"' in client.get(f"/{lang}/law/search/", {"q": query}).text
