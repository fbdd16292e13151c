"""What a document says against what it must say, without a database."""

from datetime import date

import pytest

from luodi.casework.judging import Likeness, Seen, Wanted, compared, must_be_seen, must_say_why
from luodi.casework.verdicts import Ground
from luodi.errors import MissingKey, OutOfRange

TODAY = date(2026, 12, 3)
WANTED = Wanted(("灯屿云（北京）科技有限公司", "Lantern Isle Cloud"), "B2-2026-1", date(2026, 12, 1))
SEEN = Seen("Lantern Isle Cloud", "B2-2026-1", date(2026, 12, 1), is_of_kind=True)


@pytest.mark.parametrize(
    ("name", "likeness"),
    [
        ("灯屿云（北京）科技有限公司", "same"),
        ("Lantern Isle Cloud", "same"),
        ("灯屿云北京科技有限公司", "near"),
        ("灯屿云(北京)科技有限公司", "near"),
        ("燈嶼雲（北京）科技有限公司", "near"),
        ("LANTERN ISLE CLOUD", "near"),
        ("灯屿云（上海）科技有限公司", "other"),
        (" ", "not_seen"),
    ],
)
def test_a_name_is_the_same_nearly_the_same_or_another_one(name: str, likeness: str) -> None:
    assert compared(WANTED, Seen(name))["name"] == likeness


def test_a_day_is_the_same_or_another_one_and_what_is_open_is_not_asked() -> None:
    assert compared(WANTED, SEEN)["issued"] is Likeness.SAME
    assert compared(WANTED, Seen(issued=date(2026, 12, 2)))["issued"] is Likeness.OTHER
    open_ones = compared(Wanted(("A",)), Seen("A", "7", TODAY))
    assert open_ones == {"name": Likeness.SAME, "number": Likeness.NOT_ASKED, "issued": Likeness.NOT_ASKED}


def test_what_is_accepted_was_seen_and_a_difference_has_its_reason() -> None:
    assert set(must_be_seen(WANTED, SEEN, "", TODAY).values()) == {Likeness.SAME}
    another = Seen("Lantern Isle Cloud", "B2-2026-2", date(2026, 12, 1), is_of_kind=True)
    with pytest.raises(MissingKey) as refused:
        must_be_seen(WANTED, another, " ", TODAY)
    assert refused.value.at == "note"
    assert must_be_seen(WANTED, another, "the number of the renewal", TODAY)["number"] is Likeness.OTHER


def test_no_document_is_of_a_day_to_come() -> None:
    must_be_seen(Wanted(("A",)), Seen("A", "", TODAY, is_of_kind=True), "", TODAY)
    with pytest.raises(OutOfRange):
        must_be_seen(Wanted(("A",)), Seen("A", "", date(2026, 12, 4), is_of_kind=True), "", TODAY)


def test_what_is_refused_has_a_ground_and_another_reason_has_words() -> None:
    assert must_say_why(Ground.SEAL, "") is Ground.SEAL and must_say_why(Ground.OTHER, "torn") is Ground.OTHER
    for ground, at in ((None, "ground"), (Ground.OTHER, "note")):
        with pytest.raises(MissingKey) as refused:
            must_say_why(ground, " ")
        assert refused.value.at == at
