"""The commands of an operator, on the suite's own database."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from luodi.cli import main
from luodi.web.accounts.models import Company, Invitation, User
from luodi.web.conftest import PASSWORD
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def luodi(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command: exit status, standard output, standard error."""

    def run(*arguments: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        seen = capsys.readouterr()
        return int(ended.value.code or 0), seen.out, seen.err

    return run


@pytest.fixture
def olga(luodi: Any) -> User:
    assert luodi("user", "add", "Olga@Example.com", "--name", "Olga", "--lang", "en", given=PASSWORD + "\n")[0] == 0
    return User.objects.get(email="olga@example.com")


def test_a_person_is_added_with_a_password_from_standard_input(olga: User) -> None:
    assert olga.check_password(PASSWORD) and (olga.name, olga.language) == ("Olga", "en")


def test_a_database_that_is_away_is_no_mistake_of_ours_and_what_to_do_is_said(
    luodi: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def away(*given: object, **more: object) -> None:
        raise OperationalError("connection refused\n\tIs the server running?")

    monkeypatch.setattr("luodi.web.server.prepare_tables", away)
    for command in (("user", "units"), ("companies", "resume", "1"), ("serve", "--empty"), ("api-key", "list")):
        status, out, said = luodi(*command)
        assert (status, out) == (2, ""), said
        assert "the database does not answer (connection refused)" in said and "mistake" not in said


def test_a_person_without_a_password_cannot_sign_in_with_one(luodi: Any) -> None:
    assert luodi("user", "add", "olga@example.com", "--no-password")[0] == 0
    assert not User.objects.get().has_usable_password()


def test_units_stand_below_others_and_roles_in_them(luodi: Any) -> None:
    assert luodi("user", "units", "--add", "agency", "市局", "City")[0] == 0
    [city] = json.loads(luodi("user", "units", "--json")[1])["units"]
    luodi("user", "units", "--add", "bureau", "处", "Office", "--below", str(city["number"]))
    office = json.loads(luodi("user", "units", "--json")[1])["units"][1]
    assert office["parent"] == city["number"] and office["path"].startswith(city["path"])
    luodi("user", "add", "o@example.com", "--role", "officer", "--unit", str(office["number"]), given=PASSWORD)
    told = json.loads(luodi("user", "list", "--json")[1])
    assert told == {"users": [{"email": "o@example.com", "name": "", "active": True, "roles": ["officer 处"]}]}
    assert "  " + str(office["number"]) in luodi("user", "units")[1]


def test_roles_are_given_and_ended(luodi: Any, olga: User) -> None:
    mill = Company.objects.create(name_en="Mill")
    day = ["--from", "2026-01-01"]
    status, out, _ = luodi(
        "user", "roles", olga.email, "--give", "representative", "--company", str(mill.pk), *day, "--json"
    )
    [role] = json.loads(out)["roles"]
    assert status == 0 and (role["company"], role["from"], role["until"]) == (mill.pk, "2026-01-01", None)
    luodi("user", "roles", olga.email, "--end", str(role["number"]), "--from", "2026-03-01")
    assert "until 2026-03-01" in luodi("user", "roles", olga.email)[1]


def test_a_company_is_added_and_somebody_acts_for_it(luodi: Any) -> None:
    assert luodi("user", "companies", "--add", "北辰云", "Beichen Cloud", "--country", "SG")[0] == 0
    [company] = json.loads(luodi("user", "companies", "--json")[1])["companies"]
    assert (company["name"], company["country"]) == ({"zh": "北辰云", "en": "Beichen Cloud"}, "SG")
    luodi(
        "user", "add", "r@example.com", "--role", "representative", "--company", str(company["number"]), given=PASSWORD
    )
    assert json.loads(luodi("user", "list", "--json")[1])["users"][0]["roles"] == ["representative 北辰云"]
    assert "北辰云 Beichen Cloud" in luodi("user", "companies")[1]


def test_an_invitation_is_a_letter_with_a_link(luodi: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        status, _, _ = luodi(
            "user", "invite", "o@example.com", "--origin", "https://landing.example.cn/", "--lang", "en"
        )
    assert status == 0 and re.search(
        r"https://landing\.example\.cn/en/account/invitation/\S{40,}/", mail.outbox[0].body
    )
    assert Invitation.objects.get().email == "o@example.com"


def test_shutting_out_and_letting_in(luodi: Any, olga: User) -> None:
    luodi("user", "disable", olga.email, "--reason", "left")
    assert not User.objects.get().is_active and "(shut out)" in luodi("user", "list")[1]
    luodi("user", "disable", olga.email, "--again")
    assert User.objects.get().is_active
    assert [e.act for e in Entry.objects.order_by("number")] == ["add", "disable", "enable"]
    assert {e.role for e in Entry.objects.all()} == {"command"}


def test_a_password_is_set_anew(luodi: Any, olga: User) -> None:
    new = "seven green lanterns over water"
    assert luodi("user", "password", olga.email, given=new)[0] == 0
    assert User.objects.get().check_password(new)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "olga@example.com"], "there is an account with the address"),
        (["add", "nobody"], "no address such as"),
        (["add", "o@example.com", "--role", "officer", "--unit", "1"], "there is no unit with the number 1"),
        (["add", "o@example.com", "--role", "offcer"], "Did you mean `officer`?"),
        (["add", "o@example.com", "--role", "officer"], "held in a unit"),
        (["add", "o@example.com", "--unit", "1"], "needs a role"),
        (["add", "o@example.com", "--role", "representative", "--company", "7"], "no company with the number 7"),
        (["add", "o@example.com", "--role", "representative"], "acts for a company"),
        (["invite", "olga@example.com"], "there is an account with the address"),
        (["roles", "olgo@example.com"], "Did you mean `olga@example.com`?"),
        (["roles", "olga@example.com", "--end", "9"], "no role with the number 9"),
        (
            ["roles", "olga@example.com", "--give", "administrator", "--from", "2026-01-02", "--until", "2026-01-02"],
            "ends",
        ),
        (["units", "--add", "ministry", "部", "Ministry"], "there is no kind `ministry`"),
        (["companies", "--add", "", ""], "a name in one language"),
        (["companies", "--add", "云", "", "--country", "Germany"], "Germany"),
        (["companies", "--add", "云", "", "--code", "91110000000000000X"], "91110000000000000X"),
        (["disable", "nobody@example.com"], "nobody with the address"),
    ],
)
def test_what_cannot_be_done_is_reported_and_nothing_changes(
    luodi: Any, olga: User, arguments: list[str], said: str
) -> None:
    before = Entry.objects.count()
    status, out, err = luodi("user", *arguments, given=PASSWORD)
    assert (status, out) == (2, "") and said in err and "Traceback" not in err
    assert Entry.objects.count() == before and User.objects.count() == 1


