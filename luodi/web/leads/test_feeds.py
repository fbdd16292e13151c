"""Leads from feeds and tables: each entry once, in every encoding, and nothing of a file that is none."""

import pytest

from luodi.errors import BadInput, UnknownValue
from luodi.web.accounts.models import Unit, User
from luodi.web.leads import actions
from luodi.web.leads.feeds import signals
from luodi.web.leads.models import Lead, Signal
from luodi.web.leads.test_leads import NOW, here, olga

pytestmark = pytest.mark.django_db
__all__ = ["here", "olga"]  # fixtures


ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><id>urn:1</id><title>Amber Quay looks for a site</title><summary>In the east.</summary>
<link href="https://news.example/1"/></entry>
<entry><id>urn:2</id><title>Tsuruura grows</title>
<content type="html">&lt;b&gt;fast&lt;/b&gt;</content></entry></feed>"""
CSV = "title,company,country,service,place,share,id\n灯屿云,灯屿云,sg,B11,BJ,100,7\nMill,,,,,,\n"


def test_a_feed_and_a_table_bring_each_entry_once(here: Unit, olga: User) -> None:
    for text, kinds in ((ATOM, {"feed"}), (CSV, {"file"})):
        found = signals(text.encode(), "somewhere")
        assert actions.receive_all(found, here, at=NOW, by=olga) == (2, 0)
        assert actions.receive_all(signals(text.encode(), "somewhere"), here, at=NOW, by=olga) == (0, 2)
        assert {one.kind for one in Signal.objects.filter(external__in=[s.id for _, s in found])} == kinds
    cloud = Lead.objects.get(title="灯屿云")
    assert cloud.plans == [{"service": "B11", "place": "BJ", "share": "100"}] and cloud.country == "SG"
    assert Signal.objects.get(external="urn:1").raw["link"] == "https://news.example/1"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "columns"),
        (b"<html></html>", "neither an Atom nor an RSS feed"),
        (b"<feed", "no XML"),
        (b"a,b\n1,2\n", "title"),
        (b"title\n", "no entry"),
        (b"title\n\xff\xff", "UTF-8"),
        (b"[]", "neither"),
        (b"title,country\nMill,SG\n,DE\n", "line 3"),
        (b'<!DOCTYPE x [<!ENTITY a "a">]><feed/>', "document type"),
        (b"title\n" + b"x\n" * 2001, "2000"),
        (b"title\n" + b"x" * 2_000_001, "2 MB"),
        (b'title\n"x', "line"),
    ],
)
def test_a_file_that_is_neither_is_refused_with_its_place(content: bytes, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        signals(content, "somewhere")
    assert says in str(refused.value)


def test_a_file_with_one_bad_row_brings_nothing(here: Unit) -> None:
    with pytest.raises(UnknownValue, match="line 3"):
        actions.receive_all(signals(b"title,country\nMill,SG\nOther,ZZ\n", "somewhere"), here, at=NOW)
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("标题,国家,联系人\n灯屿云,德国,梅\n", "gb18030"),
        ("企业名称;国家;联系人\n灯屿云;Germany;梅\n", "utf-16"),
        ("title,country,contact\n灯屿云,德國,梅\n", "utf-8-sig"),
        ("名单,,\n线索,国别,联系人\n灯屿云,DE,梅\n", "utf-8"),
    ],
)
def test_a_table_is_read_as_officers_write_it_and_a_country_by_its_name(text: str, encoding: str) -> None:
    [(heard, signal)] = signals(text.encode(encoding), "fair")
    assert (heard.title, heard.country, heard.contact) == ("灯屿云", "DE", "梅") and signal.kind == "file"


def test_a_country_is_never_cut_to_another_one() -> None:
    [(china, _), (germany, _)] = signals(b"title,country\nMill,China\nQuay,Germany\n", "fair")
    assert (china.country, germany.country) == ("CN", "DE")  # and not Switzerland and Georgia


def test_news_come_as_rss_too() -> None:
    item = "<item><title>Amber Quay</title><guid>urn:9</guid><link>https://n.example/9</link>"
    about = "<description>&lt;p&gt;In the east.&lt;/p&gt;</description></item>"
    text = f"<rss version='2.0'><channel>{item}{about}</channel></rss>"
    [(heard, signal)] = signals(text.encode(), "news")
    assert (heard.title, heard.summary) == ("Amber Quay", "In the east.\nhttps://n.example/9")
    assert (signal.kind, signal.id) == ("feed", "urn:9")


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gb18030"])
def test_a_feed_is_read_in_the_encoding_that_it_names(encoding: str) -> None:
    item = "<item><title>落地</title></item>"
    text = f"<?xml version='1.0' encoding='{encoding}'?><rss version='2.0'><channel>{item}</channel></rss>"
    [(heard, _)] = signals(text.encode(encoding), "news")
    assert heard.title == "落地"


def test_tags_and_scripts_of_an_entry_never_reach_a_lead() -> None:
    summary = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;a href='javascript:x'&gt;R&amp;amp;D&lt;/a&gt; in the east"
    entry = f"<entry><title>A</title><summary type='html'>{summary}</summary></entry>"
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>"
    [(heard, signal)] = signals(feed.encode(), "news")
    assert heard.summary == "R&D in the east"
    assert "script" not in signal.raw["summary"]


def test_a_file_that_looks_like_an_address_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket", None)
    with pytest.raises(BadInput):
        signals(b"<http://news.example/feed.atom", "somewhere")
