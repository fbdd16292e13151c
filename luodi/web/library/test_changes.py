"""Changes of the law, their feeds, and the editions of the books."""

import json
import shutil
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from luodi.library.shelf import shelf
from luodi.rules.library import company_vocabulary, load_book
from luodi.web.library import editions, index
from luodi.web.library.changes import Change, changes
from luodi.web.library.editions import keep_editions, packed, unpacked
from luodi.web.library.feeds import MOST
from luodi.web.library.models import Edition, Index, Text
from luodi.web.server import index_law

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["", "service/B11/", "place/BJ/", "service/A27/"]


def named(found: list[Change], name: str) -> list[tuple[date, str]]:
    return [(change.on, change.kind) for change in found if change.name == name]


def test_a_rule_begins_on_its_first_day_and_has_ended_on_the_day_after_its_last() -> None:
    found = changes()
    assert named(found, "bj-b11-2019") == [(date(2023, 1, 1), "ended"), (date(2019, 8, 15), "began")]
    assert named(found, "miit-2024-107") == [(date(2024, 4, 10), "in_force")]
    assert any(change.kind == "event" and change.on == date(2013, 9, 29) for change in found)


def test_changes_come_newest_first_and_each_has_its_own_id() -> None:
    found = changes()
    assert [c.on for c in found] == sorted((c.on for c in found), reverse=True)
    assert len({c.id for c in found}) == len(found)


def test_those_of_a_service_and_of_a_place_are_its_own() -> None:
    service = changes(("service", "B11"))
    assert named(service, "p24-b11") and not named(service, "p24-b21")
    beijing = changes(("place", "BJ"))
    assert named(beijing, "p24-b11"), "the pilot area holds Beijing"
    assert not named(beijing, "hi-b11-island") and not named(beijing, "n-b11-closed")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("of", FEEDS)
def test_atom_is_valid(client: Client, of: str, lang: str) -> None:
    """What RFC 4287 asks for: one id, title and moment a feed and an entry, an author, ids that differ."""
    answer = client.get(f"/{lang}/law/{of}changes/feed.atom")
    assert answer["content-type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{ATOM}feed" and root.find(f"{ATOM}author/{ATOM}name") is not None
    own = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own == [f"http://testserver/{lang}/law/{of}changes/feed.atom"]
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) <= MOST
    for part in (root, *entries):
        for tag in ("id", "title", "updated"):
            assert len([child.text for child in part.findall(ATOM + tag) if child.text]) == 1
        moment = datetime.fromisoformat(part.find(f"{ATOM}updated").text)
        assert moment.tzinfo is not None and moment <= timezone.now()
    assert len({entry.find(f"{ATOM}id").text for entry in entries}) == len(entries)
    for entry in entries[:20]:
        href = entry.find(f"{ATOM}link").get("href")
        assert client.get(str(href).removeprefix("http://testserver")).status_code == 200


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("of", FEEDS)
def test_the_json_feed_is_valid_and_says_the_same_as_atom(client: Client, of: str, lang: str) -> None:
    answer = client.get(f"/{lang}/law/{of}changes/feed.json")
    assert answer["content-type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(answer.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1" and feed["title"]
    root = ElementTree.fromstring(client.get(f"/{lang}/law/{of}changes/feed.atom").content)
    atom = [
        (e.find(f"{ATOM}id").text, e.find(f"{ATOM}title").text, e.find(f"{ATOM}content").text)
        for e in root.findall(f"{ATOM}entry")
    ]
    assert [(i["id"], i["title"], i["content_text"]) for i in feed["items"]] == atom
    assert all(set(item) >= {"id", "url", "date_published"} for item in feed["items"])


@pytest.mark.parametrize("feed", ["feed.atom", "feed.json"])
def test_a_reader_that_has_the_newest_feed_is_sent_nothing(client: Client, feed: str) -> None:
    first = client.get(f"/en/law/changes/{feed}")
    again = client.get(f"/en/law/changes/{feed}", headers={"if-none-match": first["etag"]})
    assert (again.status_code, again.content) == (304, b"")


# ---- the index and the editions


def test_the_index_is_made_once_for_each_state_of_the_books(monkeypatch: pytest.MonkeyPatch) -> None:
    assert index.refresh(timezone.now()) is False
    monkeypatch.setattr(index, "digest", lambda made: "another")
    assert index.refresh(timezone.now()) is True
    assert Index.objects.get().digest == "another"
    assert Text.objects.count() == len(shelf().entries)


def test_the_site_indexes_the_law_when_it_starts_and_then_leaves_it() -> None:
    Index.objects.all().delete()
    told: list[str] = []
    index_law(told.append)
    index_law(told.append)
    assert told == ["the law is indexed"]


def test_a_failure_leaves_the_old_index_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Index.objects.get().digest
    monkeypatch.setattr(index, "digest", lambda made: "another")

    def fail(at: datetime) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(index, "keep_editions", fail)
    with pytest.raises(OSError, match="disk"), transaction.atomic():
        index.refresh(timezone.now())
    assert Index.objects.get().digest == before
    assert Text.objects.count() == len(shelf().entries)


def test_the_archive_of_a_book_is_the_book() -> None:
    book = load_book("data-export-path")
    again = unpacked(packed(book.folder), company_vocabulary())
    assert (again.id, again.hash, [rule.id for rule in again.rules]) == (book.id, book.hash, [r.id for r in book.rules])


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edition:
    """The policies book after an edit: one title changed, a kind of benefit added."""
    folder = tmp_path / "policies"
    shutil.copytree(load_book("policies").folder, folder)
    file = folder / "rules" / "beijing.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("tech_transfer_income > 0", "tech_transfer_income > 5"),
        encoding="utf-8",
    )
    kinds = folder / "kinds.yaml"
    kinds.write_text(kinds.read_text(encoding="utf-8") + "made_up: {zh: 虚构, en: Made up}\n", encoding="utf-8")
    monkeypatch.setattr(editions, "book_names", lambda: ["policies"])
    monkeypatch.setattr(editions, "load_book", lambda name: load_book(folder))
    keep_editions(timezone.now())
    return Edition.objects.filter(book="policies").first()


