"""The comparison finds what is lost: an end, an edition, a length in a note, a word of a legend."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from reference.fields import Fields
from reference.ledger import Ledger
from reference.rows_about import _corrected, _legend
from reference.rows_times import _said
from reference.told import told
from reference.wording import for_readers

RULE = {
    "until": "2026-03-31",
    "gives": {"replaced_by": ["cn-srdi-2026"]},
    "basis": [{"instrument": "catalogue-2022", "until": "2026-01-31"}],
}


def problems(row: dict, rule: dict = RULE) -> list[str]:
    return [key for key, _ in _corrected(row, rule, True)]


def test_an_end_is_the_day_that_the_corrections_say() -> None:
    assert problems({"until": "2026-03-31"}) == []
    assert problems({"until": "2025-12-31"}) == ["until"]


def test_what_was_replaced_ends_the_day_before_and_names_what_follows() -> None:
    assert problems({"replaced": "2026-04-01"}) == []
    assert problems({"replaced": "2026-03-31"}) == ["replaced"]
    assert problems({"replaced": "2026-04-01"}, RULE | {"gives": {}}) == ["replaced"]


def test_each_edition_is_cited_on_its_own_days() -> None:
    assert problems({"editions": [{"until": "2026-01-31"}]}) == []
    assert problems({"editions": [{"from": "2026-02-01"}]}) == ["editions"]


def legend(text: str, convention: dict) -> list[str]:
    ledger = Ledger()
    _legend(ledger, "file", {"kind": text}, {"kind": "kind"}, {"kind": convention})
    return [str(found) for found in ledger.differences]


def test_a_legend_has_both_languages_and_every_code() -> None:
    text = "not_found: looked for | none_exists: nobody decides"
    assert legend(text, {"zh": "查找未见", "en": "none_exists: nobody | not_found: looked for"}) == []
    assert len(legend(text, {"zh": "查找未见", "en": "not_found: looked for"})) == 1
    assert len(legend(text, {"en": text})) == 1


def lost(note: str, pair: dict) -> int:
    ledger = Ledger()
    ledger.open("file", "notes")
    _said(Fields(ledger, "file", "row", {"note": note}), "note", pair)
    return len(ledger.differences)


def test_a_note_keeps_each_length_of_time() -> None:
    assert lost("20 working days, art. 42", {"zh": "20个工作日", "en": "20 working days"}) == 0
    assert lost("20 working days", {"zh": "15个工作日", "en": "15 working days"}) == 1
    assert lost("20 working days", {"en": "20 working days"}) == 1


def test_words_of_authors_have_words_for_readers() -> None:
    assert told("Number from background knowledge.") == "Number not read in the text."
    assert "yaml" not in str(for_readers("Derived with the SME size table in policies.yaml; do not ask the user."))
