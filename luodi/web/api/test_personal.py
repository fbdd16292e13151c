"""What belongs to people, over HTTP: saved answers and enquiries, for those whom `core.permissions` permits."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from luodi.web.accounts.models import User
from luodi.web.advisor.actions import enquiries as actions
from luodi.web.advisor.models import Enquiry, Saved
from luodi.web.api.actions import add_key
from luodi.web.api.conftest import Program
from luodi.web.api.models import KeyScope
from luodi.web.api.test_admission import bearer
from luodi.web.conftest import mailed, person, unit
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
ANSWERS = {"investor": "SG", "service": "B11", "place": "BJ", "share": 100, "exports_pi": None, "on": "2024-12-02"}
QUERY = "investor=SG&service=B11&place=BJ&share=100&exports_pi=~&on=2024-12-02"


def key(user: User | None, *scopes: KeyScope) -> dict[str, Any]:
    return bearer(add_key("a program", scopes or list(KeyScope), 100_000, owner=user, at=NOW)[1])


@pytest.fixture
def rita() -> User:
    return person("rita")


@pytest.fixture
def keep(program: Program) -> Callable[..., Any]:
    def keep(user: User, answers: Any = ANSWERS, name: Any = "Cloud", **more: Any) -> Any:
        return program.ask("profiles", {"name": name, "answers": answers, **more}, **key(user))

    return keep


# ---- saved answers


def test_what_a_program_keeps_is_what_the_page_keeps(program: Program, rita: User, keep: Callable[..., Any]) -> None:
    made = keep(rita)
    saved = Saved.objects.get()
    assert (made.status_code, made["location"]) == (201, f"/api/v1/profiles/{saved.pk}")
    assert (made.json()["query"], saved.determination.query, saved.user) == (QUERY, QUERY, rita)
    assert made.json()["answers"] == {**ANSWERS, "share": "100"} and made.json()["verdict"] == "conditional"
    again = keep(rita, name="Another name")
    assert (again.status_code, again.json()["name"]) == (200, "Cloud")
    client = Program()
    client.force_login(rita)
    assert "Cloud" in client.get("/en/advisor/saved/").text


def test_owners_take_the_place_of_a_share(keep: Callable[..., Any], rita: User) -> None:
    owners = ["Kranich|company|Mill|51", "Nordlicht|foreign|Kranich|75", "Founder|domestic|Mill|49"]
    made = keep(rita, {"investor": "DE", "service": "B25", "place": "BJ", "held": "Mill", "stake": owners}).json()
    assert made["answers"]["stake"] == owners and made["verdict"]
    query = made["query"]
    plan = Program().get(f"/en/advisor/plan.json?{query}").json()
    assert plan["verdict"] == made["verdict"]


def test_the_plan_of_a_profile_is_the_one_that_was_kept(program: Program, rita: User, keep: Callable[..., Any]) -> None:
    number = keep(rita).json()["id"]
    whole = program.get(f"/api/v1/profiles/{number}", **key(rita))
    page = program.get(f"/en/advisor/plan.json?{QUERY}").json()
    assert whole.json()["plan"]["steps"] == page["steps"] and whole.json()["holds"] is True
    same = program.get(f"/api/v1/profiles/{number}", headers={**key(rita)["headers"], "if-none-match": whole["etag"]})
    assert (same.status_code, whole["cache-control"]) == (304, "private, no-cache")


def test_profiles_come_a_page_at_a_time_the_newest_first(
    program: Program, rita: User, keep: Callable[..., Any]
) -> None:
    for share in (10, 20, 30):
        keep(rita, {**ANSWERS, "share": share}, f"{share} %")
    own = key(rita)
    first = program.get("/api/v1/profiles?limit=2", **own).json()
    second = program.get(f"/api/v1/profiles?limit=2&cursor={first['next']}", **own).json()
    assert [row["name"] for row in first["profiles"] + second["profiles"]] == ["30 %", "20 %", "10 %"]
    assert second["next"] is None
    for wrong in ("x", "MDE", "4pyT", "%00"):
        assert program.get(f"/api/v1/profiles?cursor={wrong}", **own).status_code == 422


def test_a_stale_answer_is_renewed_and_forgotten(program: Program, rita: User, keep: Callable[..., Any]) -> None:
    from luodi.web.advisor.models import Stale

    number, own = keep(rita).json()["id"], key(rita)
    Stale.objects.create(determination=Saved.objects.get().determination, at=NOW, difference={"steps_new": ["x"]})
    row = program.get("/api/v1/profiles", **own).json()["profiles"][0]
    assert (row["holds"], row["difference"]) == (False, {"steps_new": ["x"]})
    renewed = program.post(f"/api/v1/profiles/{number}/renew", **own)
    assert (renewed.status_code, renewed.json()["holds"]) == (200, True)
    gone = program.delete(f"/api/v1/profiles/{number}", **own)
    assert (gone.status_code, gone.content) == (204, b"") and not Saved.objects.exists()
    assert program.delete(f"/api/v1/profiles/{number}", **own).status_code == 404
    assert [e.act for e in Entry.objects.filter(kind="advisor.Saved").order_by("number")] == ["save", "renew", "forget"]


@pytest.mark.parametrize(
    ("body", "code", "at"),
    [
        ({"name": "Cloud"}, "missing-key", "the body"),
        ({"name": " ", "answers": ANSWERS}, "missing-key", "the body, key `name`"),
        ({"name": "x" * 201, "answers": ANSWERS}, "unknown-value", "the body, key `name`"),
        ({"name": "a\0b", "answers": ANSWERS}, "unknown-value", "the body, key `name`"),
        ({"name": 7, "answers": ANSWERS}, "wrong-type", "the body, key `name`"),
        ({"name": "Cloud", "answers": [], "more": 1}, "unknown-key", "the body"),
        ({"name": "Cloud", "answers": []}, "wrong-type", "the body, key `answers`"),
        ({"name": "Cloud", "answers": {}}, "missing-key", "the body, key `answers`"),
        ({"name": "Cloud", "answers": {"serice": "B11"}}, "unknown-key", "the body, key `answers`"),
        ({"name": "Cloud", "answers": {"service": {}}}, "wrong-type", "the body, key `answers`, `service`"),
        ({"name": "Cloud", "answers": {"service": "B1l"}}, "bad-input", "the body, key `answers`, `service`"),
        ({"name": "Cloud", "answers": {"on": "2024-02-30"}}, "unknown-value", "the body, key `answers`, `on`"),
        ({"name": "Cloud", "answers": {"service": "x" * 3000}}, "unknown-value", "the body, key `answers`, `service`"),
        (
            {"name": "Cloud", "answers": {"stake": ["Bach|foreign|Mill|151"]}},
            "bad-input",
            "the body, key `answers`, `owners`",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_where_it_stands(
    program: Program, rita: User, body: Any, code: str, at: str
) -> None:
    refused = program.ask("profiles", body, **key(rita))
    assert (refused.status_code, refused.json()["code"], refused.json()["at"]) == (422, code, at)
    assert not Saved.objects.exists()


# ---- who sees what


PERSONAL = [
    ("get", "profiles"),
    ("post", "profiles"),
    ("get", "profiles/1"),
    ("post", "profiles/1/renew"),
    ("delete", "profiles/1"),
    ("get", "enquiries"),
    ("post", "enquiries"),
    ("get", "enquiries/2026-AAAAAA"),
    ("post", "enquiries/2026-AAAAAA/assign"),
    ("post", "enquiries/2026-AAAAAA/answer"),
    ("post", "enquiries/2026-AAAAAA/close"),
]


@pytest.mark.parametrize(("method", "path"), PERSONAL)
def test_without_the_key_of_a_user_nothing_of_people_is_shown(program: Program, method: str, path: str) -> None:
    def status(**more: Any) -> int:
        answer = program.generic(method.upper(), f"/api/v1/{path}", "{}", content_type="application/json", **more)
        return int(answer.status_code)

    anybody = person("anybody")
    assert status() == 401
    assert status(**key(anybody, KeyScope.READ, KeyScope.ASK, KeyScope.TOOLS, KeyScope.BATCH)) == 403
    nobodys = add_key("nobody's", ["ask"], 1000, at=NOW)
    nobodys[0].scopes = [scope.value for scope in KeyScope]
    nobodys[0].save()
    assert status(**bearer(nobodys[1])) == 403


def test_clara_reaches_nothing_of_ritas(program: Program, rita: User, keep: Callable[..., Any]) -> None:
    number, clara = keep(rita).json()["id"], key(person("clara"))
    unit("City")
    reference = program.ask("enquiries", {"answers": ANSWERS, "consent": True}, **key(rita)).json()["reference"]
    assert program.get("/api/v1/profiles", **clara).json()["profiles"] == []
    assert program.get("/api/v1/enquiries", **clara).json()["enquiries"] == []
    for method, path in (
        ("get", f"profiles/{number}"),
        ("post", f"profiles/{number}/renew"),
        ("delete", f"profiles/{number}"),
        ("get", f"enquiries/{reference}"),
        ("post", f"enquiries/{reference}/assign"),
    ):
        assert getattr(program, method)(f"/api/v1/{path}", **clara).status_code == 404, path
    closing = program.ask(f"enquiries/{reference}/close", {"reason": "mine"}, **clara)
    assert closing.status_code == 404 and Saved.objects.exists() and Enquiry.objects.get().state == "new"


# ---- enquiries


@pytest.fixture
def city(db: None) -> Any:
    return unit("City")


def test_an_enquiry_goes_to_the_unit_and_is_answered(
    program: Program, rita: User, city: Any, django_capture_on_commit_callbacks: Any
) -> None:
    anna = key(person("anna", Role.OFFICER, city))
    with django_capture_on_commit_callbacks(execute=True):
        made = program.ask(
            "enquiries", {"answers": ANSWERS, "consent": True, "message": "When?", "language": "en"}, **key(rita)
        )
        assert (made.status_code, made.json()["state"]) == (201, "new")
        place = made["location"].removeprefix("/api/v1/")
        assert program.post(f"/api/v1/{place}/assign", **anna).json()["assigned"] is True
        assert program.ask(f"{place}/answer", {"text": "Next week."}, **anna).json()["state"] == "answered"
        assert program.ask(f"{place}/close", {"reason": "Done."}, **anna).json()["state"] == "closed"
    whole = program.get(f"/api/v1/{place}", **key(rita)).json()
    assert [reply["text"] for reply in whole["replies"]] == ["Next week."]
    assert (whole["reason"], whole["message"], whole["email"]) == ("Done.", "When?", rita.email)
    assert [letter.to for letter in mailed() if letter.to != ["anna@example.com"]] == [[rita.email]] * 3
    late = program.ask(f"{place}/answer", {"text": "More."}, **anna)
    assert (late.status_code, late.json()["code"]) == (409, "not-now")
    acts = [e.act for e in Entry.objects.filter(kind="advisor.Enquiry").order_by("number")]
    assert acts == ["send", "assign", "answer", "close"]


def test_nothing_is_sent_without_consent_or_a_unit(program: Program, rita: User) -> None:
    refused = program.ask("enquiries", {"answers": ANSWERS, "consent": False}, **key(rita))
    assert (refused.status_code, refused.json()["at"]) == (422, "the body, key `consent`")
    nobody = program.ask("enquiries", {"answers": ANSWERS, "consent": True}, **key(rita))
    assert (nobody.status_code, nobody.json()["code"]) == (409, "nobody-receives")
    assert not Enquiry.objects.exists()


def test_an_officers_key_shows_the_units_enquiries_only_with_its_scope(program: Program, rita: User, city: Any) -> None:
    anna, ben = person("anna", Role.OFFICER, city), person("ben", Role.OFFICER, unit("Other"))
    made = program.ask("enquiries", {"answers": ANSWERS, "consent": True}, **key(rita)).json()

    def seen(user: User, *scopes: KeyScope) -> list[str]:
        rows = program.get("/api/v1/enquiries?state=open", **key(user, *scopes)).json()["enquiries"]
        return [row["reference"] for row in rows]

    assert seen(anna) == [made["reference"]] and seen(anna, KeyScope.ENQUIRE) == seen(ben) == []
    assert program.get("/api/v1/enquiries?state=odd", **key(anna)).status_code == 422
    leader = key(person("lee", Role.LEADER, city))
    assert program.get(f"/api/v1/enquiries/{made['reference']}", **leader).status_code == 200
    assert program.post(f"/api/v1/enquiries/{made['reference']}/assign", **leader).status_code == 403


def test_a_sender_cannot_answer_what_they_sent(program: Program, rita: User, city: Any) -> None:
    made = program.ask("enquiries", {"answers": ANSWERS, "consent": True}, **key(rita)).json()
    refused = program.ask(f"enquiries/{made['reference']}/answer", {"text": "Yes."}, **key(rita))
    assert (refused.status_code, refused.json()["code"]) == (403, "not-permitted")
    assert actions.State(Enquiry.objects.get().state) is actions.State.NEW
