"""`luodi companies import` on a site of its own, killed in the midst of it too."""

import json
import signal
import time
from pathlib import Path

import pytest

from luodi.web.conftest import Site

CSV = "name,lei\nLantern Isle,529900T8BM49AURSDO55\nMill Works,\nBad,1\n"
STATE = """
import json
from luodi.web.accounts.models import Company
from luodi.web.companies.models import ImportRun, InboundRecord, MatchDecision
print(json.dumps([Company.objects.count(), MatchDecision.objects.count(), InboundRecord.objects.count(),
    list(ImportRun.objects.values_list("state", "read", "doing"))]))
"""


def test_a_file_is_brought_and_only_what_was_accepted_becomes_a_company(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    file.write_text(CSV, encoding="utf-8")
    done = site.luodi("companies", "import", str(file), "--source", "register", "--json")
    assert done.returncode == 3, done.stderr
    found = json.loads(done.stdout)
    assert (found["read"], found["skipped"], found["decided"], found["states"]) == (3, 1, 0, {"new": 2, "skipped": 1})
    done = site.luodi("companies", "import", str(file), "--source", "register", "--accept", "new", "--json")
    assert json.loads(done.stdout)["states"] == {"done": 2, "skipped": 1}
    file.write_text("name\nMill Works\n", encoding="utf-8")
    done = site.luodi("companies", "import", str(file), "--source", "other", "--accept", "new")
    assert done.returncode == 0 and "alike: 1" in done.stdout


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        (None, (), "x.csv"),
        ("", (), "columns"),
        ("a\nx\n", (), "name of the company"),
        ("name\nx\n", ("--column", "name"), "--column"),
        ("name\nx\n", ("--column", "name=nothing"), "no column says"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(
    site: Site, tmp_path: Path, text: str | None, more: tuple[str, ...], says: str
) -> None:
    file = tmp_path / "x.csv"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    done = site.luodi("companies", "import", str(file), "--source", "x", *more)
    assert done.returncode == 2 and says in done.stderr and "Traceback" not in done.stderr


def test_an_import_that_was_cut_off_goes_on_by_its_number(site: Site) -> None:
    """In the midst of a decision for many, too; a number that is none is told."""
    with site.python(
        f"{BEGIN}\nCOMPANY_FILES.work(run.pk)\nimports.ON_RUN['new'](run, by=None, at=timezone.now())"
    ) as begun:
        assert begun.wait() == 0
    done = site.luodi("companies", "resume", "1", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["read"], found["decided"]) == (0, 600, found["states"]["done"])
    again = json.loads(site.luodi("companies", "resume", "1", "--json").stdout)
    assert (again["decided"], again["states"]) == (0, found["states"])
    refused = site.luodi("companies", "resume", "9")
    assert refused.returncode == 2 and "no import 9" in refused.stderr


WORK = """
from luodi.web.companies.actions import decisions, imports
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.imports import kinds
kinds.READ_AT_ONCE = kinds.DECIDED_AT_ONCE = 50
print("ready", flush=True)
COMPANY_FILES.work(1)
COMPANY_FILES.decide_many(1, by=None, at=__import__("django.utils.timezone").utils.timezone.now())
print("done", flush=True)
"""
BEGIN = """
from django.utils import timezone
from luodi.web.companies.actions import imports
from luodi.web.companies.actions.reading import COMPANY_FILES
text = "name,register_number,country\\n" + "".join(f"Company {n * 7919},{n},DE\\n" for n in range(600))
run = imports.bring(text.encode(), "x.csv", "x", origin="register", by=None, at=timezone.now())
imports.begin(run, run.mapping, by=None, at=timezone.now())
"""


@pytest.mark.long
def test_an_import_whose_worker_is_killed_goes_on_and_does_nothing_twice(site: Site) -> None:
    """Killed with SIGKILL again and again, wherever it stands; what was committed counts once."""
    with site.python(BEGIN) as begun:
        assert begun.wait() == 0
    for pause in (0.2, 0.6):
        with site.python(WORK) as worker:
            assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
            time.sleep(pause)
            worker.send_signal(signal.SIGKILL)
    with site.python(WORK) as worker:
        assert worker.stdout is not None and "done" in worker.stdout.read()
    with site.python(STATE) as asked:
        assert asked.stdout is not None
        companies, _, records, runs = json.loads(asked.stdout.read())
    assert (companies, records, runs) == (0, 600, [["deciding", 600, ""]])
    ask = "from luodi.web.companies.actions.imports import *\nfrom luodi.web.companies.actions import imports\n"
    ask += "from django.utils import timezone\n"
    ask += "imports.ON_RUN['new'](ImportRun.objects.get(), by=None, at=timezone.now())"
    with site.python(ask) as asked:
        assert asked.wait() == 0
    for pause in (0.2, 0.6):
        with site.python(WORK) as worker:
            assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
            time.sleep(pause)
            worker.send_signal(signal.SIGKILL)
    with site.python(WORK) as worker:
        assert worker.stdout is not None and "done" in worker.stdout.read()
    with site.python(STATE) as asked:
        assert asked.stdout is not None
        companies, decisions, records, runs = json.loads(asked.stdout.read())
    there = [companies, records, runs]
    assert there[1:] == [600, [["deciding", 600, ""]]] and 0 < companies <= 600
    assert decisions >= companies
