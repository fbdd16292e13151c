"""Twenty writers on one case at once, each with a connection of its own: no lost update, each act in the journal once,
conflicts told."""

import pytest

from luodi.web.conftest import Site

pytestmark = pytest.mark.long

#: Each writer reads the case and acts on the version it read, with a double click; refused, it reads again.
WRITERS = """
from threading import Barrier, Thread
from django.db import connection
from django.utils import timezone
from luodi.casework.stages import Health
from luodi.web.accounts.actions.companies import add_company
from luodi.web.accounts.actions.people import add_user
from luodi.web.accounts.actions.units import add_unit
from luodi.web.accounts.validation import Grant
from luodi.web.core.roles import Role
from luodi.web.cases.actions import cases as actions
from luodi.web.core.errors import StaleVersion
from luodi.web.core.keys import new_key
from luodi.web.cases.models import LandingCase
from luodi.web.journal.models import Entry

operator = {"by": None, "at": timezone.now()}
unit = add_unit("bureau", "处", "Bureau", **operator)
company = add_company("灯屿", "Lantern", country="SG", **operator)
anna = add_user("anna@example.com", "a long and quiet river", grant=Grant(Role.OFFICER, unit), **operator)
actions.open_case(company, unit, by=anna, at=timezone.now())
start, refused, silent = Barrier(20), [], []

def act(number):
    case, key = LandingCase.objects.get(), new_key()
    try:
        for _ in range(2):
            actions.set_health(
                case, Health.AT_RISK, f"{number}", by=anna, at=timezone.now(), key=key, version=case.version
            )
        return True
    except StaleVersion as moved:
        refused.append(number)
        silent.extend([] if moved.since else [number])
        return False

def write(number):
    start.wait()
    while not act(number):
        pass
    connection.close()

threads = [Thread(target=write, args=(number,)) for number in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
acts = Entry.objects.filter(act="set_health")
print(LandingCase.objects.get().version, acts.count(), len({e.after["version"] for e in acts}),
      len({e.reason for e in acts}), len(silent))
"""


def test_twenty_writers_on_one_case_lose_nothing(site: Site) -> None:
    assert site.luodi("user", "units").returncode == 0  # sets the database up
    writers = site.python(WRITERS)
    assert writers.stdout is not None
    assert writers.stdout.read().split() == ["21", "20", "20", "20", "0"]
    assert writers.wait() == 0
