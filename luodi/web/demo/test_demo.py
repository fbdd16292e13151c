"""The first start makes a fictional world in which every role has something to try; no other start does."""

import re
from pathlib import Path
from typing import Any

import pytest
import requests
from django.test import Client
from django.utils import timezone

from luodi.scorecard.editions import Edition
from luodi.web.accounts.models import Membership, Unit, User
from luodi.web.advisor.models import Enquiry, Report, Saved
from luodi.web.advisor.staleness import refresh
from luodi.web.cases.models import CalendarDay
from luodi.web.conftest import Site
from luodi.web.core.roles import Role
from luodi.web.demo.data import people, world
from luodi.web.demo.make import make, password
from luodi.web.docking.models import Asked, Demand, DemonstrationProject, Match, Pairing
from luodi.web.journal.models import Entry
from luodi.web.scorecard.models import Contribution, FrozenEdition
from luodi.web.scorecard.queries.editions import reproduced
from luodi.web.test_server import Running, running, token_of
from luodi.web.workbench.models import CalendarFeed, Following, SavedView


@pytest.fixture(scope="module")
def passwords(rows_of_module: None) -> dict[str, str]:
    """The world, made once: each test that reads it or changes it finds it as it was made."""
    made = make(timezone.now())
    assert made is not None
    return made


@pytest.mark.django_db
def test_every_role_can_be_tried_and_every_state_is_there(passwords: dict[str, str]) -> None:
    assert set(passwords) == {one.email for one in people()}
    assert {held.role for held in Membership.objects.all()} == set(Role)
    assert {one.state for one in Enquiry.objects.all()} == {"new", "assigned", "answered", "closed"}
    assert Saved.objects.count() == 3 and Report.objects.count() == 1
    assert all(User.objects.get(email=email).check_password(text) for email, text in passwords.items())
    assert Unit.objects.filter(parent=None).count() == 1 and Unit.objects.count() == 6
    assert SavedView.objects.count() == 3 and Following.objects.count() == 3 and CalendarFeed.objects.count() == 2
    assert CalendarDay.objects.filter(works=False).count() == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("passwords")
def test_the_market_has_something_at_every_stage() -> None:
    assert {one.state for one in Match.objects.all()} == {"proposed", "pilot"}
    assert {one.state for one in Demand.objects.all()} == {"accepted", "matching", "draft"}
    assert Match.objects.get(need__isnull=False).answer == "match"
    assert DemonstrationProject.objects.get().replications.count() == 1
    assert Pairing.objects.get().step == "intent"
    assert {one.days for one in Asked.objects.all()} == {30}


@pytest.mark.django_db
@pytest.mark.usefixtures("passwords")
def test_a_landing_was_counted_and_a_claim_rejected_before_an_edition_that_can_be_made_again() -> None:
    states = {one.indicator.code: one.state for one in Contribution.objects.select_related("indicator")}
    assert states == {"landed-companies": "counted", "demonstration-projects": "rejected"}
    edition = FrozenEdition.objects.get()
    reproduced(edition)
    values = {row["code"]: row["value"] for row in Edition(edition.content).document["indicators"]}
    assert values == {"landed-companies": 1, "demonstration-projects": 0, "landing-platform": 0}


@pytest.mark.django_db
@pytest.mark.usefixtures("passwords")
def test_what_was_asked_before_the_law_changed_no_longer_holds() -> None:
    refresh(timezone.now())
    stale = [row.name for row in Saved.objects.all() if row.determination.state == "stale"]
    assert stale == ["试点之前的云 Cloud before the pilot"]


@pytest.mark.django_db
@pytest.mark.usefixtures("passwords")
def test_it_is_made_once_and_its_passwords_are_told_once() -> None:
    before = [model.objects.count() for model in (User, Unit, Enquiry, Entry)]
    assert make(timezone.now()) is None
    assert [model.objects.count() for model in (User, Unit, Enquiry, Entry)] == before


