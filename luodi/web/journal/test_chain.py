"""The chain itself, without a database."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.web.core.snapshots import plain
from luodi.web.journal.chain import START, hash_of, text_of, verify

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def fields(number: int, **other: Any) -> dict[str, Any]:
    return {
        "number": number,
        "at": NOON,
        "actor": 7,
        "role": "administrator",
        "unit": "",
        "act": "give_role",
        "kind": "accounts.Membership",
        "subject": "3",
        "before": None,
        "after": {"role": "officer"},
        "reason": "",
        "request": "r",
        **other,
    }


def chain(length: int) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for number in range(1, length + 1):
        previous = made[-1]["hash"] if made else START
        made.append({**fields(number), "previous": previous, "hash": hash_of(previous, fields(number))})
    return made


def test_an_empty_chain_holds() -> None:
    assert (verify([]).entries, verify([]).broken) == (0, None)


def test_a_whole_chain_holds() -> None:
    entries = chain(5)
    found = verify(entries)
    assert (found.entries, found.head, found.broken) == (5, entries[-1]["hash"], None)


@pytest.mark.parametrize("key", list(fields(1)))
def test_a_change_of_any_part_is_found_where_it_is(key: str) -> None:
    entries = chain(5)
    entries[2] = {**entries[2], key: {"number": 9, "at": NOON + timedelta(microseconds=1)}.get(key, "else")}
    found = verify(entries)
    assert (found.entries, found.broken) == (2, 3)


def test_an_entry_taken_away_is_found() -> None:
    entries = chain(5)
    del entries[2]
    assert verify(entries).broken == 3


def test_an_entry_written_anew_with_its_own_hash_breaks_the_next() -> None:
    entries = chain(5)
    forged = fields(3, actor=1)
    entries[2] = {**forged, "previous": entries[2]["previous"], "hash": hash_of(entries[2]["previous"], forged)}
    assert verify(entries).broken == 4


def test_the_same_moment_in_another_zone_is_the_same_text() -> None:
    beijing = NOON.astimezone(timezone(timedelta(hours=8)))
    assert text_of(fields(1, at=beijing)) == text_of(fields(1))


def test_what_two_languages_say_stays_readable() -> None:
    assert '"reason":"更正"' in text_of(fields(1, reason="更正"))


def test_values_become_plain_and_exact() -> None:
    assert plain({"share": Decimal("0.10"), "day": date(2026, 1, 2), "of": (1, True, None), "big": 2**60}) == {
        "share": "0.10",
        "day": "2026-01-02",
        "of": [1, True, None],
        "big": str(2**60),
    }


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=True)
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_what_is_plain_stays_as_it_is(value: Any) -> None:
    assert plain(plain(value)) == plain(value)
