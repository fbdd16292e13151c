"""Programs ask with the body of a batch line; what cannot be read or asked is refused with a code and a place."""

import json
from typing import Any

import pytest

from luodi.advice.lines import KEYS
from luodi.web.api import bodies, shapes
from luodi.web.api.conftest import CLOUD, Program

pytestmark = pytest.mark.django_db


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer["content-type"]) == (status, "application/problem+json"), answer.content
    found: dict[str, Any] = answer.json()
    assert found["status"] == status and found["detail"]
    return found


@pytest.mark.parametrize("question", KEYS)
def test_the_example_of_every_question_is_answered(program: Program, question: str) -> None:
    answer = program.ask(question, {"id": 7, **shapes.example(question)})
    assert (answer.status_code, answer["content-type"]) == (200, "application/json")
    assert answer.json()["id"] == 7 and answer.json()["books"]


def test_an_answer_is_that_of_its_day(program: Program) -> None:
    assert program.ask("access", CLOUD).json()["answer"] == "conditional"
    assert program.ask("access", {**CLOUD, "on": "2024-10-22"}).json()["answer"] == "not_allowed"


def test_without_a_day_it_is_today_in_china(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    evening = datetime(2024, 10, 22, 17, 0, tzinfo=UTC)  # already the 23rd in Beijing
    monkeypatch.setattr("django.utils.timezone.now", lambda: evening)
    question = {k: v for k, v in CLOUD.items() if k != "on"}
    assert program.ask("access", question).json()["on"] == "2024-10-23"


def test_a_fraction_is_read_exactly(program: Program) -> None:
    line = '{"service": "B25-APP", "place": "BJ", "investor": "US", "on": "2024-10-23", "share": %s}'
    answers = [program.ask("access", line % share).json()["answer"] for share in ("50.0", "50.000000000000000001")]
    assert answers == ["allowed", "not_allowed"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "unreadable-body"),
        ("   ", "unreadable-body"),
        ("{", "unreadable-file"),
        ("[1", "unreadable-file"),
        (b"\xff\xfe", "unreadable-body"),
        (b'{"service": "\xe4\xb8"}', "unreadable-body"),
        ('{"share": NaN}', "wrong-type"),
        ('{"share": -Infinity}', "wrong-type"),
        ('{"share": 1, "share": 2}', "duplicate-key"),
        ('{"id": {"a": 1, "a": 2}}', "duplicate-key"),
        ('{"service": "\\ud800"}', "unreadable-body"),
        ('{"\\udfff": 1}', "unreadable-body"),
        ('{"id": ' + "1" * 401 + "}", "out-of-range"),
        ('{"share": ' + "9" * 5000 + "}", "unreadable-file"),
        ('{"id": ' + "[" * 33 + "]" * 33 + "}", "too-deep"),
        ("[" * 100_000, "unreadable-file"),
        ("\ufeff{}", "unreadable-file"),
    ],
)
def test_what_is_no_proper_json_is_refused(program: Program, body: str | bytes, code: str) -> None:
    assert problem(program.ask("access", body), 400)["code"] == code


@pytest.mark.parametrize(
    ("raw", "code", "at"),
    [
        ([], "wrong-type", "the body"),
        ("null", "wrong-type", "the body"),
        ("3", "wrong-type", "the body"),
        ({"servise": "B11"}, "unknown-key", None),
        ({"service": "B1l"}, "unknown-value", "key `service`"),
        ({"service": ["B11"]}, "wrong-type", "key `service`"),
        ({"share": 101}, "out-of-range", "key `share`"),
        ({"share": "much"}, "wrong-type", "key `share`"),
        ({"share": 10**300}, "out-of-range", "key `share`"),
        ({"on": "2024-13-01"}, "bad-date", "the question, key `on`"),
        ({"investor": "XX"}, "unknown-country", "key `investor`"),
    ],
)
def test_what_is_read_and_cannot_be_asked_says_where(program: Program, raw: Any, code: str, at: str | None) -> None:
    found = problem(program.ask("access", raw), 422)
    assert (found["code"], found["at"]) == (code, at)


@pytest.mark.parametrize(
    "kind", ["text/plain", "", "application/x-www-form-urlencoded", "application/json; charset=gbk"]
)
def test_another_content_type_is_refused(program: Program, kind: str) -> None:
    assert problem(program.ask("access", CLOUD, content_type=kind), 415)["code"] == "wrong-content-type"


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_json_may_say_that_it_is_utf_8(program: Program, kind: str) -> None:
    assert program.ask("access", CLOUD, content_type=kind).status_code == 200


