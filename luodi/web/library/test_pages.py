"""Every entry has its page in both languages, with its title and its sources, and every way from it leads somewhere."""

import gzip
import html
import re
from datetime import date
from urllib.parse import quote, unquote, urlsplit

import pytest
from django.test import Client
from django.utils import timezone, translation

from luodi.documents import wording
from luodi.library.entry import KINDS, Entry, Life
from luodi.library.shelf import shelf
from luodi.rules.due import counts
from luodi.rules.library import book_names, load_book
from luodi.terms.reading import is_official, read_state
from luodi.web.core.language import CODES
from luodi.web.core.words import say
from luodi.web.library import entry_details
from luodi.web.library.entry_details import named, notices
from luodi.web.library.models import Index

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)
LANGS = ("zh", "en")
OTHERS = [
    "",
    "search/",
    "search/?q=cloud",
    "search/?q=%E6%95%B0%E6%8D%AE",
    "table/",
    "table/?places=all&services=all",
    "table/B11/BJ/",
    "table/C-NEWS/HI/?on=2005-01-01",
    "changes/",
    "books/",
    "books/market-access/",
    "service/B11/changes/",
    "place/BJ/changes/",
]
#: Links of many pages lead to the same one, which nothing here changes.
ANSWERED: dict[str, bool] = {}
HREF = re.compile(r'\shref="([^"]+)"')


def path(lang: str, entry: Entry) -> str:
    return f"/{lang}/law/{entry.kind}/{entry.id}/"


