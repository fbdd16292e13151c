"""The list of texts that an answer rests on: each once, under the id and the title it has."""

from luodi.advice.sources import Sources, article


def test_a_text_cited_by_two_of_its_ids_stands_once_with_its_title():
    sources = Sources()
    sources.cite([{"instrument": "cybersecurity-law-2016-2", "article": None}], "one")
    sources.cite([{"instrument": "cybersecurity-law-2016", "article": None}], "two")
    (row,) = sources.as_json()
    assert (row["n"], row["instrument"], row["used_by"]) == (1, "cybersecurity-law-2016", ["one", "two"])
    assert row["title"]["zh"] == "中华人民共和国网络安全法"


def test_an_article_of_a_route_is_told_in_both_languages():
    assert article("第二条及附件") == {"zh": "第二条及附件", "en": "Art 2 and annex"}
