"""Backups: what comes back is what was there, and a bad one changes nothing."""

import json
import os
import re
import signal
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from luodi.errors import LuodiError
from luodi.web.accounts.actions.people import add_user
from luodi.web.accounts.actions.roles import give_role
from luodi.web.accounts.models import Membership, Unit, User
from luodi.web.accounts.validation import Grant
from luodi.web.backup import BadBackup, backup, restore
from luodi.web.conftest import PASSWORD, SINCE, Site, by_operator, new_site, unit
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry
from luodi.web.journal.queries import verified

POSTGRESQL = os.environ.get("LUODI_TEST_DATABASE_URL", "")


LIVE = f"""
from django.utils import timezone
from luodi.web.accounts.actions.people import add_user
from luodi.web.accounts.actions.roles import give_role
from luodi.web.accounts.actions.units import add_unit
from luodi.web.accounts.validation import Grant
from luodi.web.core.roles import Role
import datetime
operator = {{"by": None, "at": timezone.now()}}
office = add_unit("bureau", "处", "Office", add_unit("agency", "市局", "City", **operator), **operator)
olga = add_user("olga@example.com", {PASSWORD!r}, **operator)
give_role(olga, Grant(Role.OFFICER, office), starts=datetime.date(2020, 1, 1), **operator)
"""


def lived_in(site: Site) -> Site:
    """Two units, a person with a role, a journal and two uploads."""
    assert site.python(LIVE).wait() == 0
    (site.home / "files" / "内").mkdir(parents=True)
    (site.home / "files" / "内" / "证明.pdf").write_bytes(b"%PDF proof")
    (site.home / "files" / "empty").write_bytes(b"")
    return site


STATE = """
import json
from luodi.web.accounts.models import Membership, Unit, User
from luodi.web.journal.queries import verified
told = [list(model.objects.order_by("pk").values()) for model in (User, Unit, Membership)]
try:
    told += [verified().entries, verified().head]
except Exception as problem:
    told += [str(problem)]
print(json.dumps(told, default=str))
"""


