"""Words find the law, in both languages, and say whether it is in force."""

from datetime import date
from pathlib import Path

import pytest

from luodi.errors import MissingKey, OutOfRange
from luodi.han import folded
from luodi.web.library import law as law_module
from luodi.web.library.law import KINDS, law, search_law
from luodi.web.library.records import Record

DAY = date(2024, 12, 2)


def ids(words: str, **more: object) -> list[str]:
    return [hit["id"] for hit in search_law(words, on=DAY, **more)["hits"]]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("telecommunications regulations", "telecom-regs-2000"),
        ("电信条例", "telecom-regs-2000"),
        ("第291号", "telecom-regs-2000"),
        ("data centre", "B11"),
        ("数据中心", "B11"),
        ("p24-b11", "p24-b11"),
        ("seal", "seal-engraving"),
    ],
)
def test_words_of_either_language_find_it(words: str, wanted: str) -> None:
    assert wanted in ids(words, limit=50)


def test_full_width_letters_are_letters() -> None:
    assert ids("ＩＤＣ", limit=50) == ids("idc", limit=50) != []


def test_an_id_finds_its_own_first() -> None:
    assert [ids(name)[0] for name in ("B11", "p24-b11", "seal-engraving")] == ["B11", "p24-b11", "seal-engraving"]


def words_of(record: Record) -> str:
    """All that is indexed of a record, folded."""
    names = " ".join(name for name, _ in record.names)
    texts = (record.name, names, record.title_zh, record.title_en, record.body_zh, record.body_en)
    return folded(" ".join(texts))


def holding(*words: str) -> set[str]:
    return {r.name for r in law().records if r.kind in KINDS and all(word in words_of(r) for word in words)}


def test_every_word_must_occur() -> None:
    found = search_law("foreign security review", on=DAY, limit=50)
    assert {hit["id"] for hit in found["hits"]} <= holding("foreign", "security", "review")
    assert found["count"] > 0


def test_an_english_word_counts_from_its_beginning() -> None:
    assert "seal-engraving" in ids("engrav", limit=50)
    assert "seal-engraving" not in ids("raving", limit=50)


def test_two_chinese_characters_find_all_that_have_them() -> None:
    found = search_law("外资", on=DAY, limit=50)
    assert found["count"] == sum("外资" in words_of(r) for r in law().records if r.kind in KINDS) > 20


def test_a_chinese_run_that_occurs_nowhere_is_taken_in_pairs() -> None:
    assert "B11" in ids("数据中心云", limit=50)


def test_only_what_is_in_force() -> None:
    everything, current = (search_law("负面清单", on=DAY, limit=50, current=c) for c in (False, True))
    assert 0 < current["count"] < everything["count"]
    assert all(hit["in_force"] for hit in current["hits"])


def test_the_best_hit_has_the_words_in_its_title() -> None:
    assert search_law("印章刻制", on=DAY)["hits"][0]["id"] == "seal-engraving"


def test_a_hit_says_what_it_is_and_where() -> None:
    hit = search_law("p24-b11", on=DAY)["hits"][0]
    assert (hit["kind"], hit["book"], hit["uri"]) == (
        "treatment",
        "market-access",
        "luodi://rule/market-access/p24-b11",
    )
    assert (hit["from"], hit["in_force"]) == ("2024-10-23", True)
    assert set(hit["extract"]) == {"zh", "en"}


def test_nothing_found_is_an_answer() -> None:
    assert search_law("zzzzqq", on=DAY) == {
        "words": "zzzzqq",
        "on": "2024-12-02",
        "count": 0,
        "hits": [],
        "books": [],
    }


@pytest.mark.parametrize("words", ["", "  ", "，。", "_"])
def test_without_a_word_it_says_what_to_give(words: str) -> None:
    with pytest.raises(MissingKey, match="which words"):
        search_law(words, on=DAY)


@pytest.mark.parametrize("limit", [0, 51, -1])
def test_the_limit_has_limits(limit: int) -> None:
    with pytest.raises(OutOfRange):
        search_law("law", on=DAY, limit=limit)
    with pytest.raises(OutOfRange):
        search_law("a" * 201, on=DAY)


def test_whatever_can_be_found_can_be_shown() -> None:
    for record in law().records:
        if record.kind in KINDS:
            hits = search_law(record.name, on=DAY, limit=50)["hits"]
            assert any((hit["kind"], hit["id"]) == (record.kind, record.name) for hit in hits)


def test_a_process_that_starts_reads_the_index_that_another_one_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as the books and the code are the same; a damaged one is made again."""
    monkeypatch.setenv("LUODI_HOME", str(tmp_path))
    made, times = law_module._indexed, []
    monkeypatch.setattr(law_module, "_indexed", lambda: times.append(1) or made())
    first, second = (law_module.law.__wrapped__() for _ in range(2))
    assert len(times) == 1 and second.records == first.records
    assert [r.name for r in second.found("数据", DAY, ("service",))] == [
        r.name for r in first.found("数据", DAY, ("service",))
    ]
    [file] = (tmp_path / "cache" / "books").glob("index-of-law-*.pickle")
    file.write_bytes(b"x")
    assert law_module.law.__wrapped__().records == first.records and len(times) == 2
    monkeypatch.setattr(law_module, "digest", lambda _: "of other books")
    assert law_module.law.__wrapped__().records == first.records and len(times) == 3
