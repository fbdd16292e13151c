"""What each operation answers and with which statuses: the part of the OpenAPI document that no signature says."""

from dataclasses import dataclass, replace
from typing import Any, Final

from luodi.advice.lines import KEYS
from luodi.web.api import bodies, shapes
from luodi.web.api.answers import JSON_LINES
from luodi.web.api.models import KeyScope

ALWAYS: Final = (401, 403, 429)
ASKED: Final = (400, *ALWAYS, 411, 413, 415, 422)
#: Short answers whose example is worth its room in the document.
SHOWN: Final = ("requirement", "decide", "ownership")


@dataclass(frozen=True)
class Operation:
    """`answer` is a schema; `body` the shapes that a body may have, by content type."""

    scope: KeyScope
    answer: dict[str, Any] | None  # None where there is no content
    statuses: tuple[int, ...]
    body: tuple[str, ...] = ()
    content: str = "application/json"
    etag: bool = False
    asks: str = ""  # the shape of its body, where it is no question
    example: dict[str, Any] | None = None
    done: tuple[int, ...] = (200,)  # statuses with the answer
    stores: bool = False  # whether it takes an Idempotency-Key


def ref(name: str) -> dict[str, str]:
    return {"$ref": shapes.COMPONENTS + name}


def a_list(noun: str, row: str) -> dict[str, Any]:
    rows = {"type": "array", "items": ref(row)}
    return {"type": "object", "required": [noun, "next"], "properties": {noun: rows, "next": ref("Next")}}


def reading(answer: dict[str, Any], *statuses: int) -> Operation:
    return Operation(KeyScope.READ, answer, tuple(sorted({304, *ALWAYS, *statuses})), etag=True)


