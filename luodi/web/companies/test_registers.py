"""A company is looked up in the register; a person takes what they choose, and nothing changes before."""

import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from luodi.cli.companies import command
from luodi.errors import DuplicateKey, MissingKey
from luodi.profiles.codes import BadCode
from luodi.registers.entries import BadAnswer, NotInRegister, RegisterUnavailable
from luodi.services.register import Service
from luodi.web.accounts.models import Company, User
from luodi.web.companies.actions import profile, registers
from luodi.web.companies.models import RegisterExtract
from luodi.web.companies.queries import facts_of
from luodi.web.companies.queries.registers import differs
from luodi.web.conftest import person, unit
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.roles import Role
from luodi.web.core.words import say
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db
NOW, DAY = timezone.now(), date(2026, 11, 3)
CODE, OTHER = "91110108551385082Q", "91110108MA01ABCD2H"
FILE = """
source: Fictional register
day: 2026-11-03
companies:
- code: 91110108551385082Q
  name: {zh: 北京灯屿云科技有限公司, en: Lantern Isle Cloud}
  status: active
  address: 北京市海淀区灯屿路1号
  owners: [{name: Nordlicht AG, share: 60 %, country: DE}, {name: 王帆, share: 40 %}]
"""


@pytest.fixture(autouse=True)
def file(settings: Any, tmp_path: Path) -> Path:
    settings.REGISTER_SERVICE, settings.REGISTER_FILE = None, tmp_path / "register.yaml"
    settings.REGISTER_FILE.write_text(FILE, encoding="utf-8")
    found: Path = settings.REGISTER_FILE
    return found


@pytest.fixture
def mill() -> Company:
    made: Company = profile.create("灯屿云", "Lantern Isle", by=None, at=NOW, identifiers={"CN-USCC": CODE})
    return made


@pytest.fixture
def anna() -> User:
    return person("anna", Role.OFFICER, unit("bureau"))


def looked_up(company: Company, by: User, code: str = "", **more: Any) -> RegisterExtract:
    made = registers.look_up_company(company, code, **{"by": by, "at": NOW, **more})
    assert isinstance(made, RegisterExtract)
    return made


def take(extract: RegisterExtract, by: User, *wanted: str) -> None:
    registers.take(extract, list(wanted), by=by, at=NOW)


def test_looking_up_changes_nothing_and_keeps_what_was_said(mill: Company, anna: User) -> None:
    extract = looked_up(mill, anna)
    assert (extract.day, extract.source, extract.by, extract.taken) == (DAY, "Fictional register", anna, None)
    assert [one.field for one in differs(extract)] == [
        "name_zh",
        "name_en",
        "status",
        "code",
        "owner:Nordlicht AG",
        "owner:王帆",
    ]
    mill.refresh_from_db()
    assert mill.name_en == "Lantern Isle" and not mill.facts.exists() and not mill.holdings.exists()
    entry = Entry.objects.get(act="look_up")
    assert (entry.actor, entry.after["source"]) == (anna.pk, "Fictional register") and "王帆" not in str(entry.after)


def test_what_is_taken_stands_with_its_source_and_day(mill: Company, anna: User) -> None:
    extract = looked_up(mill, anna)
    take(extract, anna, "name_en", "status", "code", "owner:Nordlicht AG")
    mill.refresh_from_db()
    assert (mill.name_zh, mill.name_en) == ("灯屿云", "Lantern Isle Cloud")
    former = mill.names.get()
    assert (former.text, former.kind, former.ends) == ("Lantern Isle", "former", DAY)
    fact = mill.facts.get()
    assert (fact.attribute, fact.value, fact.as_of, fact.origin) == ("operating_status", "active", DAY, "register")
    stake = mill.holdings.get()
    assert (stake.holder_name, stake.share, stake.holder_kind, stake.origin) == (
        "Nordlicht AG",
        "60 %",
        "foreign",
        "register",
    )
    assert stake.source == "Fictional register 2026-11-03"
    number = mill.identifiers.get()
    assert (number.value, number.verified, number.source) == (CODE, DAY, "Fictional register")
    extract.refresh_from_db()
    assert extract.taken == ["name_en", "status", "code", "owner:Nordlicht AG"] and extract.taken_by == anna
    assert facts_of(mill, on=DAY) == {"operating_status": "active"}
    assert facts_of(mill, on=DAY - timedelta(days=1)) == {}
    with pytest.raises(StaleVersion):
        take(extract, anna, "name_zh")  # an extract is taken from once
    assert [one.field for one in differs(looked_up(mill, anna))] == ["name_zh", "owner:王帆"]


def test_a_stake_that_changed_ends_on_the_day_of_the_extract_and_another_begins(mill: Company, anna: User) -> None:
    given = {"origin": "declared", "by": anna, "at": NOW}
    profile.add_holding(mill, "51 %", holder_name="NORDLICHT", holder_kind="foreign", **given)
    profile.add_holding(mill, "40 %", holder_name="Kranich", **given)
    gone = mill.holdings.get(holder_name="Kranich")
    take(looked_up(mill, anna), anna, "owner:Nordlicht AG", f"stake:{gone.pk}")
    told = [(one.holder_name, one.share, one.starts, one.ends) for one in mill.holdings.order_by("pk")]
    assert told == [
        ("NORDLICHT", "51 %", None, DAY),
        ("Kranich", "40 %", None, DAY),
        ("Nordlicht AG", "60 %", DAY, None),
    ]


