"""A property-based fuzzer over the published document: no fault of ours, and nothing that is not documented."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from luodi.web.api import bodies
from luodi.web.api.document import document
from luodi.web.api.operations import OPERATIONS
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
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    found = [result.ok() for result in schema.get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in found}


def test_what_is_published_is_every_operation(published: dict[str, Any]) -> None:
    assert set(published) == set(OPERATIONS)
    assert document("zh")["paths"].keys() == document("en")["paths"].keys()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_it_is_as_documented(published: dict[str, Any], name: str, mode: str) -> None:
    @given(published[name].as_strategy(generation_mode=MODES[mode]))
    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    def holds(case: schemathesis.Case) -> None:
        case.validate_response(case.call(headers=PLAIN), checks=CHECKS)

    try:
        holds()
    except Unsatisfiable:
        pytest.skip("nothing that this operation is asked with can be wrong")