def translated(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with words of the law, which says that they are translated (`marks.marked`)."""
    mark = {"type": "object", "required": ["translation"], "properties": {"translation": ref("Translation")}}
    return {"allOf": [answer, mark]}


def own(answer: dict[str, Any], *statuses: int, scope: KeyScope = KeyScope.KEEP) -> Operation:
    """Reading what belongs to the user of the key."""
    return Operation(scope, answer, tuple(sorted({304, *ALWAYS, *statuses})), etag=True)


def storing(
    scope: KeyScope,
    answer: dict[str, Any] | None,
    *statuses: int,
    asks: str = "",
    done: tuple[int, ...] = (200,),
    **example: Any,
) -> Operation:
    """Storing something; with a body where it has the shape `asks`."""
    usual = ASKED if asks else (*ALWAYS, 422)
    return Operation(
        scope,
        answer,
        tuple(sorted({*usual, *statuses})),
        body=bodies.JSON if asks else (),
        asks=asks,
        example=example or None,
        done=done,
        stores=True,
    )


CLOUD: Final = {
    "investor": "SG",
    "service": "B11",
    "place": "BJ",
    "share": "100",
    "exports_pi": None,
    "on": "2024-12-02",
}
_ACTED: Final = (404, 409)
OPERATIONS: Final[dict[str, Operation]] = {
    **{q: Operation(KeyScope.ASK, translated(ref(shapes.answered(q))), ASKED, bodies.JSON) for q in KEYS},
    "batch": Operation(
        KeyScope.BATCH, {"type": "string"}, tuple(sorted({404, *ASKED} - {422})), bodies.JSON_LINES, JSON_LINES
    ),
    "books": reading(translated(a_list("books", "BookRow")), 422),
    "book": reading(translated(ref("BookRow")), 404),
    "rules": reading(translated(a_list("rules", "RuleRow")), 404, 422),
    "rule": reading(translated(ref("Rule")), 404, 422),
    "requirements": reading(translated(a_list("requirements", "Name")), 422),
    "services": reading(translated(a_list("services", "Row")), 422),
    "places": reading(translated(a_list("places", "Row")), 422),
    "instruments": reading(translated(a_list("instruments", "Row")), 422),
    "instrument": reading(translated(ref("Instrument")), 404),
    "search": reading(translated(ref("Hits")), 422),
    "editions": reading(a_list("editions", "EditionRow"), 404, 422),
    "edition": reading(translated(ref("Edition")), 404),
    "file": replace(reading({}, 404), content="application/yaml"),
    "changes": reading(translated(ref("Changes")), 422),
    "profiles": own(a_list("profiles", "KeptRow"), 422),
    "profile": own(translated(ref("Kept")), 404),
    "keep": storing(
        KeyScope.KEEP, ref("KeptRow"), asks="ToKeep", done=(200, 201), name="Cloud in Beijing", answers=CLOUD
    ),
    "renew": storing(KeyScope.KEEP, ref("KeptRow"), 404),
    "forget": storing(KeyScope.KEEP, None, 404, done=(204,)),
    "enquiries": own(a_list("enquiries", "EnquiryRow"), 422, scope=KeyScope.ENQUIRE),
    "enquiry": own(translated(ref("Enquiry")), 404, scope=KeyScope.ENQUIRE),
    "enquire": storing(
        KeyScope.ENQUIRE,
        ref("EnquiryRow"),
        409,
        asks="ToEnquire",
        done=(201,),
        answers=CLOUD,
        consent=True,
        message="When can we begin?",
    ),
    "assign": storing(KeyScope.OFFICE, ref("EnquiryRow"), *_ACTED),
    "answer": storing(
        KeyScope.OFFICE,
        ref("EnquiryRow"),
        *_ACTED,
        asks="ToAnswer",
        text="The pilot area takes applications.",
        language="en",
    ),
    "companies": own(a_list("companies", "CompanyRow"), 422, scope=KeyScope.OFFICE),
    "company": own(ref("Company"), 404, scope=KeyScope.OFFICE),
    "leads": own(a_list("leads", "LeadRow"), 422, scope=KeyScope.OFFICE),
    "lead": own(ref("Lead"), 404, scope=KeyScope.OFFICE),
    "make_company": storing(
        KeyScope.OFFICE,
        ref("Company"),
        409,
        asks="ToAddCompany",
        done=(201,),
        given={"name_en": "Amber Quay", "country": "NL"},
    ),
    "company_act": storing(
        KeyScope.OFFICE, ref("Company"), *_ACTED, asks="ToActOnRow", given={"kind": "technology", "code": "robotics"}
    ),
    "undo_merge": storing(KeyScope.OFFICE, ref("Company"), *_ACTED, asks="ToClose", reason="They are two firms."),
    "imports": own(a_list("imports", "ImportRow"), 422, scope=KeyScope.OFFICE),
    "import": own(ref("Import"), 404, scope=KeyScope.OFFICE),
    "import_records": own(a_list("records", "ImportRecord"), 404, 422, scope=KeyScope.OFFICE),
    "bring_import": Operation(
        KeyScope.OFFICE, ref("Import"), ASKED, body=("application/octet-stream",), done=(201,), stores=True
    ),
    "bring_rows": storing(
        KeyScope.OFFICE,
        ref("Import"),
        asks="ToBringRows",
        done=(201,),
        source="Fair of 2026",
        origin="declared",
        rows=[{"name": "Amber Quay", "country": "NL"}],
    ),
    "import_act": storing(KeyScope.OFFICE, ref("Import"), *_ACTED, asks="ToActOnImport", mapping={"name": "name"}),
    "record_act": storing(
        KeyScope.OFFICE, ref("ImportRecord"), *_ACTED, asks="ToDecide", company=17, reason="The same number."
    ),
    "lead_act": storing(
        KeyScope.OFFICE,
        ref("Lead"),
        *_ACTED,
        asks="ToAct",
        given={"until": "2027-03-01", "reason": "After their round."},
    ),
    "hear": storing(
        KeyScope.OFFICE,
        ref("LeadRow"),
        asks="ToHear",
        done=(201,),
        title="Amber Quay looks for a site",
        kind="fair",
        source="Fair of 2026",
        external="17",
        company_name="Amber Quay",
        country="NL",
    ),
    "cases": own(a_list("cases", "CaseRow"), 422, scope=KeyScope.OFFICE),
    "open_case": storing(
        KeyScope.OFFICE,
        ref("CaseRow"),
        asks="ToAdd",
        done=(201,),
        given={"company": 17, "unit": 1, "technology": "Batteries without cobalt."},
    ),
    "calendars": own(a_list("calendars", "CalendarRow"), 422, scope=KeyScope.OFFICE),
    "calendar": own(ref("Calendar"), 404, scope=KeyScope.OFFICE),
    "calendar_act": storing(
        KeyScope.OFFICE,
        ref("Calendar"),
        *_ACTED,
        asks="ToActOnRow",
        given={"day": "2027-05-10", "works": "no", "reason": "The hall is being moved."},
    ),
    "case": own(translated(ref("Case")), 404, scope=KeyScope.OFFICE),
    "case_missing": own(ref("CaseMissing"), 404, scope=KeyScope.OFFICE),
    "case_act": storing(
        KeyScope.OFFICE, ref("CaseRow"), *_ACTED, asks="ToActOnCase", given={"reason": "The lease came."}
    ),
    "referrals": own(a_list("referrals", "Referral"), 422, scope=KeyScope.DEALINGS),
    "dealing": own(ref("Dealing"), 404, scope=KeyScope.DEALINGS),
    "dealing_act": storing(
        KeyScope.DEALINGS, ref("Dealing"), *_ACTED, asks="ToAct", version=1, given={"words": "It needs no licence."}
    ),
    "case_dealings": own(ref("Dealings"), 404, scope=KeyScope.DEALINGS),
    "add_proof": Operation(
        KeyScope.DEALINGS,
        ref("ProofRow"),
        tuple(sorted({*ASKED, *_ACTED})),
        body=("application/octet-stream",),
        done=(201,),
        stores=True,
    ),
    "proof_file": Operation(
        KeyScope.DEALINGS,
        {"type": "string", "format": "binary"},
        (401, 403, 404, 409, 410, 422, 429),
        content="application/octet-stream",
    ),
    "add_dealing": storing(
        KeyScope.DEALINGS,
        ref("Added"),
        *_ACTED,
        asks="ToAdd",
        done=(201,),
        given={"kind": "call", "note": "They look for a site by May."},
    ),
    "obstacles": own(a_list("obstacles", "ObstacleRow"), 422, scope=KeyScope.DEALINGS),
    "obstacles_by_rule": own(a_list("rules", "ObstaclesOfRule"), scope=KeyScope.DEALINGS),
    "obstacle": own(ref("Obstacle"), 404, scope=KeyScope.DEALINGS),
    "raise_obstacle": storing(
        KeyScope.DEALINGS,
        ref("Obstacle"),
        asks="ToRaise",
        done=(201,),
        kind="request",
        about="step/icp-filing",
        text="The office takes paper only.",
    ),
    "obstacle_act": storing(
        KeyScope.DEALINGS,
        ref("Obstacle"),
        *_ACTED,
        asks="ToAct",
        version=3,
        given={"words": "It takes them online now."},
    ),
    "open_issue": storing(
        KeyScope.DEALINGS,
        ref("Issue"),
        *_ACTED,
        asks="ToAdd",
        done=(201,),
        given={"title": "Filing on paper", "text": "Why on paper?", "unit": 1, "due": "2027-01-15"},
    ),
    "issues": own(a_list("issues", "IssueRow"), 422, scope=KeyScope.DEALINGS),
    "issue": own(ref("Issue"), 404, scope=KeyScope.DEALINGS),
    "issue_act": storing(
        KeyScope.DEALINGS, ref("Issue"), *_ACTED, asks="ToAct", version=1, given={"answer": "From May it is online."}
    ),
    "close": storing(KeyScope.OFFICE, ref("EnquiryRow"), *_ACTED, asks="ToClose", reason="Answered by telephone."),
    "demands": reading(a_list("demands", "DemandRow"), 422),
    "demand": reading(ref("Demand"), 404),
    "matches": own(a_list("matches", "MatchRow"), 422, scope=KeyScope.MATCH),
    "match_of": own(ref("Match"), 404, scope=KeyScope.MATCH),
    "consent": storing(KeyScope.MATCH, ref("Match"), *_ACTED, asks="ToConsent", says="yes"),
    "action_plan": reading(translated(ref("ActionPlan"))),
    "indicators": own(a_list("indicators", "IndicatorRow"), 422, scope=KeyScope.OFFICE),
    "indicator": own(ref("Indicator"), 404, scope=KeyScope.OFFICE),
    "claim_for_indicator": storing(
        KeyScope.OFFICE, ref("ContributionRow"), *_ACTED, asks="ToClaim", done=(201,), thing="LD-2026-0001"
    ),
    "contributions": own(a_list("contributions", "ContributionRow"), 422, scope=KeyScope.OFFICE),
    "contribution": own(ref("Contribution"), 404, scope=KeyScope.OFFICE),
    "contribution_act": storing(
        KeyScope.OFFICE, ref("ContributionRow"), *_ACTED, asks="ToActOnContribution", version=2, reason="Another firm."
    ),
    "plan_editions": own(a_list("editions", "PlanEditionRow"), 422, scope=KeyScope.OFFICE),
    "plan_edition": own(ref("PlanEdition"), 404, scope=KeyScope.OFFICE),
    "freeze_edition": storing(
        KeyScope.OFFICE, ref("PlanEditionRow"), 409, asks="ToFreeze", done=(201,), unit=1, day="2026-11-25"
    ),
}