def state(site: Site) -> Any:
    """All that matters of a site: people, units, roles, journal, uploads."""
    with site.python(STATE) as asked:
        assert asked.stdout is not None
        told = json.loads(asked.stdout.read())
    folder = site.home / "files"
    return told, {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_a_site_comes_back_as_it_was(site: Site, tmp_path: Path) -> None:
    lived_in(site)
    assert site.luodi("backup", str(tmp_path / "site.zip")).returncode == 0
    before = state(site)
    site.luodi("user", "add", "intruder@example.com", given=PASSWORD)
    (site.home / "files" / "not in the backup").write_bytes(b"x")
    done = site.luodi("restore", str(tmp_path / "site.zip"), "--yes")
    assert done.returncode == 0, done.stderr
    assert state(site) == before and not list(site.home.glob(".files.*"))
    # and work goes on where it was: no number is given twice, and the journal goes on
    assert site.luodi("user", "add", "next@example.com", given=PASSWORD).returncode == 0
    assert json.loads(site.luodi("journal", "verify", "--json").stdout)["entries"] == before[0][3] + 1


SEARCH = """
from django.utils import timezone
from luodi.web.library.index import is_there
from luodi.web.library import word_index
from luodi.web.library.models import Text
from luodi.web.library.search import search
print(is_there(), Text.objects.filter(kind="service", name="B11").exists(), not word_index.is_empty())
print(search("数据", {}, on=timezone.localdate()).total)
"""


def found(site: Site) -> int:
    """How much is found of one word. The library's index of words is there, which no backup holds."""
    with site.python(SEARCH) as asked:
        assert asked.stdout is not None
        *there, number = asked.stdout.read().split()
    assert there == ["True", "True", "True"]
    return int(number)


def test_search_works_after_a_restore_into_an_empty_site_and_over_a_full_one(site: Site, tmp_path: Path) -> None:
    lived_in(site)
    assert site.luodi("backup", str(tmp_path / "site.zip")).returncode == 0
    before = found(site)
    assert before > 10
    with new_site(tmp_path / "new") as new:
        assert new.luodi("restore", str(tmp_path / "site.zip"), "--yes").returncode == 0
        assert found(new) == before
    for _ in range(2):
        assert site.luodi("restore", str(tmp_path / "site.zip"), "--yes").returncode == 0
    assert found(site) == before


@pytest.mark.skipif(not POSTGRESQL, reason="no PostgreSQL (LUODI_TEST_DATABASE_URL)")
@pytest.mark.parametrize("databases", [("", POSTGRESQL), (POSTGRESQL, "")], ids=["to PostgreSQL", "to SQLite"])
def test_a_site_moves_from_one_database_to_the_other(tmp_path: Path, databases: tuple[str, str]) -> None:
    with new_site(tmp_path / "old", databases[0]) as old, new_site(tmp_path / "new", databases[1]) as new:
        assert old.luodi("user", "units").returncode == 0  # sets the tables up
        assert old.python("from luodi.web.server import index_law\nindex_law(print)").wait() == 0
        lived_in(old)
        old.luodi("backup", str(tmp_path / "site.zip"))
        done = new.luodi("restore", str(tmp_path / "site.zip"), "--yes")
        assert done.returncode == 0, done.stderr
        assert state(new) == state(old)
        assert found(new) > 10
        assert new.luodi("user", "add", "next@example.com", given=PASSWORD).returncode == 0


# ---- what is wrong changes nothing


Change = Callable[[dict[str, bytes]], None]


def rewritten(file: Path, to: Path, change: Change) -> Path:
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(to, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return to


def damaged(parts: dict[str, bytes]) -> None:
    parts["tables/accounts.user.jsonl"] = parts["tables/accounts.user.jsonl"].replace(b"olga", b"evil")


def damaged_file(parts: dict[str, bytes]) -> None:
    parts["files/empty"] = b"x"


def without_a_part(parts: dict[str, bytes]) -> None:
    del parts["tables/accounts.unit.jsonl"]


def with_another(parts: dict[str, bytes]) -> None:
    parts["files/not named"] = b"x"


def without_manifest(parts: dict[str, bytes]) -> None:
    del parts["manifest.json"]


def leading_elsewhere(parts: dict[str, bytes]) -> None:
    _forge(parts, "files/../../evil", b"x")


def with_a_broken_journal(parts: dict[str, bytes]) -> None:
    name = "tables/journal.entry.jsonl"
    _forge(parts, name, parts[name].replace(b'"give_role"', b'"give_cake"'))


def with_a_row_that_leads_nowhere(parts: dict[str, bytes]) -> None:
    name = "tables/accounts.membership.jsonl"
    _forge(parts, name, re.sub(rb'"unit": \d+', b'"unit": 999', parts[name]))


def with_an_unknown_table(parts: dict[str, bytes]) -> None:
    name = "tables/accounts.user.jsonl"
    _forge(parts, name, parts[name].replace(b'"accounts.user"', b'"accounts.cat"'))


def of_another_version(parts: dict[str, bytes]) -> None:
    manifest = json.loads(parts["manifest.json"])
    manifest["migrations"] = [*manifest["migrations"], "accounts.0099_later"]
    parts["manifest.json"] = json.dumps(manifest).encode()


def _forge(parts: dict[str, bytes], name: str, content: bytes) -> None:
    """With the hash that goes with it, so that only what is inside gives it away."""
    import hashlib

    manifest = json.loads(parts["manifest.json"])
    manifest["parts"][name] = {**manifest["parts"].get(name, {}), "sha256": hashlib.sha256(content).hexdigest()}
    parts["manifest.json"], parts[name] = json.dumps(manifest).encode(), content


@pytest.fixture
def here(transactional_db: None, tmp_path: Path, settings: Any) -> Path:
    """The suite's own database, lived in, with a backup of it in `site.zip`; then somebody else comes."""
    settings.MEDIA_ROOT = tmp_path / "home" / "files"
    settings.MEDIA_ROOT.mkdir(parents=True)
    (settings.MEDIA_ROOT / "empty").write_bytes(b"")
    office = unit("Office", unit("City"))
    olga = by_operator(add_user, "olga@example.com", PASSWORD)
    by_operator(give_role, olga, Grant(Role.OFFICER, office), starts=SINCE)
    backup(tmp_path / "site.zip", at=timezone.now())
    by_operator(add_user, "later@example.com", PASSWORD)
    return tmp_path


def seen() -> Any:
    told = [list(model._base_manager.order_by("pk").values()) for model in (User, Unit, Membership, Entry)]
    return told, sorted(file.name for file in Path(settings.MEDIA_ROOT).rglob("*"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (damaged, "it is damaged"),
        (damaged_file, "it is damaged"),
        (without_a_part, "not what its manifest names"),
        (with_another, "not what its manifest names"),
        (without_manifest, "no manifest"),
        (leading_elsewhere, "leads elsewhere"),
        (with_a_broken_journal, "does not hold"),
        (with_a_row_that_leads_nowhere, "leads nowhere"),
        (with_an_unknown_table, "cannot be read"),
        (of_another_version, "tables are not those of"),
    ],
)
def test_a_bad_backup_is_refused_and_changes_nothing(here: Path, change: Change, said: str) -> None:
    bad, before = rewritten(here / "site.zip", here / "bad.zip", change), seen()
    with pytest.raises(LuodiError, match=said):
        restore(bad)
    assert seen() == before
    assert [path.name for path in (here / "home").iterdir()] == ["files"] and not (here / "evil").exists()


def test_a_good_one_is_not_refused(here: Path) -> None:
    restore(rewritten(here / "site.zip", here / "same.zip", lambda parts: None))
    assert [user.email for user in User.objects.all()] == ["olga@example.com"]
    assert verified().entries == Entry.objects.count()
    with pytest.raises(DatabaseError, match="append-only"):
        Entry.objects.all().delete()


@pytest.mark.parametrize("content", [b"", b"no zip at all"])
def test_what_is_no_backup_is_refused(here: Path, content: bytes) -> None:
    (here / "x.zip").write_bytes(content)
    with pytest.raises(BadBackup, match="no backup"):
        restore(here / "x.zip")


def test_a_file_that_is_not_there_is_named(here: Path) -> None:
    with pytest.raises(LuodiError, match=r"nowhere\.zip: there is no such file"):
        restore(here / "nowhere.zip")


def test_only_its_owner_reads_a_backup_and_sessions_are_not_in_it(here: Path) -> None:
    assert (here / "site.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(here / "site.zip") as archive:
        tables = set(archive.namelist())
    assert tables & {"tables/sessions.session.jsonl", "tables/usersessions.usersession.jsonl"} == set()
    assert "tables/accounts.user.jsonl" in tables


def test_a_backup_that_cannot_be_written_leaves_what_was_there(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (here / "site.zip").read_bytes()
    monkeypatch.setattr("luodi.web.backup.migrations", lambda: [][1])
    with pytest.raises(IndexError):
        backup(here / "site.zip", at=timezone.now())
    assert (here / "site.zip").read_bytes() == before and len(list(here.iterdir())) == 2


def test_a_restore_that_is_killed_changes_nothing(site: Site, tmp_path: Path) -> None:
    """Killed after the tables were filled and before the end: what was there is there again."""
    lived_in(site)
    site.luodi("backup", str(tmp_path / "site.zip"))
    site.luodi("user", "add", "later@example.com", given=PASSWORD)
    before = state(site)
    slow = site.python(
        "import time\nfrom pathlib import Path\nfrom luodi.web import backup\n"
        "def wait(): print('filled', flush=True); time.sleep(600)\n"
        "backup.verified = wait\n"
        f"backup.restore(Path({str(tmp_path / 'site.zip')!r}))"
    )
    assert slow.stdout is not None and slow.stdout.readline() == "filled\n"
    slow.send_signal(signal.SIGKILL)
    slow.wait()
    assert state(site) == before


def test_a_backup_is_of_one_moment_while_others_write(site: Site, prepared_site: Site, tmp_path: Path) -> None:
    """Entries are added all the while; the journal of the backup is whole, and nobody had to wait for it."""
    site.luodi("user", "units", "--add", "bureau", "局", "Bureau")
    writer = site.python(
        "from luodi.web.accounts.models import Unit\nfrom luodi.web.journal.actions import write\n"
        "row = Unit.objects.get()\nprint('go', flush=True)\nwhile True: write('change', row)"
    )
    try:
        assert writer.stdout is not None and writer.stdout.readline() == "go\n"
        done = site.luodi("backup", str(tmp_path / "site.zip"))
        assert done.returncode == 0 and writer.poll() is None, done.stderr
    finally:
        writer.kill()
        writer.wait()
    with new_site(tmp_path / "new", like=prepared_site) as other:
        assert other.luodi("restore", str(tmp_path / "site.zip"), "--yes").returncode == 0
        assert other.luodi("journal", "verify").returncode == 0


SENDS = """
from django.utils import timezone
from luodi.web.accounts.models import Unit
from luodi.web.advisor.actions.enquiries import Sender, send_enquiry
from luodi.web.core.keys import new_key
from luodi.advice.answers import Answers
unit, sender = Unit.objects.get(), Sender("Mei", "mei@example.com", "en")
def send():
    answers = Answers.of("investor=SG&service=B11&place=BJ&share=100")
    send_enquiry(answers, timezone.localdate(), sender, unit, by=None, key=new_key(), at=timezone.now())
send()
print("go", flush=True)
while True: send()
"""


BACKUPS = """
from pathlib import Path
from django.utils import timezone
from luodi.web.backup import backup
for number in range(3):
    backup(Path(FOLDER) / f"{number}.zip", at=timezone.now())
"""


def sent(file: Path) -> tuple[int, int, int]:
    """How many enquiries, answers that they stand on and entries of their sending a backup has."""
    with zipfile.ZipFile(file) as archive:
        enquiries, answers, entries = (
            archive.read(f"tables/{name}.jsonl").splitlines()
            for name in ("advisor.enquiry", "advisor.determination", "journal.entry")
        )
    sendings = [row for row in entries if json.loads(row)["fields"]["act"] == "send"]
    return len(enquiries), len(answers), len(sendings)


@pytest.mark.long
def test_a_backup_holds_an_act_whole_or_not_at_all(site: Site, tmp_path: Path) -> None:
    """Each enquiry is three rows in three tables; a backup in the midst of many has all three of each."""
    site.luodi("user", "units", "--add", "bureau", "局", "Bureau")
    writer = site.python(SENDS)
    try:
        assert writer.stdout is not None and writer.stdout.readline() == "go\n"
        assert site.python(BACKUPS.replace("FOLDER", repr(str(tmp_path)))).wait() == 0 and writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
    found = [sent(tmp_path / f"{number}.zip") for number in range(3)]
    assert all(len(set(counts)) == 1 and counts[0] > 0 for counts in found) and found == sorted(found), found
