"""What counts, by whose decision, and what an edition keeps."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from luodi.casework.book import proof_kinds
from luodi.scorecard.attainment import Band
from luodi.scorecard.contributions import NotNow
from luodi.scorecard.editions import Change, Edition, NotReproduced, difference
from luodi.scorecard.statuses import Declared, Evidenced
from luodi.web.cases.actions import cases
from luodi.web.cases.conftest import NOW, TODAY, Bench
from luodi.web.cases.models import LandingCase
from luodi.web.conftest import person
from luodi.web.core.errors import NotPermitted, OwnWork, StaleVersion
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice
from luodi.web.scorecard.actions import indicators as actions
from luodi.web.scorecard.actions import tasks as actions_tasks
from luodi.web.scorecard.actions.contributions import (
    DoesNotFit,
    NotProven,
    check,
    claim,
    claim_platform,
    count,
    reject,
    reverse,
)
from luodi.web.scorecard.actions.editions import freeze
from luodi.web.scorecard.conftest import LATER, Town, line
from luodi.web.scorecard.models import Contribution, FrozenEdition, Indicator, TaskLine
from luodi.web.scorecard.queries import board as queries
from luodi.web.scorecard.queries.definitions import in_force
from luodi.web.scorecard.queries.editions import reproduced

pytestmark = pytest.mark.django_db


def counted(town: Town, indicator: Indicator, at: datetime = NOW) -> Contribution:
    row = claim(indicator, town.case, by=town.bench.anna, at=at)
    return count(check(row, by=town.cora, at=at), by=town.cora, at=at)


def value(user: Any, indicator: Indicator) -> int:
    found = queries.standings(user, Indicator.objects.filter(pk=indicator.pk), TODAY)[0]
    return found.counted


# ---- who


@pytest.mark.parametrize("who", ["anna", "ben"])
def test_invariant_03_nobody_counts_what_they_prepared(town: Town, who: str) -> None:
    """Anna leads the case and claimed the landing; Ben verified it: neither checks, counts, rejects or reverses."""
    bench, indicator = town.bench, town.indicator()
    me = getattr(bench, who)
    row = claim(indicator, town.case, by=bench.anna, at=NOW)
    with pytest.raises(OwnWork):
        check(row, by=me, at=NOW)
    row = check(row, by=town.cora, at=NOW)
    for act in (lambda: count(row, by=me, at=NOW), lambda: reject(row, "no", by=me, at=NOW)):
        with pytest.raises(OwnWork):
            act()
    row = count(row, by=town.cora, at=NOW)
    with pytest.raises(OwnWork):
        reverse(row, "no", by=me, at=NOW)
    assert value(bench.lee, indicator) == 1


def test_invariant_03_who_held_the_case_before_or_claimed_it_does_not_count_it_either(town: Town) -> None:
    """Handing the case to a colleague does not make its officer another person."""
    bench, indicator = town.bench, town.indicator()
    dora = person("dora", Role.OFFICER, bench.here)
    cases.assign(town.case, town.cora, by=dora, at=NOW)
    cases.assign(town.case, bench.anna, by=dora, at=NOW)
    row = claim(indicator, town.case, by=person("emil", Role.OFFICER, bench.here), at=NOW)
    for checker in (town.cora, dora):
        with pytest.raises(OwnWork):
            check(row, by=checker, at=NOW)
    with pytest.raises(OwnWork):
        check(row, by=row.claimed_by, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.filter(pk=row.pk).update(checker=row.claimed_by)


def test_only_officers_of_the_unit_claim_and_check(town: Town) -> None:
    bench, indicator = town.bench, town.indicator()
    for who in (bench.clara, bench.lee, bench.mei):
        with pytest.raises(NotPermitted):
            claim(indicator, town.case, by=who, at=NOW)
    row = claim(indicator, town.case, by=bench.anna, at=NOW)
    for who in (bench.clara, bench.lee, bench.mei):
        with pytest.raises(NotPermitted):
            check(row, by=who, at=NOW)


# ---- what


def test_invariant_05_a_thing_counts_once_and_no_total_is_typed(town: Town) -> None:
    bench, indicator = town.bench, town.indicator()
    assert value(bench.lee, indicator) == 0
    row = claim(indicator, town.case, by=bench.anna, at=NOW, key="k" * 20)
    assert claim(indicator, town.case, by=bench.anna, at=NOW, key="k" * 20).pk == row.pk  # the same key, one effect
    with pytest.raises(NotNow):
        claim(indicator, town.case, by=bench.anna, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.create(
            reference="CB-2026-9999",
            indicator=indicator,
            unit=bench.here,
            case=town.case,
            claimed=NOW,
            check_by=TODAY,
            changed=NOW,
        )
    assert value(bench.lee, indicator) == 0  # a claim is no value
    row = check(row, by=town.cora, at=NOW)
    row = count(row, by=town.cora, at=NOW, key="c" * 20)
    assert count(row, by=town.cora, at=NOW, key="c" * 20).version == row.version
    assert value(bench.lee, indicator) == 1
    with pytest.raises(NotNow):
        count(row, by=town.cora, at=NOW)
    other = town.indicator(code="others")  # for another indicator it is another contribution
    counted(town, other)
    assert (value(bench.lee, indicator), value(bench.lee, other)) == (1, 1)
    numbers = [f.name for f in Indicator._meta.concrete_fields if f.get_internal_type().endswith("IntegerField")]
    assert set(numbers) == {"version"}  # there is no column for a total


def test_an_unverified_landing_and_one_that_the_filter_leaves_out_are_not_claimed(town: Town) -> None:
    bench = town.bench
    early = bench.open()
    with pytest.raises(NotProven):
        claim(town.indicator(), early, by=bench.anna, at=NOW)
    domestic = town.indicator(code="domestic", takes={"foreign": False})
    with pytest.raises(DoesNotFit, match="foreign"):
        claim(domestic, town.case, by=bench.anna, at=NOW)
    elsewhere = town.indicator(code="shanghai", takes={"places": ["SH"]})
    with pytest.raises(DoesNotFit, match="places"):
        claim(elsewhere, town.case, by=bench.anna, at=NOW)
    assert claim(
        town.indicator(code="b1", takes={"places": ["BJ"], "services": ["B1"]}), town.case, by=bench.anna, at=NOW
    )


def test_what_is_not_known_is_claimed_but_not_counted_and_says_what_is_missing(town: Town) -> None:
    bench = town.bench
    bench.company.country = ""
    bench.company.save()
    row = check(claim(town.indicator(takes={"foreign": True}), town.case, by=bench.anna, at=NOW), by=town.cora, at=NOW)
    with pytest.raises(DoesNotFit, match=r"not known.*foreign"):
        count(row, by=town.cora, at=NOW)


def test_a_proof_that_the_indicator_asks_for_must_be_there_when_it_is_counted(town: Town) -> None:
    bench = town.bench
    there = {proof.proves for proof in town.case.proofs.all()}
    absent = next(kind for kind in proof_kinds() if kind not in there)
    row = check(claim(town.indicator(proofs=[absent]), town.case, by=bench.anna, at=NOW), by=town.cora, at=NOW)
    with pytest.raises(NotProven, match=absent):
        count(row, by=town.cora, at=NOW)
    row.refresh_from_db()
    assert row.state == "checking" and row.steps.count() == 2  # nothing of the refused act is left
    asked = town.indicator(code="asked", proofs=sorted(there))
    step = counted(town, asked).steps.last()
    assert step is not None and {one["proves"] for one in step.rests_on["proofs"]} == there


def test_one_thread_from_a_case_to_a_counted_landing(bench: Bench, landed: LandingCase) -> None:
    town = Town(bench, landed, person("cora", Role.OFFICER, bench.city), person("lars", Role.LEADER, bench.city))
    indicator = town.indicator(proofs=["business-licence"], takes={"foreign": True, "services": ["B1"]})
    assert [one.thing for one in queries.proposals(bench.anna, TODAY, 9, case=landed)] == [landed]
    counted(town, indicator)
    assert value(bench.lee, indicator) == 1


def test_a_rejected_claim_stays_in_sight_and_can_be_claimed_again(town: Town) -> None:
    bench, indicator = town.bench, town.indicator()
    row = check(claim(indicator, town.case, by=bench.anna, at=NOW), by=town.cora, at=NOW)
    with pytest.raises(Exception, match="say why"):
        reject(row, " ", by=town.cora, at=NOW)
    row = reject(row, "the lease is of another firm", by=town.cora, at=NOW)
    assert [one.reference for one in queries.CONTRIBUTIONS.found(bench.lee, {"state": "rejected"})] == [row.reference]
    assert "another firm" in str(Notice.objects.get(user=bench.anna, kind="contribution_decided").values)
    second = claim(indicator, town.case, by=bench.anna, at=LATER)
    assert (second.pk, second.state, second.reason, second.checker) == (row.pk, "claimed", "", None)
    assert [step.state for step in second.steps.all()] == ["claimed", "checking", "rejected", "claimed"]


def test_those_who_can_check_a_claim_are_notified_of_it_and_nobody_who_prepared_it(town: Town) -> None:
    notices = Notice.objects.filter(kind="contribution_claimed").order_by("pk")
    row = claim(town.indicator(), town.case, by=town.bench.anna, at=NOW)
    assert [one.user for one in notices] == [town.cora]
    reject(check(row, by=town.cora, at=NOW), "a lease is missing", by=town.cora, at=NOW)
    claim(row.indicator, town.case, by=town.bench.anna, at=LATER)
    second = list(notices.all())
    assert [one.user for one in second] == [town.cora, town.cora]
    assert all(row.check_by.isoformat() in str(one.values) for one in second)


def test_a_stale_form_is_refused(town: Town) -> None:
    row = claim(town.indicator(), town.case, by=town.bench.anna, at=NOW)
    check(row, by=town.cora, at=NOW, version=1)
    with pytest.raises(StaleVersion):
        check(row, by=town.cora, at=NOW, version=1)


def test_a_platform_is_entered_by_its_address_and_counts_once(town: Town) -> None:
    bench = town.bench
    indicator = town.indicator(code="platforms", of="g-platform", thing="platform", target=1)
    names, address = ("落地平台", "Landing platform"), "https://landing.example/"
    row = claim_platform(indicator, bench.here, *names, address, TODAY, by=bench.anna, at=NOW)
    with pytest.raises(NotNow):
        claim_platform(indicator, bench.here, *names, address, TODAY, by=bench.anna, at=NOW)
    with pytest.raises(OwnWork):
        check(row, by=bench.anna, at=NOW)
    count(check(row, by=bench.ben, at=NOW), by=bench.ben, at=NOW)
    assert value(bench.lee, indicator) == 1


def test_a_verified_landing_is_proposed_and_not_claimed_by_itself(town: Town) -> None:
    bench, indicator = town.bench, town.indicator()
    assert [one.thing for one in queries.proposals(bench.anna, TODAY, 9)] == [town.case]
    assert not Contribution.objects.exists()
    assert queries.proposals(bench.clara, TODAY, 9) == queries.proposals(bench.lee, TODAY, 9) == []
    row = claim(indicator, town.case, by=bench.anna, at=NOW)
    assert queries.proposals(bench.anna, TODAY, 9) == []
    assert [queries.to_check(who, 9) for who in (bench.anna, bench.ben, town.cora)] == [[], [], [row]]


# ---- definitions


def test_a_revision_is_another_line_by_another_person_and_the_first_promise_stays(town: Town) -> None:
    bench, indicator = town.bench, town.indicator()
    actions.revise(indicator, line(target=6, holds=TODAY, reason="fewer sites"), by=bench.lee, at=NOW)
    second = indicator.definitions.get(number=2)
    with pytest.raises(OwnWork):
        actions.decide_definition(second, True, by=bench.lee, at=NOW)
    with pytest.raises(NotNow):
        actions.revise(indicator, line(target=5, holds=TODAY), by=bench.lee, at=NOW)
    actions.decide_definition(second, True, by=town.lars, at=LATER)
    lines = list(indicator.definitions.all())
    assert [in_force(lines, day).target for day in (date(2026, 2, 1), TODAY, LATER.date())] == [10, 10, 6]
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        indicator.definitions.filter(number=1).update(target=3)
    found = queries.standings(bench.lee, Indicator.objects.all(), LATER.date())[0]
    assert found.was_revised and found.first is not None and found.first.target == 10


def test_one_who_sees_only_some_of_what_is_counted_gets_no_attainment(town: Town) -> None:
    """Counts hold for rows as lists do: a figure is that of the contributions one may see."""
    bench, indicator = town.bench, town.indicator()
    counted(town, indicator)
    by_who = {
        who.name: queries.standings(who, Indicator.objects.all(), TODAY)[0]
        for who in (bench.lee, bench.anna, bench.clara)
    }
    assert {name: (one.counted, one.whole, one.gap) for name, one in by_who.items()} == {
        "Lee": (1, True, 9),
        "Anna": (1, False, None),
        "Clara": (0, False, None),
    }
    assert by_who["Clara"].found.band is Band.GREY


# ---- tasks


def test_the_unit_declares_somebody_outside_finds_evidence_and_the_day_is_computed(town: Town) -> None:
    bench = town.bench
    with pytest.raises(NotPermitted):
        actions_tasks.give("m3.3", bench.here, TODAY, "ours", by=bench.anna, at=NOW)
    task = actions_tasks.give("m3.3", bench.here, TODAY, "they run the scenarios", by=bench.lee, at=NOW)
    task = actions_tasks.declare(task, Declared.DONE, "three pilots accepted", by=bench.anna, at=LATER)
    with pytest.raises(OwnWork):
        actions_tasks.review(task, Evidenced.COMPLETE, "we say so", by=bench.ben, at=LATER)
    with pytest.raises(NotPermitted):
        actions_tasks.declare(task, Declared.DONE, "x", by=bench.clara, at=LATER)
    actions_tasks.review(task, Evidenced.LIMITED, "one report is there", by=bench.clara, at=LATER)
    rows = [row for _, rows in queries.board(bench.lee, LATER.date()).measures for row in rows]
    row = next(row for row in rows if row.task.id == "m3.3")
    assert row.given is not None
    assert (row.given.declared, row.given.evidenced, row.timing.days) == ("done", "limited", 1)
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        TaskLine.objects.update(note="x")


def test_rates_keep_both_numbers(town: Town) -> None:
    actions_tasks.give("m3.3", town.bench.here, None, "theirs", by=town.bench.lee, at=NOW)
    town.indicator(code="demos", of="m3.3", target=5)
    quantified, assigned = queries.board(town.bench.lee, TODAY).rates
    assert (quantified.numerator, quantified.denominator) == (2, 23)  # m2.1 by the article, m3.3 by a decision
    assert (assigned.numerator, assigned.denominator) == (1, 23)


# ---- editions


def test_invariant_06_a_frozen_edition_never_changes_and_a_reversal_is_in_the_next(town: Town) -> None:
    bench, indicator = town.bench, town.indicator()
    row = counted(town, indicator)
    first = freeze(bench.city, TODAY, by=bench.lee, at=NOW)
    stored = Edition(first.content)
    assert stored.document["indicators"][0]["value"] == value(bench.lee, indicator) == 1
    assert stored.document["contributions"][0]["checker"] == town.cora.pk
    reverse(row, "the licence was revoked", by=town.cora, at=LATER)
    actions.revise(indicator, line(target=6, holds=TODAY, reason="fewer sites"), by=bench.lee, at=LATER)
    first.refresh_from_db()
    assert Edition(first.content) == stored
    reproduced(first)  # by its number, from the records of that day
    for column in ("content", "hash", "day", "number"):
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
            FrozenEdition.objects.update(**{column: getattr(first, column)})
    second = freeze(bench.city, LATER.date(), by=bench.lee, at=LATER)
    assert second.number == 2
    assert difference(stored, Edition(second.content)) == (
        Change("value", "projects", 1, 0),
        Change("contribution", "projects", "counted", "reversed", row.reference, "the licence was revoked"),
    )
    reproduced(second)


def test_an_edition_has_its_hash_in_the_journal_and_says_when_it_cannot_be_made_again(town: Town) -> None:
    bench = town.bench
    row = counted(town, town.indicator())
    edition = freeze(bench.city, TODAY, by=bench.lee, at=NOW)
    entry = Entry.objects.get(kind="scorecard.FrozenEdition", act="freeze")
    assert entry.after is not None and entry.after["hash"] == edition.hash and "content" not in entry.after
    row.steps.all().delete()
    with pytest.raises(NotReproduced, match="another text"):
        reproduced(edition)


def test_an_act_that_began_before_an_edition_and_ended_after_it_belongs_to_the_next(town: Town) -> None:
    indicator = town.indicator()
    row = check(claim(indicator, town.case, by=town.bench.anna, at=NOW), by=town.cora, at=NOW)
    edition = freeze(town.bench.city, TODAY, by=town.bench.lee, at=NOW + timedelta(minutes=1))
    count(row, by=town.cora, at=NOW)  # its moment was taken when it arrived, before the edition
    reproduced(edition)
    second = freeze(town.bench.city, TODAY, by=town.bench.lee, at=NOW + timedelta(minutes=2))
    assert [Edition(one.content).document["indicators"][0]["value"] for one in (edition, second)] == [0, 1]


def test_an_edition_is_made_again_when_accounts_are_gone(town: Town) -> None:
    counted(town, town.indicator())
    edition = freeze(town.bench.city, TODAY, by=town.bench.lee, at=NOW)
    Contribution.objects.update(checker=None, claimed_by=None)
    for step in Contribution.objects.get().steps.all():
        type(step).objects.filter(pk=step.pk).update(by=None)
    reproduced(edition)


def test_leaders_freeze_what_is_theirs_in_the_order_of_days(town: Town) -> None:
    bench = town.bench
    for who in (bench.anna, bench.clara, bench.mei):
        with pytest.raises(NotPermitted):
            freeze(bench.city, TODAY, by=who, at=NOW)
    key = "e" * 20
    first = freeze(bench.city, TODAY, by=bench.lee, at=NOW, key=key)
    assert freeze(bench.city, TODAY, by=bench.lee, at=NOW, key=key).pk == first.pk
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(Exception, match=r"an edition is of a day|the edition before"):
            freeze(bench.city, day, by=bench.lee, at=NOW)
    assert list(queries.editions(bench.clara)) == [] and list(queries.editions(bench.lee)) == [first]
    assert replace(Edition(first.content)).hash == first.hash
