"""Everything is killed in the midst of its work: what was acknowledged is there once, and nothing is done twice."""

import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from luodi.web.conftest import PASSWORD, Site
from luodi.web.test_server import Running, needs_proc, running, sign_in, until, workers

CLOUD = urlencode({"investor": "SG", "service": "B11", "place": "BJ", "share": "100"})
WHO = {"name": "Mei", "email": "mei@example.com", "company": "", "message": "When?", "consent": "on"}

#: What is there of everything that the test looks at, as JSON; again for every line that comes in.
STATE = """
import json, sys
from collections import Counter
from django_tasks_db.models import DBTaskResult
from luodi.web.advisor.models import Determination, Enquiry
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice
for _ in sys.stdin:
    print(json.dumps({
        "enquiries": list(Enquiry.objects.values_list("reference", flat=True)),
        "determinations": Determination.objects.count(),
        "sent": Entry.objects.filter(act="send").count(),
        "told": Counter(Notice.objects.filter(kind="enquiry_arrived").values_list("row_key", flat=True)).most_common(),
        "tasks": [[run.task_path.rsplit(".", 1)[1], run.status] for run in DBTaskResult.objects.all()],
    }), flush=True)
"""


@contextmanager
def looking(site: Site) -> Iterator[Callable[[], Any]]:
    """What is there now, as often as one asks: a process beside the site, which looks into its database."""
    with site.python(STATE, stdin=subprocess.PIPE) as beside:
        assert beside.stdin is not None and beside.stdout is not None
        answers, questions = beside.stdout, beside.stdin

        def state() -> Any:
            questions.write("\n")
            questions.flush()
            return json.loads(answers.readline())

        try:
            yield state
        finally:
            questions.close()


def tasks(state: Callable[[], Any]) -> list[str]:
    """How each background task stands."""
    return [status for _, status in state()["tasks"]]


PEOPLE = f"""
from django.utils import timezone
from luodi.web.accounts.actions.people import add_user
from luodi.web.accounts.actions.units import add_unit
from luodi.web.accounts.validation import Grant
from luodi.web.core.roles import Role
operator = {{"by": None, "at": timezone.now()}}
city, today = add_unit("agency", "市局", "City", **operator), timezone.localdate()
for name, grant in (("ada", Grant(Role.ADMINISTRATOR)), ("olga", Grant(Role.OFFICER, city))):
    add_user(name + "@example.com", {PASSWORD!r}, grant=grant, on=today, **operator)
"""


def peopled(site: Site) -> None:
    assert site.python(PEOPLE).wait() == 0
    site.environment["LUODI_ANONYMOUS_POSTS"] = site.environment["LUODI_ANONYMOUS_LETTERS"] = "100000"


def hand_over(server: Running, kept: list[tuple[requests.Session, str, dict[str, str]]]) -> str:
    """Send an enquiry as a visitor does; the address of its page. What was sent is noted before it is."""
    session = requests.Session()
    address = f"{server.address}/en/advisor/hand-over/?{CLOUD}"
    page = session.get(address, timeout=30).text
    hidden = re.findall(r'<input type="hidden" name="(key|shown|csrfmiddlewaretoken)" value="([^"]*)">', page)
    given = {**dict(hidden), **WHO}
    kept.append((session, given["key"], given))
    answer = session.post(address, given, timeout=30, allow_redirects=False)
    assert answer.status_code == 302, answer.status_code
    return answer.headers["Location"]


def killed_while_it_writes(site: Site, kept: list[Any]) -> list[str]:
    acknowledged: list[str] = []
    with running(site) as server:

        def write() -> None:
            while True:
                try:
                    acknowledged.append(hand_over(server, kept))
                except (requests.RequestException, AssertionError):
                    return

        writers = [threading.Thread(target=write) for _ in range(3)]
        for writer in writers:
            writer.start()
        until(lambda: len(acknowledged) >= 9)
        os.killpg(server.process.pid, signal.SIGKILL)
        for writer in writers:
            writer.join()
        server.process.wait()
    return acknowledged


def test_enquiries_that_were_acknowledged_are_there_once_also_when_sent_again(site: Site) -> None:
    peopled(site)
    kept: list[Any] = []
    acknowledged = killed_while_it_writes(site, kept)
    with running(site) as again:
        assert {again.get(place).status_code for place in acknowledged} == {200}
        for session, _, given in kept:  # whoever got no answer sends the same form again
            answer = session.post(
                f"{again.address}/en/advisor/hand-over/?{CLOUD}", given, timeout=30, allow_redirects=False
            )
            assert answer.status_code == 302
    with looking(site) as state:
        found = state()
    assert len(found["enquiries"]) == len(set(found["enquiries"])) == len(kept) >= len(acknowledged)
    assert found["determinations"] == found["sent"] == len(kept)
    assert len(found["told"]) == len(kept) and {number for _, number in found["told"]} == {1}
    assert site.luodi("journal", "verify").returncode == 0


