"""Routes after a no: only lawful ones, only where they lead somewhere, only with texts in force."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.access import AccessQuestion, Verdict, access_book, what_is_open
from luodi.access.routes import RouteBook, Standing, route_book, routes_for
from luodi.profiles.facts import Facts
from luodi.rules.book_reading import citations
from luodi.rules.citing import days_of, registry
from luodi.rules.library import company_vocabulary, load_book

BOOK, ROUTES = access_book(), route_book()
WORDS = company_vocabulary()
ON = date(2026, 12, 1)


def routes(service, place="SH", share=100, investor="DE", *, on=ON, cepa=None, topics=None, **facts):
    answer = what_is_open(AccessQuestion(service, place, share, investor, cepa), BOOK, on=on)
    return routes_for(answer, Facts(WORDS, WORDS.parse_facts(facts)), BOOK, ROUTES, topics=topics)


def ids(found):
    return [route.id for route in found]


def one(found, route_id):
    return next(route for route in found if route.id == route_id)


def test_closed_data_centres_can_go_to_the_pilot_areas_and_the_answer_there_is_kept():
    route = one(routes("B11"), "pilot-place")
    (recheck, answer), *_ = route.open
    assert (route.standing, recheck.as_json(answer.question)) == (Standing.OFFER, {"place": "VATS-PILOT-2024"})
    assert (answer.verdict, answer.cap) == (Verdict.CONDITIONAL, 100)


def test_the_day_before_the_areas_were_approved_the_pilot_is_no_route():
    assert "pilot-place" not in ids(routes("B11", on=date(2024, 10, 22)))
    assert "pilot-place" in ids(routes("B11", on=date(2024, 10, 23)))


def test_inside_the_pilot_there_is_no_need_to_go_there():
    assert "pilot-place" not in ids(routes("B25-SEC", "VATS-PILOT-2024"))


def test_what_is_open_as_asked_needs_no_route():
    assert routes("B21-EC") == ()
    assert routes("B11", "BJ") == ()  # conditional is no refusal


def test_a_domestic_company_needs_no_route():
    assert routes("B11", share=0) == ()


def test_an_answer_that_waits_for_a_fact_has_no_route_yet():
    answer = what_is_open(AccessQuestion("B11", None, 100, "DE"), BOOK, on=ON)
    assert answer.verdict is Verdict.UNKNOWN
    assert routes_for(answer, Facts(WORDS, {}), BOOK, ROUTES) == ()


def test_a_smaller_share_is_offered_just_past_the_cap_and_not_at_it():
    assert "b25-jv-50" in ids(routes("B25", share=51))
    assert routes("B25", share=50) == ()


def test_a_fact_that_nobody_gave_makes_a_question_and_no_refusal():
    route = one(routes("B25"), "ai-filed-model-api")
    assert route.standing is Standing.QUESTION
    assert route.missing == ("generative_ai_model_origin", "generative_ai_to_public")


def test_the_same_fact_given_settles_it_either_way():
    told = {"generative_ai_to_public": True, "generative_ai_model_origin": "own_trained"}
    assert one(routes("B25", **told), "ai-filed-model-api").standing is Standing.OFFER
    assert "ai-filed-model-api" not in ids(routes("B25", generative_ai_to_public=False))


def test_the_subjects_of_a_plan_open_and_close_routes():
    assert one(routes("B21"), "payment-licence").missing == ("topics",)
    assert one(routes("B21", topics=frozenset({"payment"})), "payment-licence").standing is Standing.OFFER
    assert "payment-licence" not in ids(routes("B21", topics=frozenset()))


def test_control_by_contract_is_a_caution_with_its_reasons_and_stands_last():
    last = routes("B11")[-1]
    assert (last.id, last.standing) == ("vie-caution", Standing.CAUTION)
    assert last.row.unsettled


def test_where_a_text_bars_control_by_contract_it_is_not_even_a_caution():
    assert "vie-caution" not in ids(routes("C-GAME"))


def test_what_is_only_recalled_is_distinguished():
    assert one(routes("C-GAME"), "console-hardware").standing is Standing.TO_BE_CHECKED


def test_kinds_stand_in_the_order_of_the_book_and_the_fewest_needs_come_first():
    shown = [r for r in routes("B25") if r.standing is not Standing.TO_BE_CHECKED]
    ranks = [(r.row.kind.last, r.row.kind.rank, len(r.row.needs)) for r in shown]
    assert ranks == sorted(ranks)


def test_a_certificate_is_asked_for_at_the_homes_that_can_have_one():
    route = one(routes("B11"), "cepa-jv-50")
    assert route.open[0][1].question.investor == "HK"
    assert one(routes("B11", investor="MO", cepa=False), "cepa-jv-50").open[0][1].question.investor == "MO"


def test_a_page_that_is_not_fit_to_link_is_kept_in_the_book_and_not_shown():
    book = load_book("routes")
    hidden = {s["url"] for rule in book.rules for s in rule.gives["sources"] if s.get("print") == "false"}
    shown = {source.url for row in ROUTES.rows for source in row.sources}
    assert hidden and not any(s.url in hidden for s in ROUTES.row("ipvpn-jv-ftz").sources)
    assert shown


def test_official_pages_stand_first():
    for row in ROUTES.rows:
        official = [".gov." in (source.url or "//").split("/")[2] for source in row.sources]
        assert official == sorted(official, reverse=True), row.id


def test_a_draft_is_mentioned_as_a_draft_and_nothing_rests_on_it():
    drafts = {name for name, row in registry().items() if row.get("draft") == "true"}
    mentioned = {c.instrument: c for row in ROUTES.rows for c in row.mentions}
    assert drafts and not any(c.instrument in drafts for row in ROUTES.rows for c in row.rule.basis)
    assert all("草案" in str(mentioned[name].article) for name in drafts & set(mentioned))


def test_every_step_service_and_place_of_a_route_exists():
    steps = load_book("landing-steps").by_id
    for row in ROUTES.rows:
        assert row.services <= set(BOOK.services), row.id
        assert {need.step for need in row.needs if need.step} <= set(steps), row.id
        for recheck in row.rechecks:
            assert recheck.service is None or recheck.service in BOOK.services
            assert recheck.place is None or recheck.place in BOOK.zones


def test_a_route_with_a_text_that_has_ended_is_gone_the_day_after(tmp_path):
    row = ROUTES.row("own-site-filing")
    ended = RouteBook(ROUTES.book)
    ended._days = {**ROUTES._days, "iis-measures-2000": days_of({"effective": "2000-09-25", "ended": "2026-12-01"})}
    assert ended.basis(row, ON) == row.rule.basis
    assert ended.basis(row, date(2026, 12, 2)) == ()


def test_an_edition_that_came_later_is_cited_from_its_first_day():
    row = ROUTES.row("ftz-user-access")
    before, after = (ROUTES.basis(row, on) for on in (date(2025, 4, 10), date(2025, 4, 11)))
    assert [c.instrument for c in before] == ["gh-2021-106", "ftz-nl-2021"]
    assert [c.instrument for c in after] == ["gh-2021-106", "ftz-nl-2021", "mofcom-2025-84"]


QUESTIONS = st.builds(
    AccessQuestion,
    st.sampled_from(sorted(BOOK.services)),
    st.sampled_from(sorted(BOOK.zones)),
    st.sampled_from([1, 49, 50, 51, 100]),
    st.sampled_from(["DE", "HK"]),
    st.just(False),
)
DAYS = st.dates(date(2001, 12, 11), date(2027, 12, 31))
KNOWN = st.fixed_dictionaries(
    {},
    optional={
        "generative_ai_to_public": st.booleans(),
        "operates_website": st.booleans(),
        "internet_service_is_paid": st.booleans(),
        "server_in_mainland": st.booleans(),
    },
)


@given(QUESTIONS, DAYS, KNOWN)
def test_every_route_shown_is_open_when_asked_again_and_in_force(question, on, told):
    answer = what_is_open(question, BOOK, on=on)
    found = routes_for(answer, Facts(WORDS, told), BOOK, ROUTES)
    assert answer.verdict is Verdict.NOT_ALLOWED or not found
    for route in found:
        if route.row.rechecks:
            again = [what_is_open(recheck.of(question), BOOK, on=on) for recheck, _ in route.open]
            assert again and all(a.verdict in (Verdict.ALLOWED, Verdict.CONDITIONAL) for a in again)
        assert route.basis
        for citation in route.basis:
            assert on in days_of(registry()[citation.instrument]), (route.id, citation)
        if route.row.kind.id == "unsettled":
            assert route.standing is Standing.CAUTION
        if route.row.rule.confidence == "low":
            assert route.standing in (Standing.TO_BE_CHECKED, Standing.CAUTION)


@pytest.mark.parametrize("row", ROUTES.rows, ids=lambda row: row.id)
def test_every_row_says_what_it_gives_up_in_both_languages_and_cites_known_texts(row):
    for text in (row.rule.title, row.what_it_is, row.gives_up, row.limits, *(need.text for need in row.needs)):
        assert text["zh"].strip() and text["en"].strip()
    assert row.share_allowed is not None or row.share_note is not None or row.id == "mobile-resale"
    for citation in (*row.rule.basis, *citations(row.rule.gives.get("mentions"), row.rule.at)):
        assert citation.instrument in registry()