def test_only_the_last_extract_and_what_still_differs_is_taken(mill: Company, anna: User) -> None:
    first, last = looked_up(mill, anna), looked_up(mill, anna, at=NOW + timedelta(seconds=1))
    with pytest.raises(StaleVersion):
        take(first, anna, "name_en")
    with pytest.raises(MissingKey):
        take(last, anna)
    with pytest.raises(StaleVersion):
        take(last, anna, "name_en", "stake:1")
    profile.say_fact(mill, "operating_status", "active", as_of=DAY, origin="register", by=anna, at=NOW)
    with pytest.raises(StaleVersion):
        take(last, anna, "status")
    mill.refresh_from_db()
    assert mill.name_en == "Lantern Isle"  # all of it or nothing


def test_a_company_without_a_code_is_looked_up_by_one_that_nobody_else_has(mill: Company, anna: User) -> None:
    other: Company = profile.create("", "Kranich", by=None, at=NOW)
    with pytest.raises(MissingKey):
        looked_up(other, anna)
    with pytest.raises(BadCode):
        looked_up(other, anna, CODE[:-1] + "R")
    with pytest.raises(DuplicateKey, match=f"no. {mill.pk}"):
        looked_up(other, anna, CODE)
    with pytest.raises(NotInRegister):
        looked_up(other, anna, OTHER)
    assert looked_up(mill, anna, OTHER).code == CODE  # its own code is what it is looked up by
    assert RegisterExtract.objects.count() == 1


def test_each_failure_is_told_and_leaves_nothing(mill: Company, anna: User, file: Path) -> None:
    file.write_text(FILE.replace("60 %", "160 %"), encoding="utf-8")
    with pytest.raises(BadAnswer, match="entry 1"):
        looked_up(mill, anna)
    file.unlink()
    with pytest.raises(RegisterUnavailable, match="no register is set up"):
        looked_up(mill, anna)
    assert not RegisterExtract.objects.exists()


def test_nobody_asks_the_register_about_what_they_may_not_change(mill: Company, settings: Any) -> None:
    asked: list[str] = []

    class Never(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    server = HTTPServer(("127.0.0.1", 0), Never)
    settings.REGISTER_SERVICE = Service("127.0.0.1", server.server_address[1], "", False)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    for who in (person("kai", Role.REPRESENTATIVE, mill), person("lee", Role.LEADER, unit("x")), person("nobody")):
        with pytest.raises(NotPermitted):
            looked_up(mill, who)
    server.shutdown()
    server.server_close()
    assert asked == []


def test_a_register_over_http_is_asked_from_the_page(client: Client, mill: Company, anna: User, settings: Any) -> None:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"code": "91110108551385082Q", "name": {"en": "Lantern over HTTP"}, "day": "2026-11-03"}'
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Not to the terminal."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    settings.REGISTER_SERVICE = Service("127.0.0.1", server.server_address[1], "/v1", False)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    client.force_login(anna)
    done = client.post(f"/en/desk/companies/{mill.pk}/look_up/", {"key": "k" * 16})
    server.shutdown()
    server.server_close()
    assert done.status_code == 302
    page = client.get(f"/en/desk/companies/{mill.pk}/").text
    assert "Lantern over HTTP" in page and "127.0.0.1" in page
    settings.REGISTER_SERVICE = Service("127.0.0.1", server.server_address[1], "/v1", False)
    away = client.post(f"/en/desk/companies/{mill.pk}/look_up/", {"key": "m" * 16})
    assert away.status_code == 422 and "does not answer" in away.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_each_difference_and_takes_what_is_ticked(
    client: Client, mill: Company, anna: User, lang: str
) -> None:
    client.force_login(anna)
    place = f"/{lang}/desk/companies/{mill.pk}/"
    assert say("companies.register_look_up", lang) in client.get(place).text
    assert client.post(f"{place}look_up/", {"key": "k" * 16}).status_code == 302
    page = client.get(place).text
    for text in (
        "Lantern Isle Cloud",
        "Nordlicht AG 60 %",
        "北京市海淀区灯屿路1号",
        say("companies.status_active", lang),
    ):
        assert text in page, text
    extract = RegisterExtract.objects.get()
    mill.refresh_from_db()
    sent = {"key": "t" * 16, "version": mill.version, "row": extract.pk}
    assert client.post(f"{place}take/", sent).status_code == 422
    done = client.post(f"{place}take/", {**sent, "key": "u" * 16, "wanted": ["name_en", "owner:王帆"]})
    assert done.status_code == 302
    mill.refresh_from_db()
    assert mill.name_en == "Lantern Isle Cloud" and mill.holdings.get().holder_name == "王帆"
    stale = client.post(f"{place}take/", {**sent, "key": "v" * 16, "wanted": ["name_zh"]})
    assert stale.status_code == 409
    client.force_login(person("kai", Role.REPRESENTATIVE, mill))
    own = client.get(place).text
    assert "Fictional register, as of" not in own and say("companies.register_title", lang) not in own


def test_a_site_without_a_register_says_so(client: Client, mill: Company, anna: User, file: Path) -> None:
    file.unlink()
    client.force_login(anna)
    page = client.get(f"/en/desk/companies/{mill.pk}/").text
    assert say("companies.register_none", "en") in page and "/look_up/" not in page


@pytest.mark.parametrize(
    ("code", "status", "says"),
    [(CODE.lower(), 0, "Nordlicht AG 60 % DE"), (OTHER, 1, "has no company"), (CODE[:-1] + "R", None, "check")],
)
def test_the_command_tells_what_the_register_says(file: Path, code: str, status: int | None, says: str) -> None:
    done = CliRunner().invoke(command, ["look-up", code, "--file", str(file)])
    assert says in (str(done.exception) if status is None else done.output)
    assert isinstance(done.exception, BadCode) if status is None else done.exit_code == status
