"""`luodi bulk --since`: what changed since an earlier result, and earlier results that are refused."""

import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from luodi.cli.conftest import (
    LUODI,
    ROWS,
    RULES,
    companies,
    write_book,
)

# ---- an earlier result


@pytest.fixture
def old(place):
    arguments, _ = place.write(companies(id={}), "parquet")
    place.run(*arguments, "--out", "blocks", "--to", "old")
    write_book(place.folder / "new", {**RULES, "many": "employees >= 6"})
    return arguments


def test_only_what_changed_is_evaluated_and_who_is_to_be_notified_is_listed(place, old):
    status, document, _ = place.run(
        *old, "--book", "new", "--since", "old", "--out", "blocks", "--to", "now", "--changes", "tell.parquet"
    )
    assert (status, document["changes"]["evaluated_again"]) == (0, ["many"])
    told = pq.read_table(place.folder / "tell.parquet").to_pylist()
    assert told == [
        {"row": row, "id": row, "rule": "many", "change": "no longer matching", "company": "stayed", "old_row": row}
        for row in range(5, ROWS, 11)
    ]
    place.run(*old, "--book", "new", "--out", "blocks", "--to", "fresh")
    assert (place.folder / "now").read_bytes() == (place.folder / "fresh").read_bytes()


WORDS_OF_CHANGES = {
    "en": (
        "companies that are new since then: 1; that are gone: 1",
        "many: 1 newly matching, 1 no longer (new companies: 1; companies",
    ),
    "zh": ("此后新出现企业1家，已消失企业1家", "many：新符合1家，不再符合1家（其中新出现企业1家，已消失企业1家）"),
}


@pytest.mark.parametrize("lang", WORDS_OF_CHANGES)
def test_a_company_that_came_and_one_that_went_are_reported(place, old, lang):
    table = companies(id={})
    others = [*range(5), *range(6, ROWS)]  # row 5 matches `many`
    came = table.slice(6, 1).set_column(table.schema.get_field_index("id"), "id", pa.array([ROWS]))
    fresh, _ = place.write(pa.concat_tables([came, table.take(others)]), "arrow")
    named = place.arguments(*fresh, "--since", "old", "--changes", "c", "--lang", lang)
    named.remove("--json")
    done = subprocess.run(
        [*LUODI, *named],
        cwd=place.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert all(words in done.stdout for words in WORDS_OF_CHANGES[lang])
    told = [each for each in pq.read_table(place.folder / "c").to_pylist() if each["rule"] == "many"]
    assert [(each["id"], each["company"], each["row"], each["old_row"]) for each in told] == [
        (ROWS, "new", 0, None),
        (5, "gone", None, 5),
    ]


def test_an_earlier_result_of_another_book_or_other_companies_is_refused(place, old):
    write_book(place.folder / "other", name="other")
    status, document, said = place.run(*old, "--book", "other", "--since", "old", "--to", "n")
    assert (status, document, place.new) == (2, None, [])
    assert "the earlier result is of the book `little`, not `other`" in said
    fewer, _ = place.write(companies(ROWS - 1), "arrow")
    status, document, said = place.run(*fewer, "--since", "old", "--to", "n", "--changes", "c")
    assert (status, document, place.new) == (2, None, [])
    assert "this table has no ids; name the column with --id" in said


DAMAGE = {
    "nothing": (lambda whole: b"", "no file of blocks"),
    "an older version": (
        lambda whole: whole[:8] + b"\1" + whole[9:],
        "version 1, and this reader knows 2; ask for the",
    ),
    "a newer version": (lambda whole: whole[:8] + b"\3" + whole[9:], "version 3, and this reader knows 2; a newer"),
    "a hash of an id": (lambda whole: whole[:20_000] + bytes([whole[20_000] ^ 1]) + whole[20_001:], "rows 0 to 8,191"),
    "whether there are ids": (lambda whole: whole[:96] + b"\0" + whole[97:], "head of the blocks is damaged"),
    "half": (lambda whole: whole[: len(whole) // 2], "cut off"),
    "the last byte": (lambda whole: whole[:-1], "cut off"),
    "the number of rows": (lambda whole: whole[:40] + b"\1" + whole[41:], "damaged"),
    "a bit of an answer": (lambda whole: whole[:5_000] + bytes([whole[5_000] ^ 1]) + whole[5_001:], "rows 0 to 8,191"),
    "a letter of the document": (lambda whole: whole.replace(b'"fingerprint"', b'"fingerprinT"'), "damaged"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_an_earlier_result_that_is_damaged_is_reported_and_nothing_comes_out(place, old, what):
    damage, said_of_it = DAMAGE[what]
    path = place.folder / "old"
    path.write_bytes(damage(path.read_bytes()))
    status, document, said = place.run(
        *old, "--book", "new", "--since", "old", "--out", "columns", "--to", "n", "--changes", "c"
    )
    assert (status, document, place.new) == (2, None, [])
    assert said_of_it in said
