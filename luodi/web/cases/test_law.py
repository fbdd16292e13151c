"""A change of law reaches the cases whose plans rest on what changed, whatever that is."""

import pytest

from luodi.editor.readiness import trial
from luodi.web.advisor.models import Stale
from luodi.web.advisor.staleness import refresh
from luodi.web.cases.conftest import LAW_CHANGES, NOW, Bench, changed_law
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.cases import CASES
from luodi.web.conftest import mailed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", LAW_CHANGES)
def test_invariant_29_a_change_in_anything_that_a_plan_rests_on_flags_its_cases(
    kind: str, planned: LandingCase, bench: Bench
) -> None:
    refresh(NOW)
    mailed(NOW)
    with trial(*changed_law(kind)):
        assert refresh(NOW) == 1 and refresh(NOW) == 0
    assert LAW_CHANGES[kind][2] in str(Stale.objects.get().difference["kinds"][kind]) or kind in ("verdict", "licence")
    assert list(CASES.found(bench.anna, {"state": "stale"})) == [planned]
    assert [letter.to for letter in mailed(NOW)] == [[bench.anna.email]]


def test_a_case_that_rests_on_nothing_that_changed_is_not_flagged(planned: LandingCase, bench: Bench) -> None:
    book, files = changed_law("time")
    name = "rules/qualification.yaml"
    rule = files[name].index("id: telecom-service-classification\n")
    title = files[name].index("title:", rule)
    files[name] = files[name][:title] + "# looked at again\n  " + files[name][title:]
    files[name] = files[name].replace("max: 160", "max: 128", 1)
    with trial(book, files):
        assert refresh(NOW) == 0
    assert not CASES.found(bench.anna, {"state": "stale"}).exists()
