"""A property-based fuzzer over the published document: no fault of ours, and nothing that is not documented."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from luodi.advice.answers import Answers
from luodi.casework.obstacles import ObstacleKind
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.advisor.actions import enquiries as actions
from luodi.web.advisor.actions import saved as actions_saved
from luodi.web.api import bodies
from luodi.web.api.actions import add_key
from luodi.web.api.document import document
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import OPERATIONS
from luodi.web.api.router import api
from luodi.web.cases.actions import cases
from luodi.web.cases.models import LandingCase
from luodi.web.companies.actions import imports
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.dealings.actions.interactions import add_talk, add_task
from luodi.web.dealings.models import TalkKind
from luodi.web.docking.actions import posted as market
from luodi.web.docking.actions.matches import propose
from luodi.web.docking.models import Demand
from luodi.web.docking.queries.pairs import Pair
from luodi.web.events.actions import arrange
from luodi.web.events.actions import invite as invite_to_event
from luodi.web.events.guests import Guest
from luodi.web.leads.actions import From, Heard, receive
from luodi.web.library.editions import keep_editions
from luodi.web.library.log import learn
from luodi.web.library.models import Edition
from luodi.web.obstacles.actions import open_issue, raise_obstacle
from luodi.web.scorecard.actions.contributions import claim_platform
from luodi.web.scorecard.actions.editions import freeze
from luodi.web.scorecard.actions.indicators import decide_definition, make_indicator
from luodi.web.wsgi import application

pytestmark = pytest.mark.django_db
MODES = {"allowed": schemathesis.GenerationMode.POSITIVE, "hostile": schemathesis.GenerationMode.NEGATIVE}
CHECKS: Any = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
NAMES = sorted(OPERATIONS) if api else []  # which the router brings, app by app
BY_NAME = ("edition", "file", "demand")  # what is there only by a name that nobody guesses
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
PLAIN = {"Accept-Encoding": "identity"}  # the client of the fuzzer reads no compressed answers


@schemathesis.serializer(*bodies.JSON_LINES)
def lines(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The application is asked without Django's own client, which keeps the test's connection open as this does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def published() -> dict[str, Any]:
    """The operations of the document as it is published, by their ids."""
    return read_document()


@cache
def read_document() -> dict[str, Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    found = [result.ok() for result in schema.get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in found}


def test_what_is_published_is_every_operation(published: dict[str, Any]) -> None:
    assert set(published) == set(OPERATIONS)
    assert document("zh")["paths"].keys() == document("en")["paths"].keys()


@pytest.fixture(scope="module")
def keyed(rows_of_module: None) -> dict[str, str]:
    """The key of an officer with every scope."""
    officer = person("anna", Role.OFFICER, unit("City"))
    _, text = add_key("fuzz", list(KeyScope), 10_000_000, owner=officer, at=NOW)
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture(scope="module")
def there(keyed: dict[str, str]) -> dict[str, str]:
    """What addresses may name: records of the key's user, editions, what was learned."""
    anna, answers = User.objects.get(), Answers.of("investor=SG&service=B11&place=BJ&share=100&on=2024-12-02")
    saved = actions_saved.save_answers(answers, "Cloud", today=NOW.date(), by=anna, at=NOW)
    sender = actions.Sender("Anna", anna.email, "en")
    sent = actions.send_enquiry(answers, NOW.date(), sender, Unit.objects.get(), by=anna, at=NOW)
    keep_editions(NOW)
    learn(NOW)
    edition = Edition.objects.get(book="policies").hash
    company = Company.objects.create(name_en="Lantern Isle")
    case = cases.open_case(company, Unit.objects.get(), by=anna, at=NOW)
    demand, match = _market(company, anna)
    return {
        "number": str(saved.pk),
        "reference": sent.reference,
        "book": "policies",
        "edition": edition,
        "name": "book.yaml",
        "case": case.reference,
        "demand": demand,
        "match": match,
        **_around(case, anna),
        **_plan(Unit.objects.get(), anna),
        **_import(anna),
        "unit": str(case.unit_id),
    }


def _around(case: LandingCase, anna: User) -> dict[str, str]:
    """Numbers of a task, a talk, an obstacle, a policy question and a lead of the unit."""
    task = add_task(case, "Call", anna, NOW.date().replace(year=2099), by=anna, at=NOW)
    raised = raise_obstacle(case.company, ObstacleKind.REQUEST, "x", by=anna, at=NOW, case=case)
    issue = open_issue("x", "x", case.unit, NOW.date().replace(year=2099), by=anna, at=NOW, obstacles=[raised])
    lead = receive(Heard("Amber Quay"), From("fair", "Fair", {}), case.unit, at=NOW)
    return {
        "kind": "task",
        "task": str(task.pk),
        "talk": str(add_talk(case, TalkKind.CALL, "x", by=anna, at=NOW).pk),
        "obstacle": str(raised.pk),
        "issue": str(issue.pk),
        "lead": str(lead.pk),
        **_event(case.unit, anna),
        "company": str(case.company_id),
        "addition": "talk",
    }


