"""Many rows at once: as one by one, and as often as the work is cut off."""

import random
from typing import Any

import pytest
from django.db import transaction

from luodi.web.accounts.models import Company, CompanyWord
from luodi.web.companies.actions import decisions, imports, profile
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.companies.models import (
    CompanyName,
    Fact,
    Identifier,
    ImportRun,
    Label,
    MatchDecision,
)
from luodi.web.companies.test_imports import NOW, brought, every, form, states
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.imports import kinds
from luodi.web.journal.models import Entry
from luodi.web.journal.queries import verified

# ---- being killed


@pytest.mark.django_db
def test_a_run_that_was_killed_goes_on_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "READ_AT_ONCE", 2)
    monkeypatch.setattr(kinds, "DECIDED_AT_ONCE", 2)
    text = "name\n" + "".join(
        f"{name} Works\n" for name in ("Amber", "Birch", "Coral", "Delta", "Echo", "Fjord", "Grove")
    )
    run = imports.bring(text.encode(), "x.csv", "fair", origin="register", by=None, at=NOW)
    imports.begin(run, run.mapping, by=None, at=NOW)

    class Killed(BaseException):
        pass

    def dies(phase: str, number: int) -> None:
        raise Killed

    for _ in range(20):  # each time one chunk further
        try:
            COMPANY_FILES.work(run.pk, dies)
            break
        except Killed:
            continue
    run.refresh_from_db()
    assert (run.state, run.read) == ("deciding", 7) and states(run) == {"new": 7}
    imports.ON_RUN["new"](run, by=None, at=NOW)
    for _ in range(20):
        try:
            COMPANY_FILES.decide_many(run.pk, by=None, at=NOW, progress=dies)
            break
        except Killed:
            continue
    assert Company.objects.count() == 7 and MatchDecision.objects.count() == 7 and states(run) == {"done": 7}


