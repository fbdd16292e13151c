"""Several people store the same thing at the same moment, each with a form and a connection of their own: one of them
has it, the others are told in words, and nothing moves from one to the other."""

import json

import pytest

from luodi.web.conftest import Site

pytestmark = pytest.mark.long

ACTS = """
import json
from threading import Barrier, Thread
from django.db import connection
from django.utils import timezone
from luodi.errors import LuodiError
from luodi.web.accounts.actions.companies import add_company
from luodi.web.accounts.actions.people import add_user
from luodi.web.accounts.actions.units import add_unit
from luodi.web.accounts.validation import Grant
from luodi.web.core.roles import Role
from luodi.web.companies.actions import profile
from luodi.web.core.keys import new_key
from luodi.web.companies.models import Identifier
from luodi.web.journal.models import Entry
from luodi.web.scorecard.actions import indicators as counted
from luodi.web.scorecard.actions.contributions import claim_platform
from luodi.web.workbench import actions as desk

operator = {"by": None, "at": timezone.now()}
unit, today = add_unit("bureau", "处", "Bureau", **operator), timezone.localdate()
anna, lee = (add_user(f"{name}@example.com", "a long and quiet river", grant=Grant(role, unit), **operator)
             for name, role in (("anna", Role.OFFICER), ("lee", Role.LEADER)))
mills = [add_company("", name, country="SG", **operator) for name in ("Mill", "Quay", "Amber", "Lantern")]
LEI, CODE = "213800WSGIIZCXF1P572", "911101080000000007"
line = {"holds": today, "starts": today, "due": today.replace(2099, 12, 31), "target": 3,
        "source": "decision", "reason": "x"}
fields = {"code": "platforms", "of": "g-platform", "thing": "platform",
          **dict.fromkeys(("title_zh", "title_en", "measured_zh", "measured_en"), "x")}

def form():
    return {"by": anna, "at": timezone.now(), "key": new_key()}

def together(act):
    found, start = [], Barrier(4)

    def run(number):
        start.wait()
        try:
            act(number)
            found.append("done")
        except LuodiError as refused:
            found.append(refused.code)
        except Exception as fault:
            found.append(f"{type(fault).__name__}: {fault}")
        connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sorted(found)

said = {
    "number": together(lambda n: profile.add_identifier(mills[n], "LEI", LEI, **form())),
    "company": together(lambda n: profile.create("", f"New {n}", **form(), identifiers={"CN-USCC": CODE})),
    "indicator": together(lambda n: counted.make_indicator(unit, fields, line, by=anna, at=timezone.now())),
    "calendar": together(lambda n: desk.make_calendar(by=anna, at=timezone.now())),
}
indicator = counted.Indicator.objects.get()
counted.decide_definition(indicator.definitions.get(), True, by=lee, at=timezone.now())
names, address = ("台", "Platform"), "https://platform.example/"
said["platform"] = together(lambda n: claim_platform(
    indicator, unit, *names, address, today, by=anna, at=timezone.now()))
view = desk.save_view("Mine", {}, by=anna, at=timezone.now())
said["view"] = together(lambda n: desk.remove_view(desk.SavedView(pk=view.pk, owner=anna), by=anna, at=timezone.now()))
numbers = Identifier.objects.filter(value=LEI)
said["numbers"] = [numbers.count(), Entry.objects.filter(act="add", kind=Identifier._meta.label,
                                                         subject=str(numbers.get().pk)).count()]
said["removed"] = Entry.objects.filter(act="remove").count()
print(json.dumps(said))
"""


def test_of_several_who_store_the_same_one_has_it_and_the_others_are_told(site: Site) -> None:
    assert site.luodi("user", "units").returncode == 0  # sets the database up
    acts = site.python(ACTS)
    assert acts.stdout is not None
    said = json.loads(acts.stdout.read())
    assert acts.wait() == 0
    assert said == {
        "number": ["done", "duplicate-key", "duplicate-key", "duplicate-key"],
        "company": ["done", "duplicate-key", "duplicate-key", "duplicate-key"],
        "indicator": ["done", "unknown-value", "unknown-value", "unknown-value"],
        "platform": ["done", "not-now", "not-now", "not-now"],
        "calendar": ["done"] * 4,
        "view": ["done", "not-found", "not-found", "not-found"],
        "numbers": [1, 1],
        "removed": 1,
    }
