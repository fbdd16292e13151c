"""The pages of officers say the same with queries that were compiled once and with ordinary ones."""

import re
from typing import Any

import pytest

from luodi.web.cases.actions import plan
from luodi.web.cases.conftest import CLOUD, NOW, Bench
from luodi.web.core.prepared import Prepared

#: What differs each time that a page is made.
_EACH_TIME = re.compile(r'name="(key|csrfmiddlewaretoken|once)" value="[^"]*"|nonce="[^"]*"')


def ordinary(self: Prepared[Any], *values: object, **fixed: object) -> list[Any]:
    return list(self._rows(*values, **fixed))


@pytest.mark.parametrize("who", ["anna", "ben", "lee"])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "board/",
        "board/?who=mine",
        "queue/",
        "plan/claims/",
        "cases/CASE/",
        "cases/CASE/steps/",
        "cases/CASE/questions/",
        "cases/CASE/papers/",
        "cases/CASE/permits/",
    ],
)
def test_a_page_is_the_same_with_ordinary_queries(
    bench: Bench, who: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = plan.ask_plan(bench.open(), CLOUD, by=bench.anna, at=NOW)
    bench.open()
    client, address = bench.client(who), f"/en/desk/{path.replace('CASE', case.reference)}"
    with_compiled = client.get(address)
    monkeypatch.setattr(Prepared, "__call__", ordinary)
    with_ordinary = client.get(address)
    assert with_compiled.status_code == with_ordinary.status_code
    first, second = (_EACH_TIME.sub("", one.content.decode()) for one in (with_compiled, with_ordinary))
    assert first == second
