"""One company's story runs from a fair to a counted landing, and the database says whether it is whole."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from luodi.cli.demo_world import command
from luodi.web.conftest import unit
from luodi.web.dealings.models import Promise
from luodi.web.demo.story import company, moments, names, story, working_day
from luodi.web.demo.story_actions import StoryActions
from luodi.web.demo.story_check import _FIND
from luodi.web.journal.models import Entry


def run(*arguments: str) -> Result:
    """In the small world, which is made in seconds; `test_years.py` makes the other one."""
    return CliRunner().invoke(command, ("--small", *arguments))


@pytest.mark.long
@pytest.mark.django_db
def test_it_is_made_goes_on_after_an_interruption_and_is_found_whole_or_broken(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"

    def stop(self: StoryActions, row: Any, at: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(StoryActions, "do_convert", stop)
        assert run().exit_code != 0
    assert company() is None, "half a story stayed"
    went_on = run("--json")
    assert went_on.exit_code == 0, went_on.output
    made = json.loads(went_on.stdout)
    assert made["made"] and [one["link"] for one in made["links"]] == list(names())
    assert went_on.stderr.count(".example") == 1, "passwords of before are told again"
    entries = Entry.objects.count()
    again = run()
    assert again.exit_code == 0 and "nothing was changed" in again.stderr and Entry.objects.count() == entries
    of_case = Entry.objects.filter(kind="cases.LandingCase", subject=_case_of(made)).order_by("number")
    assert [e.act for e in of_case if e.act in ("open", "claim", "verify")] == ["open", "claim", "verify"]
    assert list(of_case) == sorted(of_case, key=lambda e: e.at) and len({e.actor for e in of_case}) > 1
    Promise.objects.filter(state="kept").update(state="open")
    after = run("--check", "--lang", "zh")
    assert after.exit_code == 1 and "help       BROKEN: no promise with an owner was kept" in after.output


def _case_of(made: Any) -> str:
    from luodi.web.cases.models import LandingCase

    reference = next(one["reference"] for one in made["links"] if one["link"] == "case")
    return str(LandingCase.objects.get(reference=reference).pk)


@pytest.mark.django_db
def test_a_site_with_something_in_it_is_refused_and_without_a_story_nothing_is_checked() -> None:
    assert "has no story" in str(run("--check").exception)
    unit("City")
    assert "holds something already" in str(run().exception)
    assert company() is None


def test_every_link_is_looked_for_and_every_act_is_one_of_ours_on_a_working_day() -> None:
    assert set(names()) == set(_FIND)
    acts = list(moments(timezone.now()))
    assert all(hasattr(StoryActions, f"do_{one.row['do']}") for one in acts)
    assert [one.at for one in acts] == sorted(one.at for one in acts)
    assert all(working_day(timezone.localdate(one.at)) == timezone.localdate(one.at) for one in acts)
    assert story()["person"]["email"].endswith(".example")