def test_a_body_as_large_as_allowed_is_read_and_one_byte_more_is_not(program: Program) -> None:
    text = json.dumps(CLOUD)
    whole = text + " " * (bodies.MAX_BYTES - len(text))
    assert program.ask("access", whole).status_code == 200
    assert problem(program.ask("access", whole + " "), 413)["code"] == "too-large"


def test_a_body_of_untold_length_is_refused(program: Program) -> None:
    answer = program.post(
        "/api/v1/access", headers={"transfer-encoding": "chunked"}, content_type="application/json", CONTENT_LENGTH=""
    )
    assert problem(answer, 411)["code"] == "length-required"


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options", "head"])
def test_another_method_is_refused_and_the_right_one_named(program: Program, method: str) -> None:
    answer = getattr(program, method)("/api/v1/access")
    assert (answer.status_code, answer["allow"]) == (405, "POST")
    assert answer["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/access/", "/access/x", "/batch/nothing", "/batch"])
def test_what_is_not_there_is_a_problem_too(program: Program, path: str) -> None:
    answer = program.post(f"/api/v1{path}", "{}", content_type="application/x-ndjson")
    assert problem(answer, 404)["code"] == "no-such-address"


def test_a_fault_of_ours_tells_nothing_of_itself(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object, **more: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("luodi.web.api.api.answer", fail)
    answer = program.ask("access", CLOUD)
    assert problem(answer, 500)["code"] == "our-mistake"
    assert "secret" not in answer.text


def test_half_a_character_in_an_address_is_no_fault(program: Program) -> None:
    assert problem(program.get("/api/v1/books/%ed%a0%80"), 404)
    assert problem(program.get("/api/v1/books/%00"), 404)


def test_no_cookie_is_needed_or_given(program: Program) -> None:
    strict = Program(enforce_csrf_checks=True)
    answer = strict.ask("access", CLOUD)
    assert answer.status_code == 200 and not answer.cookies


# ---- graphs of stakes


def ring(members: int, more: int = 0) -> dict[str, Any]:
    """Companies that hold each other in a ring, and stakes beside it."""
    nodes = {f"c{n}": "company" for n in range(members)} | {"F": "foreign"}
    stakes = [{"owner": f"c{n}", "company": f"c{(n + 1) % members}", "share": "1/3"} for n in range(members)]
    return {"nodes": nodes, "stakes": stakes + [{"owner": "F", "company": "c0", "share": "1/1000000"}] * more}


@pytest.mark.parametrize(
    ("graph", "status"), [(ring(300, 1), 200), (ring(301, 1), 413), (ring(2, 4998), 200), (ring(2, 4999), 413)]
)
def test_a_graph_is_solved_up_to_a_size(program: Program, graph: dict[str, Any], status: int) -> None:
    answer = program.ask("ownership", {"target": "c0", **graph})
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "too-large"


def test_holdings_are_bounded_too(program: Program) -> None:
    holdings = {"company": "c0", **ring(301)}
    assert program.ask("access", {"service": "B11", "holdings": holdings}).status_code == 413
    assert program.ask("advise", {"profile": {"holdings": holdings}}).status_code == 413
    (line,) = batch(program, "access", json.dumps({"id": 1, "holdings": holdings}))
    assert line["error"]["code"] == "too-large"


# ---- batches


def batch(program: Program, question: str, text: str, **more: Any) -> list[dict[str, Any]]:
    answer = program.ask(f"batch/{question}", text, content_type="application/x-ndjson", **more)
    assert (answer.status_code, answer["content-type"]) == (200, "application/x-ndjson"), answer.content
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_batch_answers_every_line_in_order_and_a_bad_one_by_itself(program: Program) -> None:
    lines = [json.dumps({"id": "a", **CLOUD}), '{"id": "b", "servise": 1}', "{", "", json.dumps({"id": "c", **CLOUD})]
    first, second, third, last = batch(program, "access", "\n".join(lines))
    assert (first["id"], last["id"]) == ("a", "c")
    assert {k: v for k, v in first.items() if k != "id"} == {k: v for k, v in last.items() if k != "id"}
    assert (second["id"], second["error"]["code"], second["error"]["at"]) == ("b", "unknown-key", "the body, line 2")
    assert (third["id"], third["error"]["code"], third["error"]["at"]) == (None, "unreadable-file", "the body, line 3")


def test_an_empty_batch_has_no_answers(program: Program) -> None:
    assert batch(program, "access", "\n\n") == []


def test_a_batch_has_at_most_so_many_lines(program: Program) -> None:
    line = json.dumps(CLOUD) + "\n"
    assert len(batch(program, "access", line * 1000)) == 1000
    answer = program.ask("batch/access", line * 1001, content_type="application/x-ndjson")
    assert problem(answer, 413)["code"] == "too-large"