def readable(text: str) -> str:
    """The text of a page as a reader has it, blanks as one."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_has_a_page_with_its_title_and_citations_and_no_broken_link(
    client: Client, kind: str, lang: str
) -> None:
    """In one language or the other by turns: what a page holds of its entry stands in both."""
    found: set[str] = set()
    for entry in list(shelf().by_kind[kind])[LANGS.index(lang) :: 2]:
        answer = client.get(path(lang, entry))
        assert answer.status_code == 200, path(lang, entry)
        text = html.unescape(answer.text)
        assert wording.pick(entry.title, lang) in text
        for link in entry.linked(entry_details.Role.CITES):
            assert wording.pick(shelf().entries[link.to].title, lang) in text, (entry.key, link.to)
            assert link.detail is None or wording.pick(link.detail, lang) in text
        assert all(address in text for address in entry.seen)
        assert "style=" not in answer.text and "<script" not in answer.text
        found |= set(HREF.findall(answer.text))
    assert [href for href in sorted(map(html.unescape, found)) if not works(client, href)] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("other", OTHERS)
def test_links_of_the_other_pages_answer_too(client: Client, other: str, lang: str) -> None:
    answer = client.get(f"/{lang}/law/{other}")
    assert answer.status_code == 200
    assert "style=" not in answer.text and "<script" not in answer.text
    hrefs = {html.unescape(href) for href in HREF.findall(answer.text)}
    if "places=all" in other:  # thousands of cells of one shape
        hrefs = set(sorted(hrefs)[::40])
    base = f"/{lang}/law/{other}".split("?")[0]
    hrefs = {base + href if href.startswith("?") else href for href in hrefs}
    assert [href for href in sorted(hrefs) if not works(client, href)] == []


def works(client: Client, href: str) -> bool:
    """An entry is on the shelf, a static file is in its folder, a place in the page or elsewhere is no matter."""
    parts = urlsplit(href)
    if parts.scheme or href.startswith(("#", "/static/")):
        return True
    entry = re.fullmatch(rf"/(?:zh|en)/law/({'|'.join(KINDS)})/([^/]+)/", unquote(parts.path))
    if entry and not parts.query:
        return shelf().get(entry[1], entry[2]) is not None
    if href not in ANSWERED:
        ANSWERED[href] = client.get(href).status_code in (200, 302)
    return ANSWERED[href]


@pytest.mark.parametrize(
    "odd",
    [
        "treatment/nothing/",
        "nothing/B11/",
        "service/%00/",
        "service/..%2F..%2F/",
        "table/B11/NOWHERE/",
        "books/nothing/",
        "books/law/zzz/",
        "books/law/000000000000/",
        "step/x/changes/",
        "service/B99/changes/feed.atom",
        "policy/x/changes/feed.json",
        "service/" + "x" * 3000 + "/",
        "service/%F0%9F%98%80/",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(client: Client, odd: str) -> None:
    assert client.get(f"/en/law/{odd}").status_code == 404


@pytest.mark.parametrize(
    "odd",
    [
        "search/?q=%00",
        "search/?q=" + "(" * 500,
        "search/?q=%22%27%3B--",
        "search/?q=NEAR%28a+b%29",
        "search/?q=*",
        "search/?q=%3A%2A+%7C+%26",
        "search/?page=-1",
        "search/?page=99999999999999999999",
        "search/?page=abc",
        "search/?kind=zzz",
        "search/?service=%00&place=%27",
        "search/?life=x&confidence=y",
        "search/?q=%F0%9F%98%80",
        "search/?q=" + "%E6%95%B0" * 900,
        "search/?q=title%3Aabc",
        "policy/?kind=service",
        "search/?q=%ED%A0%80",
        "search/?q=%C3%28",
    ],
)
def test_odd_searches_find_something_or_nothing(client: Client, odd: str) -> None:
    assert client.get(f"/zh/law/{odd}").status_code == 200


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "wrong", ["on=2024-13-01", "on=yesterday", "on=" + "9" * 300, "investor=x", "places=x", "services=%00"]
)
def test_a_wish_that_cannot_be_read_is_shown_where_one_can_mend_it(client: Client, lang: str, wrong: str) -> None:
    answer = client.get(f"/{lang}/law/table/?{wrong}")
    field = wrong.split("=")[0]
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text and f'id="f-{field}"' in answer.text
    assert 'role="alert"' in answer.text and 'aria-invalid="true"' in answer.text
    assert client.get(f"/{lang}/law/table.csv?{wrong}").status_code == 422
    assert client.get(f"/{lang}/law/table.json?{wrong}").json()["errors"].keys() == {field}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1900-02-28"])
def test_days_far_away_are_answered(client: Client, day: str) -> None:
    assert client.get(f"/en/law/table/?on={day}").status_code == 200
    assert client.get(f"/en/law/table/B11/BJ/?on={day}").status_code == 200


def test_pages_are_light(client: Client) -> None:
    """Under 30 kB compressed each; the table of every service in every place is the heaviest there is."""
    heavy = [f"/{lang}/law/{other}" for lang in LANGS for other in OTHERS]
    heavy += [path(lang, shelf().entries["place", name]) for lang in LANGS for name in ("CN", "BJ", "HI")]
    weights = {address: len(gzip.compress(client.get(address).content)) for address in heavy}
    assert {address: size for address, size in weights.items() if size > 30_000} == {}


# ---- what a page says of the life of a measure


def told(entry: Entry, lang: str, on: date = DAY) -> list[str]:
    with translation.override(CODES[lang]):
        return [notice.text for notice in notices(entry, shelf(), on, lang)]


@pytest.mark.parametrize("lang", LANGS)
def test_an_expired_measure_says_when_it_ended_what_followed_and_what_holds_now(client: Client, lang: str) -> None:
    answer = client.get(f"/{lang}/law/treatment/cepa-b11-2003/")
    text = readable(answer.text)
    assert answer.status_code == 200
    assert {"zh": "起不再有效", "en": "No longer in force since"}[lang] in text
    assert 'href="/' + lang + '/law/treatment/cepa-b11-2016/"' in answer.text
    assert {"zh": "今天的结论", "en": "Today's answer"}[lang] in text


def test_a_measure_about_to_close_says_how_many_days_are_left() -> None:
    closing = next(e for e in shelf().by_kind["policy"] if e.span.last and e.life(DAY) is not Life.CLOSED)
    last = closing.span.last
    assert last is not None
    assert any("还有30天" in text for text in told(closing, "zh", date.fromordinal(last.toordinal() - 30)))
    assert not any("还有" in text for text in told(closing, "zh", date.fromordinal(last.toordinal() - 31)))
    assert any("最后一天" in text for text in told(closing, "zh", last))
    assert any("不再有效" in text for text in told(closing, "zh", date.fromordinal(last.toordinal() + 1)))


@pytest.mark.parametrize("lang", LANGS)
def test_what_was_not_confirmed_is_shown_as_such(client: Client, lang: str) -> None:
    words = {"zh": "有待核实", "en": "to be checked"}[lang]
    low = [e for e in shelf().entries.values() if e.confidence == "low" and e.kind in ("step", "policy", "treatment")]
    assert low
    for entry in low:
        assert words in readable(client.get(path(lang, entry)).text).lower(), entry.key


def test_a_policy_of_unknown_standing_is_not_called_in_force(client: Client) -> None:
    unsure = [e for e in shelf().by_kind["policy"] if e.unsure and e.life(DAY).holds]
    assert unsure
    text = client.get(path("en", unsure[0])).text
    assert 'class="life open"' not in text and "To be checked" in text


@pytest.mark.parametrize(
    ("kind", "name", "known"),
    [
        ("service", "B11", "service=B11"),
        ("place", "BJ", "place=BJ"),
        ("treatment", "sh-b11-no-2013", "service=B11&place=SH-FTZ-ORIG"),
    ],
)
def test_each_page_leads_on_to_the_advisor(client: Client, kind: str, name: str, known: str) -> None:
    text = html.unescape(client.get(f"/en/law/{kind}/{name}/").text)
    assert f'href="{entry_details.advisor()}?{known}"' in text


def test_ids_and_addresses_in_a_note_are_links() -> None:
    parts = list(named("Beats cn-tech-transfer-5m; see https://a.example/x_y.htm (there).", shelf()))
    assert [(text, other.id if other else None, address) for text, other, address in parts] == [
        ("Beats ", None, ""),
        ("cn-tech-transfer-5m", "cn-tech-transfer-5m", ""),
        ("; see ", None, ""),
        ("https://a.example/x_y.htm", None, "https://a.example/x_y.htm"),
        (" (there).", None, ""),
    ]


def test_without_an_index_search_says_so_and_the_rest_stands(client: Client) -> None:
    Index.objects.all().delete()
    assert client.get("/en/law/search/?q=cloud").status_code == 503
    assert client.get("/en/law/").status_code == 200
    assert client.get("/en/law/service/B11/").status_code == 200


def _part(page: str, name: str) -> str:
    start = page.index(f'aria-labelledby="{name}"')
    return re.sub(r"<[^>]+>|\s", "", page[page.index("</header>", start) : page.index("</section>", start)])


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_says_what_when_by_whom_and_whom_it_concerns_or_that_it_does_not_know(
    client: Client, kind: str
) -> None:
    entries = shelf().by_kind[kind]
    for number, entry in enumerate(entries[:: max(1, len(entries) // 25)]):
        page = client.get(f"/{('zh', 'en')[number % 2]}/law/{kind}/{quote(entry.id)}/").text
        for name in ("says", "dates", "source", "affected"):
            assert _part(page, name), (entry.key, name)
        assert entry.confidence or re.search("没有评定|not rated", page)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("place", ["treatment/p24-b11/", "step/", "search/?q=cloud", "table/B11/BJ/?on=2024-12-02"])
def test_invariant_24_a_page_of_the_law_says_that_it_is_translated_as_of_which_day(
    client: Client, lang: str, place: str
) -> None:
    on = "2024-12-02" if "on=" in place else timezone.localdate()
    assert wording.translated(on, lang) in readable(client.get(f"/{lang}/law/{place}").text)


# ---- how far it was read


@pytest.mark.parametrize(("lang", "said"), [("en", "Read in the official text"), ("zh", "已读官方文本")])
def test_an_entry_says_in_three_words_how_far_it_was_read_and_names_the_official_page_first(
    client: Client, lang: str, said: str
) -> None:
    found = next(
        entry
        for entry in shelf().entries.values()
        if len(entry.seen) > 1 and not is_official(entry.seen[0]) and read_state(entry).id == "official"
    )
    page = client.get(f"/{lang}/law/{found.kind}/{found.id}/").text
    source = page[page.index('id="source"') :]
    first, *others = re.findall(r'class="address" href="([^"]+)"', source)
    assert said in source and is_official(first) and found.seen[0] in others
    assert say("library.official_text", lang) in source


def test_no_page_shows_the_name_of_a_file_that_a_text_was_read_from(client: Client) -> None:
    rule = next(r for r in load_book("landing-steps").rules if str(r.extra.get("seen_file", "")).endswith(".md"))
    assert ".md" not in client.get(f"/zh/law/step/{rule.id}/").text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_the_books_counts_how_they_were_read_and_what_is_due_as_of_a_day(client: Client, lang: str) -> None:
    page = client.get(f"/{lang}/law/books/").text
    on = timezone.localdate()
    every = [counts(load_book(name), on) for name in book_names()]
    foot = page[page.index('<tbody class="whole">') :]
    figures = [int(number) for number in re.findall(r'class="num">(\d+)<', foot)]
    whole = sum(one.rows for one in every)
    read = [sum(one.read[key] for one in every) for key in ("official", "elsewhere", "not_read")]
    assert figures == [whole, *read, whole - sum(read), sum(one.due for one in every)]
    assert wording.day(on, lang) in page