@pytest.mark.django_db
def test_two_workers_at_one_file_do_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A double click asks the queue twice: whoever comes second does all the rest, and the first one stops."""
    monkeypatch.setattr(kinds, "READ_AT_ONCE", 2)
    monkeypatch.setattr(kinds, "DECIDED_AT_ONCE", 2)
    text = "name\n" + "".join(f"{name} Works\n" for name in ("Amber", "Birch", "Coral", "Amber", "Echo", "Fjord"))
    run = imports.bring(text.encode(), "x.csv", "fair", origin="register", by=None, at=NOW)
    imports.begin(run, run.mapping, by=None, at=NOW)
    seen: list[tuple[str, int]] = []

    def second(phase: str, number: int) -> None:
        seen.append((phase, number))
        if len(seen) == 1:
            COMPANY_FILES.work(run.pk)

    COMPANY_FILES.work(run.pk, second)
    run.refresh_from_db()
    assert (run.state, run.rows, run.read, run.problem) == ("deciding", 6, 6, "") and seen == [("read", 2)]
    assert states(run) == {"new": 5, "twin": 1} and run.records.count() == 6
    imports.ON_RUN["new"](run, by=None, at=NOW)
    COMPANY_FILES.decide_many(
        run.pk, by=None, at=NOW, progress=lambda *_: COMPANY_FILES.decide_many(run.pk, by=None, at=NOW) and None
    )
    run.refresh_from_db()
    assert Company.objects.count() == 5 and MatchDecision.objects.filter(state="confirmed").count() == 5
    assert states(run) == {"done": 5, "alike": 1} and run.doing == ""


@pytest.mark.django_db
def test_each_chunk_has_one_entry_and_the_version_is_for_what_people_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "READ_AT_ONCE", 2)
    monkeypatch.setattr(kinds, "DECIDED_AT_ONCE", 2)
    text = "name\nAmber Works\nBirch Works\nCoral Works\n"
    run = imports.bring(text.encode(), "x.csv", "fair", origin="register", by=None, at=NOW)
    run = imports.begin(run, run.mapping, by=None, at=NOW)
    COMPANY_FILES.work(run.pk)
    imports.ON_RUN["new"](run, by=None, at=NOW, version=run.version)
    COMPANY_FILES.decide_many(run.pk, by=None, at=NOW)
    acts = list(Entry.objects.filter(kind="companies.ImportRun").values_list("act", flat=True))
    chunks = ("read_rows", "compare_rows", "decide_rows")
    assert {act: acts.count(act) for act in chunks} == dict.fromkeys(chunks, 2)
    run.refresh_from_db()
    assert run.version == 3 and verified().entries == Entry.objects.count()


# ---- many at once as one by one

_HELD = ("Amber Quay", "Birch Mill", "琥珀港科技", "Coral Works")


def lei(number: int) -> str:
    body = f"{number:018d}"
    return body + f"{98 - int(body + '00') % 97:02d}"


def drawn(seed: int) -> str:
    """A table of companies that are there (by their number, in many ways, more than once), and of new ones."""
    dice, out = random.Random(seed), ["name,name_en,other_name,country,lei,sector,technology,employees"]
    for number in range(40):
        known = dice.random() < 0.5
        at = dice.randrange(len(_HELD)) if known else 100 + number
        han = dice.choice(("", "".join(dice.choices("灯屿云鹤浦智算赤松极光白桦", k=6)) + "有限公司"))
        latin = "" if han and dice.random() < 0.5 else f"{dice.choice(_HELD)} {chr(65 + number % 26) * 9}"
        cells = (
            han,
            latin,
            dice.choice(("", "", f"Brand {number}")),
            dice.choice(("", "SG", "DE")),
            lei(at) if known or dice.random() < 0.5 else "",
            dice.choice(("", "I6513", "I6513;C39")),
            dice.choice(("", "cloud")),
            dice.choice(("", "12", "250")),
        )
        out.append(",".join(cells))
    return "\n".join(out)


def picture(run: ImportRun) -> Any:
    """All that decisions leave behind, with names in the place of keys; what each is called by its number or line."""
    line = {one.pk: one.line for one in run.records.all()}
    called = {one.pk: f"was there: {one}" for one in Company.objects.filter(name_en__in=_HELD)}
    called |= {one.pk: f"was there: {one}" for one in Company.objects.filter(name_zh__in=_HELD)}
    confirmed = list(MatchDecision.objects.filter(record__run=run, state="confirmed"))
    called |= {one.company_id: f"of line {line[one.record_id]}" for one in confirmed if one.created}

    def rows(model: Any, *fields: str) -> list[Any]:
        found = model.objects.filter(company__in=called).values_list("company_id", *fields)
        return sorted((called[row[0]], *map(str, row[1:])) for row in found)

    own = ("name_zh", "name_en", "country", "credit_code")
    return {
        "companies": sorted((called[row[0]], *map(str, row[1:])) for row in Company.objects.values_list("pk", *own)),
        "identifiers": rows(Identifier, "scheme", "value", "source"),
        "names": rows(CompanyName, "text", "kind", "script", "source"),
        "labels": rows(Label, "kind", "code"),
        "facts": rows(Fact, "attribute", "value", "as_of", "origin", "source", "by", "at"),
        "words": rows(CompanyWord, "word", "own"),
        "records": sorted((one.line, one.state) for one in run.records.all()),
        "decisions": sorted(
            (
                line[one.record_id],
                called[one.company_id],
                one.created,
                one.score,
                one.parts,
                one.by_id,
                one.at,
                {model: sorted(values) for model, values in one.applied.items()},
            )
            for one in confirmed
        ),
        "journal": sorted(
            (
                line[MatchDecision.objects.get(pk=one.subject).record_id],
                one.actor,
                one.role,
                one.at,
                one.reason,
                called[one.after["company"]],
                one.after["state"],
                one.after["created"],
                one.after["score"],
            )
            for one in Entry.objects.filter(act="confirm", kind="companies.MatchDecision")
        ),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("size", [3, 500])
def test_many_rows_leave_behind_what_one_by_one_does(seed: int, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same table decided both ways, in chunks that part it and in one: companies, words, what each decision added,
    and an entry of the journal for each row, in a chain that holds."""
    monkeypatch.setattr(kinds, "DECIDED_AT_ONCE", size)
    officer = person("olga", Role.OFFICER, unit("City"))
    for number, name in enumerate(_HELD):
        profile.create(*(("", name) if name.isascii() else (name, "")), **form(), identifiers={"LEI": lei(number)})
    run = brought(drawn(seed))
    counts = states(run)
    assert counts["number"] > 5 and counts["new"] > 5

    with transaction.atomic():
        for one in run.records.filter(state="number").order_by("pk"):
            [only] = one.decisions.all()
            decisions.confirm(one, only.company_id, by=officer, at=NOW)
        for one in run.records.filter(state="new").order_by("pk"):
            decisions.confirm(one, None, by=officer, at=NOW)
        single = picture(run)
        transaction.set_rollback(True)
    twins = {one.line for one in run.records.filter(state="twin")}
    assert every(run, "number", officer) == counts["number"] and every(run, "new", officer) == counts["new"]
    all_at_once = picture(run)
    for found in (single, all_at_once):  # rows that waited for others are compared again after a decision for all
        found["records"] = [(line, state) for line, state in found["records"] if line not in twins]
    assert all_at_once == single and len(all_at_once["journal"]) == counts["number"] + counts["new"]
    assert verified().entries == Entry.objects.count()
    for one in MatchDecision.objects.filter(record__run=run, state="confirmed").order_by("-pk"):
        decisions.undo(one, by=officer, at=NOW)
    assert Company.objects.count() == len(_HELD) and not CompanyName.objects.exists()
    assert not MatchDecision.objects.filter(state="proposed").exclude(company__name_en__in=_HELD).exclude(
        company__name_zh__in=_HELD
    ).exists() and "number" not in states(run)
    assert not Label.objects.exists() and not Fact.objects.exists() and Identifier.objects.count() == len(_HELD)
