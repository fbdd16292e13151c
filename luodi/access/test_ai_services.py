"""Businesses of artificial intelligence: what they are, what they file from which day, and where they can go."""

from datetime import date

import pytest

from luodi.access import access_book
from luodi.access.ai_services import ai_book, ai_service
from luodi.access.routes import route_book
from luodi.errors import UnknownValue
from luodi.rules.citing import days_of, registry

BOOK, ROUTES = ai_book(), route_book()


def ask(service, *day):
    return ai_service(service, BOOK, ROUTES, on=date(*(day or (2026, 12, 1))))


def steps(answer):
    return [filing.step for filing in answer.filings]


def test_a_chat_assistant_is_an_information_service_and_files_its_model():
    answer = ask("chat-assistant")
    assert next((p.service, p.role) for p in answer.service.parts) == ("B25", "core")
    assert {"generative-ai-filing", "algorithm-filing", "ai-content-labelling"} <= set(steps(answer))
    assert next(row.id for row in answer.routes) == "ai-filed-model-api"


@pytest.mark.parametrize(("day", "due"), [((2025, 8, 31), False), ((2025, 9, 1), True)])
def test_labels_are_due_from_their_first_day(day, due):
    assert ("ai-content-labelling" in steps(ask("chat-assistant", *day))) is due


@pytest.mark.parametrize(("day", "due"), [((2023, 8, 14), False), ((2023, 8, 15), True)])
def test_models_are_filed_from_the_first_day_of_the_measures(day, due):
    assert ("generative-ai-filing" in steps(ask("llm-public-api", *day))) is due


@pytest.mark.parametrize(("day", "duties"), [((2026, 7, 14), 0), ((2026, 7, 15), 2)])
def test_a_companion_has_duties_of_its_own_from_the_middle_of_2026(day, duties):
    assert len(ask("ai-companion", *day).duties) == duties


def test_a_rule_on_companions_does_not_reach_a_renter_of_compute():
    assert "anthropomorphic" not in {regime.id for regime in ask("compute-renting").regimes}


def test_a_route_whose_text_is_not_in_force_yet_is_not_named():
    assert "pilot-place" not in [row.id for row in ask("compute-renting", 2024, 10, 22).routes]
    assert "pilot-place" in [row.id for row in ask("compute-renting", 2024, 10, 23).routes]


def test_a_misspelt_business_gets_the_nearest():
    with pytest.raises(UnknownValue, match="chat-assistant"):
        ask("chat-asistant")


@pytest.mark.parametrize("service", BOOK.services)
def test_every_business_leads_to_services_and_routes_that_exist_and_cites_what_is_in_force(service):
    for day in ((2022, 1, 1), (2023, 8, 15), (2025, 9, 1), (2026, 12, 1)):
        answer = ask(service, *day)
        assert {part.service for part in answer.service.parts} <= set(access_book().services)
        for regime in answer.regimes:
            for citation in regime.basis:
                assert answer.on in days_of(registry()[citation.instrument])
    known = {regime.id for regime in BOOK.regimes}
    assert {duty.regime for duty in BOOK.services[service].duties} <= known
    document = ask(service).as_json()
    assert document["name"]["zh"] and document["name"]["en"] and document["on"] == "2026-12-01"


def test_no_word_leads_to_two_businesses():
    seen = {}
    for service in BOOK.services.values():
        for words in service.synonyms.values():
            for word in words:
                assert seen.setdefault(word.casefold(), service.id) == service.id