@needs_proc
def test_a_task_whose_worker_is_killed_in_the_midst_is_done_once(site: Site) -> None:
    """The worker is stopped (SIGSTOP) once it has begun a task, then killed: the next one begins the task anew, and
    what the first had not committed is not there."""
    peopled(site)
    with running(site) as server, looking(site) as state:
        [worker] = workers(server)
        until(lambda: ["check_chain", "SUCCESSFUL"] in state()["tasks"] and set(tasks(state)) == {"SUCCESSFUL"})
        before = len(tasks(state))
        os.kill(worker, signal.SIGSTOP)
        with site.python(
            "from luodi.web.notices.tasks import forget_unconfirmed\n"
            "from luodi.web.journal.tasks import check_chain\n"
            "from django_tasks_db.models import DBTaskResult\n"
            "first = check_chain.enqueue(); forget_unconfirmed.enqueue()\n"
            "DBTaskResult.objects.get(id=first.id).claim('0' * 32)\n"  # begun by one that gives no sign of life
        ) as asked:
            assert asked.wait() == 0
        assert sorted(tasks(state))[:2] == ["READY", "RUNNING"]
        os.kill(worker, signal.SIGKILL)
        until(lambda: workers(server) not in ([], [worker]))
        until(lambda: set(tasks(state)) == {"SUCCESSFUL"})
        assert server.get("/readyz").json()["queue"] is True
        names = [name for name, _ in state()["tasks"]]
        # the new worker asks for its daily tasks too; ours are there once each besides
        assert names.count("check_chain") >= 2 and len(names) >= before + 2
    assert site.luodi("journal", "verify").returncode == 0


@pytest.mark.skipif(not os.environ.get("LUODI_TEST_DATABASE_URL"), reason="the database of a file does not go away")
def test_while_the_database_is_away_pages_say_what_to_do_and_then_all_goes_on(site: Site) -> None:
    import psycopg

    peopled(site)
    database = site.environment["LUODI_DATABASE_URL"]
    name, server_address = database.rsplit("/", 1)[1], os.environ["LUODI_TEST_DATABASE_URL"]
    with running(site) as server, psycopg.connect(server_address, autocommit=True) as admin:
        session = sign_in(server, "ada@example.com")
        kept: list[Any] = []
        place, [worker] = hand_over(server, kept), workers(server)
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        for lang, words in (("zh", "暂时无法使用"), ("en", "cannot answer at the moment")):
            for who in (session, requests):
                answer = who.get(server.address + place.replace("/en/", f"/{lang}/"), timeout=60)
                assert answer.status_code == 503 and words in answer.text, answer.text[:300]
                assert answer.headers["Retry-After"] == "60" and "Traceback" not in answer.text
        said = requests.get(f"{server.address}/api/v1/cases", headers={"Authorization": "Bearer x"}, timeout=60)
        assert (said.status_code, said.headers["Retry-After"]) == (503, "60")
        assert (said.headers["Content-Type"], said.json()["code"]) == ("application/problem+json", "database-away")
        visitor, _, given = kept[0]
        form = f"{server.address}/en/advisor/hand-over/?{CLOUD}"
        lost = {**given, "key": "k" * len(given["key"])}
        assert visitor.post(form, lost, timeout=60, allow_redirects=False).status_code == 503
        assert server.get("/en/").status_code == 200  # what needs no database goes on
        assert server.get("/healthz").status_code == 200
        assert server.get("/readyz").json()["database"] is False
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        until(lambda: server.get("/readyz").status_code == 200)
        assert session.get(server.address + "/en/account/people/", timeout=30).status_code == 200
        assert server.get(place).status_code == 200
        assert hand_over(server, []) != place
        for _ in range(2):  # what was not acknowledged is sent again, twice at that
            assert visitor.post(form, lost, timeout=60, allow_redirects=False).status_code == 302
        with site.python("from luodi.web.journal.tasks import check_chain\ncheck_chain.enqueue()") as asked:
            assert asked.wait() == 0
        with looking(site) as state:
            until(lambda: set(tasks(state)) == {"SUCCESSFUL"})
            assert workers(server) == [worker]  # the same one, which nobody had to start again
            assert len(state()["enquiries"]) == 3
