"""The company rates the whole handling, and a poor rating goes to a leader who does not handle the case."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from luodi.casework.stages import End
from luodi.casework.states import NotNow
from luodi.errors import DuplicateKey, MissingKey
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import ratings
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.api import shown
from luodi.web.cases.conftest import NOW, TODAY, Bench, ready_to_claim
from luodi.web.cases.models import HandlingRating, LandingCase
from luodi.web.cases.queries import ratings as queries
from luodi.web.conftest import person
from luodi.web.core.errors import NotPermitted, OwnWork
from luodi.web.core.keys import new_key
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proof_files")]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def landed(planned: LandingCase, bench: Bench) -> LandingCase:
    case = actions_stages.claim_landing(ready_to_claim(bench, planned), TODAY, by=bench.anna, at=NOW)
    return actions_stages.verify_landing(case, by=bench.ben, at=NOW)


def ended(bench: Bench) -> LandingCase:
    return actions.end_case(bench.open(), End.WITHDRAWN, "No site was found.", by=bench.anna, at=NOW)


def test_a_case_is_rated_once_its_landing_is_verified_and_once_it_has_ended(landed: LandingCase, bench: Bench) -> None:
    first = ratings.rate(landed, 5, by=bench.mei, at=NOW)
    assert (first.occasion, first.due) == ("landing", None)
    with pytest.raises(DuplicateKey):
        ratings.rate(landed, 1, "Slow.", by=bench.mei, at=NOW)
    case = actions.end_case(landed, End.WITHDRAWN, "It leaves.", by=bench.anna, at=NOW)
    assert ratings.rate(case, 4, by=bench.mei, at=NOW).occasion == "end"


def test_before_its_landing_is_verified_a_case_is_not_rated(planned: LandingCase, bench: Bench) -> None:
    case = ready_to_claim(bench, planned)
    for one in (case, actions_stages.claim_landing(case, TODAY, by=bench.anna, at=NOW)):
        with pytest.raises(NotNow):
            ratings.rate(one, 5, by=bench.mei, at=NOW)
    assert not HandlingRating.objects.exists()


def test_only_the_company_rates(bench: Bench) -> None:
    case = ended(bench)
    for other in (bench.anna, bench.ben, bench.lee, bench.clara):
        with pytest.raises(NotPermitted):
            ratings.rate(case, 5, by=other, at=NOW)


@pytest.mark.parametrize("grade", [1, 2])
def test_a_poor_rating_says_what_was_poor_and_goes_to_a_leader_not_to_the_officer(bench: Bench, grade: int) -> None:
    case = ended(bench)
    with pytest.raises(MissingKey):
        ratings.rate(case, grade, "  ", by=bench.mei, at=NOW)
    row = ratings.rate(case, grade, "Nobody called back.", by=bench.mei, at=NOW)
    assert row.due is not None and row.due > TODAY
    told = Notice.objects.filter(kind="case_rated_poor").values_list("user", flat=True)
    assert list(told) == [bench.lee.pk]
    assert [one.case for one in queries.day_rows(bench.lee, TODAY, 9)] == [case.reference]
    assert queries.day_rows(bench.anna, TODAY, 9) == queries.day_rows(bench.clara, TODAY, 9) == []


def test_a_fair_rating_waits_for_nobody(bench: Bench) -> None:
    row = ratings.rate(ended(bench), 3, by=bench.mei, at=NOW)
    assert row.due is None and not Notice.objects.filter(kind="case_rated_poor").exists()
    with pytest.raises(NotNow):
        ratings.reply(row, "Thank you.", by=bench.lee, at=NOW)


def test_a_leader_who_handles_the_case_neither_hears_of_a_poor_rating_nor_answers_it(bench: Bench) -> None:
    head = person("head", Role.LEADER, bench.here)
    person("head2", Role.OFFICER, bench.aside)
    case = ended(bench)
    LandingCase.objects.filter(pk=case.pk).update(officer=head)
    case = LandingCase.objects.get(pk=case.pk)
    row = ratings.rate(case, 1, "Rude.", by=bench.mei, at=NOW)
    assert list(Notice.objects.filter(kind="case_rated_poor").values_list("user", flat=True)) == [bench.lee.pk]
    assert queries.day_rows(head, TODAY, 9) == []
    with pytest.raises(OwnWork):
        ratings.reply(row, "It was fine.", by=head, at=NOW)
    assert ratings.reply(row, "We spoke with them.", by=bench.lee, at=NOW).replied_by == bench.lee


def test_the_company_reads_the_answer_and_the_rating_is_never_changed(bench: Bench) -> None:
    row = ratings.rate(ended(bench), 2, "Slow.", by=bench.mei, at=NOW)
    with pytest.raises(MissingKey):
        ratings.reply(row, " ", by=bench.lee, at=NOW)
    row = ratings.reply(row, "Two people were away; a stand-in is named now.", by=bench.lee, at=LATER)
    assert not row.waits and queries.day_rows(bench.lee, TODAY, 9) == []
    assert Notice.objects.filter(kind="case_rating_answered", user=bench.mei).exists()
    with pytest.raises(NotNow):
        ratings.reply(row, "Again.", by=bench.lee, at=LATER)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_handlingrating SET rating = 5")


def test_whoever_must_not_see_the_case_does_not_see_its_rating(bench: Bench) -> None:
    row = ratings.rate(ended(bench), 5, by=bench.mei, at=NOW)
    for who, seen in ((bench.anna, 1), (bench.lee, 1), (bench.mei, 1), (bench.clara, 0), (None, 0)):
        assert visible(who, HandlingRating.objects.filter(pk=row.pk)).count() == seen


def test_figures_count_each_grade_what_could_be_rated_and_what_waits(bench: Bench) -> None:
    cases = [ended(bench) for _ in range(3)]
    for case, grade in zip(cases, (5, 1), strict=False):
        ratings.rate(case, grade, "So.", by=bench.mei, at=NOW)
    rows, every = HandlingRating.objects.all(), LandingCase.objects.all()
    found = queries.figures(rows, every, TODAY, TODAY)
    assert (found.grades, found.n, found.could, found.waiting) == ((1, 0, 0, 0, 1), 2, 3, 1)
    assert found.satisfaction.satisfied == 1 and found.satisfaction.share is None
    day = timedelta(1)
    assert queries.figures(rows, every, TODAY - day, TODAY - day).n == 0
    assert queries.figures(rows, every, TODAY + day, TODAY + day).could == 0


def test_the_list_is_narrowed_to_what_is_poor_waits_or_is_late(bench: Bench) -> None:
    for grade in (5, 1, 2):
        row = ratings.rate(ended(bench), grade, "So.", by=bench.mei, at=NOW)
    ratings.reply(row, "Mended.", by=bench.lee, at=NOW)

    def grades(state: str, after: int = 0) -> list[int]:
        found = queries.RATINGS.found(bench.lee, {"state": state}, on=TODAY + timedelta(after))
        return sorted(one.rating for one in found)

    assert (grades(""), grades("poor"), grades("waiting")) == ([1, 2, 5], [1, 2], [1])
    assert (grades("late"), grades("late", 30)) == ([], [1])


# ---- on the pages


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("非常不满意", "待答复")), ("en", ("1, very poor", "To be answered"))]
)
def test_from_the_rating_to_the_answer_on_the_pages(bench: Bench, lang: str, words: tuple[str, str]) -> None:
    case = ended(bench)
    own, desk = f"/{lang}/cases/{case.reference}/", f"/{lang}/desk/cases/{case.reference}/"

    def send(who: str, act: str, **given: Any) -> Any:
        return bench.client(who).post(f"{own}act/{act}/", {"key": new_key(), "version": "1", **given})

    assert 'name="rating"' in bench.client("mei").get(own).text
    version = {"version": case.version}
    refused = send("mei", "rate", rating="1", **version)
    assert refused.status_code == 422 and 'name="rating_words"' in refused.text
    assert send("mei", "rate", rating="9", rating_words="x", **version).status_code == 422
    assert send("mei", "rate", rating="1", rating_words="Nobody called back.", **version).status_code == 302
    row = HandlingRating.objects.get()
    for who, place in (("mei", own), ("anna", desk), ("lee", desk), ("lee", f"/{lang}/desk/ratings/?state=waiting")):
        page = bench.client(who).get(place).text
        assert words[0] in page and "Nobody called back." in page, (who, place)
    assert 'name="rating"' not in bench.client("mei").get(own).text  # once
    assert 'name="reply"' not in bench.client("anna").get(desk).text
    assert 'name="reply"' in bench.client("lee").get(desk).text
    assert words[1] in bench.client("lee").get(f"/{lang}/desk/ratings/").text
    assert send("lee", "reply_rating", row=row.pk, reply="A stand-in is named now.").status_code == 302
    for who, place in (("mei", own), ("anna", desk)):
        assert "A stand-in is named now." in bench.client(who).get(place).text
    assert "Nobody" not in bench.client("clara").get(f"/{lang}/desk/ratings/").text


def test_programs_read_ratings_with_the_case(bench: Bench) -> None:
    case = ended(bench)
    assert shown.whole(case, bench.anna, TODAY)["ratings"] == []
    ratings.rate(case, 2, "Slow.", by=bench.mei, at=NOW)
    (one,) = shown.whole(case, bench.anna, TODAY)["ratings"]
    assert (one["occasion"], one["rating"], one["words"], one["reply"]) == ("end", 2, "Slow.", None)
