"""A check that failed is overruled by somebody else, with a reason; both are kept and shown."""

from datetime import timedelta

import pytest

from luodi.errors import MissingKey
from luodi.web.accounts.models import User
from luodi.web.cases.actions.proofs import add_check
from luodi.web.cases.conftest import NOW, Bench, bench
from luodi.web.cases.models import Check, LandingCase
from luodi.web.cases.models.proofs import CheckKind, CheckResult
from luodi.web.cases.queries.facts import failed_checks, overrulings
from luodi.web.core.errors import NotPermitted, OwnWork
from luodi.web.core.keys import new_key

__all__ = ["bench"]
pytestmark = pytest.mark.django_db
SECURITY, FAILED, PASSED, PENDING = CheckKind.SECURITY, CheckResult.FAILED, CheckResult.PASSED, CheckResult.PENDING


def checked(case: LandingCase, result: CheckResult, by: User | None, note: str = "", key: str = "") -> Check:
    made: Check = add_check(case, SECURITY, result, "the list of 1 May", by=by, at=NOW, note=note, key=key)
    return made


def test_whoever_found_the_failure_never_passes_it(bench: Bench) -> None:
    case = bench.open()
    checked(case, FAILED, bench.anna)
    checked(case, PENDING, bench.anna)
    for by in (bench.anna, None):
        with pytest.raises(OwnWork):
            checked(case, PASSED, by, "a namesake")
    with pytest.raises(NotPermitted):
        checked(case, PASSED, bench.clara, "a namesake")
    assert failed_checks(case) == 1


def test_nobody_passes_it_in_the_place_of_whoever_found_the_failure(bench: Bench) -> None:
    from luodi.web.accounts.actions.absence import name_stand_in

    case = bench.open()
    checked(case, FAILED, bench.anna)
    today = NOW.date()
    name_stand_in(bench.anna, bench.clara, today, today + timedelta(days=7), by=bench.anna, at=NOW)
    with pytest.raises(OwnWork):
        checked(case, PASSED, bench.clara, "a namesake")


def test_two_who_found_the_same_do_not_pass_it_for_each_other(bench: Bench) -> None:
    case = bench.open()
    checked(case, FAILED, bench.anna)
    checked(case, FAILED, bench.ben)
    for by in (bench.anna, bench.ben):
        with pytest.raises(OwnWork):
            checked(case, PASSED, by, "a namesake")


def test_somebody_else_says_why_and_both_are_kept_and_shown(bench: Bench) -> None:
    case, key = bench.open(), new_key()
    found = checked(case, FAILED, bench.anna)
    with pytest.raises(MissingKey) as problem:
        checked(case, PASSED, bench.ben, " ")
    assert problem.value.at == "note"
    made = checked(case, PASSED, bench.ben, "a namesake", key)
    assert checked(case, PASSED, bench.ben, "a namesake", key) == made and case.checks.count() == 2
    assert failed_checks(case) == 0 and overrulings(case) == {made.pk: [found]}
    for lang, words in (("en", "overrules the failure found by Anna"), ("zh", "推翻")):
        page = bench.client("lee").get(f"/{lang}/desk/cases/{case.reference}/papers/").text
        assert words in page and "a namesake" in page
    checked(case, FAILED, bench.ben)
    assert failed_checks(case) == 1  # a new failure is another one
