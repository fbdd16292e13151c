"""Known keys with values that nobody should send: answered or refused, and never a fault."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luodi.access import access_book
from luodi.profiles.profile import INVESTOR_KEYS, PLAN_KEYS
from luodi.rules.library import company_vocabulary
from luodi.web.api.conftest import Program

pytestmark = pytest.mark.django_db
WORDS = st.sampled_from(
    [
        *("", " ", "?", "B11", "BJ", "DE", "HK", "CN", "foreign", "T", "京", "\x00", "true", "null", "a" * 300),
        *(
            "1/3",
            "1/0",
            "-1",
            "0.5",
            "1e9",
            "1e999",
            "Infinity",
            "2024-02-30",
            "0001-01-01",
            "9999-12-31",
            "0000-01-01",
        ),
    ]
)
NUMBERS = st.integers(-(10**30), 10**30) | st.sampled_from([0, 1, -1, 0.1, 1e300, -0.0, 10**200])
LEAVES = st.none() | st.booleans() | NUMBERS | WORDS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=6
)


def some(keys: Any, values: Any = VALUES) -> Any:
    """A mapping of a few of the keys, each with any value."""
    return st.dictionaries(st.sampled_from(sorted(keys)), values, max_size=5)


FACTS = set(company_vocabulary().attributes)
SERVICES, PLACES = (st.sampled_from(sorted(known)) for known in (access_book().services, access_book().zones))
PLAN = st.fixed_dictionaries({"service": SERVICES, "place": PLACES, "share": LEAVES})
PLANS = st.lists(some(PLAN_KEYS) | PLAN, max_size=3)
SOURCED = some({"value", "source", "as_of", "from", "until"}, LEAVES)
PROFILES = st.builds(
    lambda facts, more: {**facts, **more},
    some(FACTS, VALUES | SOURCED),
    st.fixed_dictionaries({}, optional={"plans": PLANS | VALUES, "investor": some(INVESTOR_KEYS) | VALUES}),
)
IDS = st.sampled_from(["T", "M", "F", "P", ""])
KINDS = st.sampled_from(["company", "foreign", "domestic", "hmt", "state", "unknown"])
SHARES = st.sampled_from(["1/2", "1", "0", "?", "1/3", 0.5, 1, "2", "1/1000000007"]) | LEAVES
STAKES = st.lists(
    st.fixed_dictionaries(
        {"owner": IDS, "company": IDS, "share": SHARES},
        optional={"votes": SHARES, "nominee_for": IDS, "proxy_to": IDS, "from": LEAVES, "to": LEAVES},
    )
    | VALUES,
    max_size=6,
)
GRAPHS = st.fixed_dictionaries(
    {"nodes": st.dictionaries(IDS, KINDS | VALUES, max_size=4) | VALUES},
    optional={"stakes": STAKES | VALUES, "contracts": STAKES | VALUES},
)
HOLDINGS = GRAPHS.map(lambda graph: {"holdings": {"company": "T", **graph}})
QUESTIONS = {
    "access": st.builds(
        lambda raw, more: {**raw, **more},
        st.fixed_dictionaries({"service": SERVICES | VALUES, "place": PLACES | VALUES}),
        some({"share", "investor", "cepa_qualified", "on", "id"}) | HOLDINGS,
    ),
    "advise": st.builds(lambda profile, more: {"profile": profile, **more}, PROFILES, some({"on", "id"})),
    "match": st.builds(lambda profile, more: {"profile": profile, **more}, PROFILES, some({"on", "remedies"})),
    "decide": st.builds(
        lambda name, profile: {"name": name, "profile": profile},
        st.sampled_from(["enterprise-size", "data-export-path"]) | VALUES,
        PROFILES,
    ),
    "ownership": st.builds(
        lambda graph, more: {"target": "T", **graph, **more}, GRAPHS, some({"as_of", "on", "target"})
    ),
    "requirement": some({"name", "on"}),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_is_answered_or_refused(question: str, client: Client) -> None:
    program = Program(raise_request_exception=False)

    @given(QUESTIONS[question])
    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    def holds(raw: Any) -> None:
        answer = program.ask(question, raw)
        assert answer.status_code in (200, 400, 422), answer.content

    holds()