def test_a_weak_password_is_refused(luodi: Any) -> None:
    status, _, err = luodi("user", "add", "o@example.com", given="password")
    assert status == 2 and "too weak" in err and not User.objects.exists()


def test_the_journal_verifies_and_names_its_end(luodi: Any, olga: User) -> None:
    status, out, _ = luodi("journal", "verify")
    end = re.search(r"(1:[0-9a-f]{64})", out)
    assert status == 0 and end
    assert luodi("journal", "verify", "--expect", end[1], "--json")[0] == 0
    status, _, err = luodi("journal", "verify", "--expect", "1:" + "0" * 64)
    assert status == 2 and "entry 1 does not hold" in err


@pytest.mark.parametrize("text", ["", "1", "x:" + "0" * 64, "1:abc"])
def test_an_end_that_is_none_is_refused(luodi: Any, text: str) -> None:
    assert luodi("journal", "verify", "--expect", text)[0] == 2


@pytest.mark.parametrize("role", list(Role))
def test_every_role_can_be_given_by_command(luodi: Any, olga: User, role: Role) -> None:
    luodi("user", "units", "--add", "agency", "市局", "City")
    unit = json.loads(luodi("user", "units", "--json")[1])["units"][0]["number"]
    company = Company.objects.create(name_en="Mill").pk
    tied = {Role.REPRESENTATIVE: ["--company", str(company)], Role.ADMINISTRATOR: []}.get(role, ["--unit", str(unit)])
    assert luodi("user", "roles", olga.email, "--give", role.value, *tied)[0] == 0
    assert olga.memberships.get().role == role


def test_files_are_checked_sealed_and_swept(luodi: Any, settings: Any, tmp_path: Any) -> None:
    from django.utils import timezone

    from luodi.uploads.checking import checked
    from luodi.web.files import storage
    from luodi.web.files.actions.storing import store

    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    file = store(checked(io.BytesIO(b"note"), "note.txt", limit=99), by=None, at=timezone.now())
    assert luodi("files", "check") == (0, "1 files, of them damaged or missing: 0\n", "")
    assert luodi("files", "seal")[0] == 2
    settings.FILE_KEYS = (b"k" * 32,)
    assert json.loads(luodi("files", "seal", "--json")[1]) == {"sealed": 1} and storage.is_sealed(file.place)
    assert json.loads(luodi("files", "sweep", "--json")[1]) == {"swept": 0}
    storage.unlink(file.place)
    status, told, _ = luodi("files", "check")
    assert status == 2 and told.startswith(f"file {file.pk}: it is not on the disk")


def test_a_command_of_an_operator_waits_for_no_engine_and_no_server(tmp_path: Path) -> None:
    """They start dozens of times a day and ask nothing of the books: what only answers need is not even read."""
    lines = "from luodi.cli import main\ntry:\n    main(['user', 'list'])\nfinally:\n    print(*sys.modules)"
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LUODI_", "DJANGO_"))}
    home = {**kept, "LUODI_HOME": str(tmp_path)}
    for _ in range(2):  # the first one sets up the tables
        done = subprocess.run([sys.executable, "-c", f"import sys\n{lines}"], env=home, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    read = set(done.stdout.split())
    assert {"luodi.web.accounts.models", "django.db.models"} <= read
    assert read & {"luodi.access", "luodi.advice", "luodi.rules", "gunicorn", "numpy"} == set()
