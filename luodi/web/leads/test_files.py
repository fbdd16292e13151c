"""Files of leads as they are written: every encoding, feeds and tables, and nothing of a file that is none."""

import pytest

from luodi.company_files import tables
from luodi.company_files.feeds import TooMuch
from luodi.errors import BadInput, LuodiError
from luodi.web.leads import actions, files

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><id>urn:1</id><title>Amber Quay looks for a site</title><summary>In the east.</summary>
<link href="https://news.example/1"/></entry>
<entry><id>urn:2</id><title>Tsuruura grows</title>
<content type="html">&lt;b&gt;fast&lt;/b&gt;</content></entry></feed>"""
CSV = "title,company,country,service,place,share,id\n灯屿云,灯屿云,sg,B11,BJ,100,7\nMill,,,,,,\n"


def rows(content: bytes, source: str = "somewhere") -> list[tuple[actions.Heard, actions.From]]:
    """What the rows of a file say, by its columns as they are guessed."""
    form = files.form_of(content, "x.csv")
    columns, first = tables.first_of(files.rows(content, form, "x.csv"), "x.csv")
    mapping = files.checked_mapping(files.guessed(columns), columns)
    return [files.signal_of(files.read_row(row.cells, mapping, form), source, form) for row in first]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "columns"),
        (b"<html></html>", "neither an Atom nor an RSS feed"),
        (b"<feed", "no XML"),
        (b"a,b\n1,2\n", "title"),
        (b"title\n", "no row"),
        (b"title\n\xff\xff", "UTF-8"),
        (b"[]", "neither"),
        (b'<!DOCTYPE x [<!ENTITY a "a">]><feed/>', "document type"),
        (b"<feed" + b"x" * 2_000_001, "2 MB"),
        (b'title\n"x', "line"),
    ],
)
def test_a_file_that_is_neither_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        rows(content)
    assert says in str(refused.value)


def test_a_file_has_20_000_rows_at_most() -> None:
    with pytest.raises(TooMuch, match="20000"):
        list(files.rows(b"title\n" + b"x\n" * 20_001, "csv", "x.csv"))


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("country", "ZZ", "ZZ"),
        ("service", "ZZ9", "ZZ9"),
        ("place", "Atlantis", "Atlantis"),
        ("share", "140", "above 100"),
        ("share", "-1", "below 0"),
        ("email", "notanemail", "notanemail"),
        ("contact", "x" * 201, "200"),
    ],
)
def test_a_cell_that_cannot_be_is_told_with_its_column(column: str, cell: str, says: str) -> None:
    with pytest.raises(LuodiError) as refused:
        rows(f"title,{column}\nMill,{cell}\n".encode())
    assert says in str(refused.value) and column in str(refused.value.at)


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
    [(heard, signal)] = rows(text.encode(encoding), "fair")
    assert (heard.title, heard.country, heard.contact) == ("灯屿云", "DE", "梅") and signal.kind == "file"


def test_a_country_is_never_cut_to_another_one() -> None:
    [(china, _), (germany, _)] = rows(b"title,country\nMill,China\nQuay,Germany\n", "fair")
    assert (china.country, germany.country) == ("CN", "DE")  # and not Switzerland and Georgia


def test_news_come_as_rss_too() -> None:
    item = "<item><title>Amber Quay</title><guid>urn:9</guid><link>https://n.example/9</link>"
    about = "<description>&lt;p&gt;In the east.&lt;/p&gt;</description></item>"
    text = f"<rss version='2.0'><channel>{item}{about}</channel></rss>"
    [(heard, signal)] = rows(text.encode(), "news")
    assert (heard.title, heard.summary) == ("Amber Quay", "In the east.\nhttps://n.example/9")
    assert (signal.kind, signal.id) == ("feed", "urn:9")


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gb18030"])
def test_a_feed_is_read_in_the_encoding_that_it_names(encoding: str) -> None:
    item = "<item><title>落地</title></item>"
    text = f"<?xml version='1.0' encoding='{encoding}'?><rss version='2.0'><channel>{item}</channel></rss>"
    [(heard, _)] = rows(text.encode(encoding), "news")
    assert heard.title == "落地"


def test_tags_and_scripts_of_an_entry_never_reach_a_lead() -> None:
    summary = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;a href='javascript:x'&gt;R&amp;amp;D&lt;/a&gt; in the east"
    entry = f"<entry><title>A</title><summary type='html'>{summary}</summary></entry>"
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>"
    [(heard, signal)] = rows(feed.encode(), "news")
    assert heard.summary == "R&D in the east"
    assert "script" not in signal.raw["summary"]


def test_a_file_that_looks_like_an_address_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket", None)
    with pytest.raises(BadInput):
        rows(b"<http://news.example/feed.atom", "somewhere")
