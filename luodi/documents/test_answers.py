"""What decides is what the headline says: a share, or who controls."""

from datetime import date

import pytest

from luodi.access import AccessQuestion, access_book
from luodi.access.holdings import Holdings, answer_held
from luodi.documents.answers import access_lede, headline, service
from luodi.ownership import Stakes

VIE = "F (foreign) -> W 100 %\nW => Mill\nFounder (domestic) -> Mill 100 %"
DAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("service", "lang", "words", "reason"),
    [
        ("A12", "zh", "须由中方控制", "F → W → Mill"),
        ("A12", "en", "The Chinese side must control", "F → W → Mill"),
        ("C-GAME", "zh", "不得由外资以合同控制", "VIE"),
        ("C-GAME", "en", "by contract is barred", "VIE"),
    ],
)
def test_where_control_decides_no_share_is_named(service, lang, words, reason):
    question = AccessQuestion(service=service, place="BJ", investor="DE", cepa_qualified=False)
    document = answer_held(question, Holdings("Mill", Stakes.parse(VIE), DAY), access_book())
    shown = headline({"verdict": document["answer"], "access": [document]}, lang)
    assert words in shown and "%" not in shown
    assert reason in access_lede(document, lang)


def test_a_code_of_the_catalogue_is_shown_and_a_code_of_ours_for_content_is_not():
    def named(code):
        return service({"service": {"id": code, "name": {"zh": "业务", "en": "Service"}}}, "en")

    assert named("B11") == "Service, B11"
    assert named("C-GAME") == "Service"