def test_a_new_version_says_what_it_changed(edited: Edition, client: Client) -> None:
    assert [row["rule"] for row in edited.changes["changed"]] == ["bj-zgc-tech-transfer-20m"]
    assert edited.changes["tables"] == [{"table": "kinds", "added": ["made_up"], "removed": [], "changed": []}]
    for lang, words in (("zh", "修改的规则"), ("en", "Rules changed")):
        page = client.get(f"/{lang}/law/books/policies/{edited.hash[:12]}/")
        assert page.status_code == 200 and words in page.text and "made_up" in page.text
        assert f"/{lang}/law/policy/bj-zgc-tech-transfer-20m/" in page.text


def test_a_new_version_is_a_change_of_the_law_with_a_page(edited: Edition, client: Client) -> None:
    change = next(change for change in changes() if change.kind == "edition")
    assert change.entry is None and load_book("policies").version in change.headline("en")
    feed = json.loads(client.get("/en/law/changes/feed.json").content)
    assert feed["items"][0]["url"].endswith(f"/en/law/books/policies/{edited.hash[:12]}/")
    assert client.get("/en/law/changes/").status_code == 200


def test_the_same_state_is_kept_once(edited: Edition) -> None:
    before = Edition.objects.count()
    keep_editions(timezone.now())
    assert Edition.objects.count() == before


def test_the_first_version_of_a_site_is_no_change(client: Client) -> None:
    first = Edition.objects.get(book="law")
    assert first.changes is None
    assert "The first version" in client.get(f"/en/law/books/law/{first.hash[:12]}/").text


def test_a_version_that_can_no_longer_be_read_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Edition.objects.get(book="data-export-path")
    first.files = editions.gzip.compress(b'{"book.yaml": "id: x"}')
    assert set(editions.changes(first, load_book("data-export-path"))) == {"unreadable"}
    first.delete()
    first.pk, first.changes = None, {"unreadable": "x"}
    first.save()
    assert "can no longer be read" in client.get(f"/en/law/books/data-export-path/{first.hash[:12]}/").text


def test_before_anything_is_kept_the_books_are_listed_all_the_same(client: Client) -> None:
    Edition.objects.all().delete()
    assert client.get("/en/law/books/").status_code == 200
    assert client.get("/en/law/books/law/").status_code == 200