@pytest.mark.django_db
@pytest.mark.parametrize(("lang", "words"), [("zh", "均为虚构"), ("en", "are fictional")])
def test_pages_say_that_it_is_fictional(client: Client, settings: Any, lang: str, words: str) -> None:
    assert words not in client.get(f"/{lang}/").text
    settings.DEMO = True
    assert words in client.get(f"/{lang}/").text
    login = client.get(f"/{lang}/account/login/").text
    assert all(one.email in login for one in people())


def test_addresses_lead_nowhere_and_names_are_of_nobody() -> None:
    assert all(one.email.endswith(".example") for one in people())
    assert {row["id"] for row in world()["units"]} >= {one.unit for one in people() if one.unit}
    assert len({password() for _ in range(50)}) == 50 and re.fullmatch(r"([2-9a-z]{4}-){3}[2-9a-z]{4}", password())


# ---- started as one starts it


def sign_in(server: Running, email: str, secret: str) -> requests.Session:
    session = requests.Session()
    address = f"{server.address}/en/account/login/"
    given = {"csrfmiddlewaretoken": token_of(session.get(address, timeout=30).text), "login": email, "password": secret}
    assert session.post(address, given, timeout=30).url.endswith("/en/account/"), email
    return session


#: Where each role finds what it came for, and words that stand there.
FINDS = {
    "administrator": ("account/people/", "olga@lancheng.example"),
    "officer": ("desk/enquiries/?state=", "2026-"),
    "policy_officer": ("desk/reports/", "Internet data centre"),
    "publisher": ("account/", "Publisher"),
    "leader": ("desk/enquiries/?state=", "2026-"),
    "representative": ("advisor/saved/", "Cloud in Beijing"),
}


@pytest.mark.long
def test_from_nothing_each_role_signs_in_with_what_was_printed_and_finds_its_work(
    empty_site: Site, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with log.open("wb") as out, running(empty_site, out, more=("--small",)) as server:
        assert set(server.get("/readyz").json().values()) == {True}
        printed = dict(re.findall(r"(\S+@\S+\.example)\s+(\S+)", log.read_text()))
        assert len(printed) == len(people())
        year = str(timezone.localdate().year)
        for one in people():
            path, words = FINDS[one.role]
            page = sign_in(server, one.email, printed[one.email]).get(f"{server.address}/en/{path}", timeout=30)
            wanted = words.replace("2026-", f"{year}-")
            if one.id not in ("otto", "rolf"):  # an office whose only enquiry is closed; another company's answers
                assert page.status_code == 200 and wanted in page.text, (one.id, path)
        assert "are fictional" in server.get("/en/").text
    again = tmp_path / "again"
    with again.open("wb") as out, running(empty_site, out, more=("--small",)) as server:
        assert ".example" not in again.read_text() and "are fictional" in server.get("/en/").text
    production = empty_site.luodi("serve", "--production")
    assert production.returncode == 2


def test_empty_means_empty(site: Site) -> None:
    """On tables that hold nothing, where a start without `--empty` makes the world."""
    with running(site) as server:
        assert "are fictional" not in server.get("/en/").text
    assert site.luodi("user", "list").stdout == ""


def test_production_makes_none_and_refuses_one_that_is_there(site: Site) -> None:
    site.environment |= {
        "LUODI_SECRET_KEY": "x" * 50,
        "LUODI_HOSTS": "localhost",
        "LUODI_ORIGIN": "https://localhost",
        "LUODI_SECURITY_CONTACT": "mailto:safety@localhost",
    }
    with site.python(  # what tells that a site holds the world; made whole, it is refused by `refuse_demo` above
        "from django.utils import timezone\nfrom luodi.web.accounts.models import DemoWorld\n"
        "DemoWorld.objects.create(made=timezone.now())"
    ) as made:
        made.communicate()
    refused = site.luodi("serve", "--production")
    assert refused.returncode == 2 and "fictional world" in refused.stderr and "Traceback" not in refused.stderr