def _event(here: Unit, anna: User) -> dict[str, str]:
    """An event, and somebody who is invited."""
    starts = NOW + timedelta(days=300)
    fields = {"kind": "fair", "title_zh": "x", "title_en": "x", "place": "x", "host": anna}
    event = arrange(here, {**fields, "starts": starts, "ends": starts + timedelta(hours=1)}, by=anna, at=NOW)
    guest = invite_to_event(event, Guest("Ada"), by=anna, at=NOW)
    return {"event": event.reference, "invitation": str(guest.pk)}


def _import(anna: User) -> dict[str, str]:
    """A file of one row that waits to be decided."""
    run = imports.bring(b"name\nAmber Quay\n", "x.csv", "fair", origin="declared", by=anna, at=NOW)
    imports.begin(run, run.mapping, by=anna, at=NOW)
    return {"import": str(COMPANY_FILES.work(run.pk).pk), "record": str(run.records.get().pk)}


def _plan(here: Unit, anna: User) -> dict[str, str]:
    """An indicator, what is claimed for it, and an edition."""
    lee, day = person("lee", Role.LEADER, here), NOW.date()
    fields = {name: "x" for name in ("title_zh", "title_en", "measured_zh", "measured_en")}
    fields |= {"code": "platforms", "of": "g-platform", "thing": "platform"}
    line = {"holds": day, "starts": day, "due": day.replace(year=2099), "source": "decision", "reason": "x"}
    indicator = make_indicator(here, fields, line, by=anna, at=NOW)
    decide_definition(indicator.definitions.get(), True, by=lee, at=NOW)
    claimed = claim_platform(indicator, here, "x", "x", "https://x.example/", day, by=anna, at=NOW)
    edition = freeze(here, day, by=lee, at=NOW)
    return {"code": indicator.code, "contribution": claimed.reference, "plan_edition": str(edition.pk)}


#: What an address names where an operation is about another record than the first of that name, and its act.
RECORDS = {
    "reference": {
        "case": "case",
        "case_missing": "case",
        "case_act": "case",
        "case_dealings": "case",
        "add_dealing": "case",
        "add_proof": "case",
        "proof_file": "case",
        "demand": "demand",
        "match_of": "match",
        "consent": "match",
        **dict.fromkeys(("event", "event_act", "invitations", "invite"), "event"),
        "contribution": "contribution",
        "contribution_act": "contribution",
    },
    "number": {
        "dealing": "task",
        "dealing_act": "task",
        "add_decision": "talk",
        "obstacle": "obstacle",
        "obstacle_act": "obstacle",
        "open_issue": "obstacle",
        "issue": "issue",
        "issue_act": "issue",
        "lead": "lead",
        "lead_act": "lead",
        "invitation": "invitation",
        "invitation_act": "invitation",
        "company": "company",
        "company_act": "company",
        "plan_edition": "plan_edition",
        **dict.fromkeys(("import", "import_records", "import_act", "record_act"), "import"),
        "calendar": "unit",
        "calendar_act": "unit",
    },
}
ACTS = {
    "case_act": "health",
    "dealing_act": "drop",
    "obstacle_act": "refuse",
    "issue_act": "explain",
    "lead_act": "park",
    "event_act": "change",
    "invitation_act": "accept",
    "company_act": "name",
    "contribution_act": "check",
    "calendar_act": "day",
    "import_act": "new",
    "record_act": "confirm",
}


def _market(company: Company, anna: User) -> tuple[str, str]:
    """Numbers of a demand of the unit, and of a match that waits for it."""
    fields = {"kind": "space", "title_zh": "x", "title_en": "x", "text": "x"}
    made = market.post(Demand, Unit.objects.get(), fields, by=anna, at=NOW)
    market.screen(made, by=person("ben", Role.OFFICER, Unit.objects.get()), at=NOW)
    demand = market.publish(made, by=anna, at=NOW)
    return demand.reference, propose(Pair(demand, company), by=anna, at=NOW).reference


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_as_documented(published: dict[str, Any], name: str, mode: str) -> None:
    """Without a key: most of what belongs to people ends there."""
    few = 3 if OPERATIONS[name].scope.is_personal else 12
    _asked(published[name], mode, PLAIN, few)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", [name for name in NAMES if OPERATIONS[name].scope.is_personal or name in BY_NAME])
def test_it_is_as_documented_with_a_key(
    published: dict[str, Any], keyed: dict[str, str], there: dict[str, str], name: str, mode: str
) -> None:
    named = {key: there[of[name]] for key, of in RECORDS.items() if name in of}
    _asked(published[name], mode, {**PLAIN, **keyed}, 6, {**there, **named, "act": ACTS.get(name, "")})


def _asked(
    operation: Any, mode: str, headers: dict[str, str], most: int, there: Mapping[str, str] | None = None
) -> None:
    @given(operation.as_strategy(generation_mode=MODES[mode]), st.booleans())
    @settings(max_examples=most, suppress_health_check=list(HealthCheck))
    def holds(case: schemathesis.Case, is_there: bool) -> None:
        if is_there and there:
            case.path_parameters = {name: there.get(name, value) for name, value in case.path_parameters.items()}
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    try:
        holds()
    except Unsatisfiable:
        pytest.skip("nothing that this operation is asked with can be wrong")
