# ruff: noqa: E402
"""All companies at once have the figures that each has alone, also where shares lie at a threshold or in bands."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

pytest.importorskip("numba")
pa = pytest.importorskip("pyarrow")
pytest.importorskip("polars")
from luodi.ownership import Stakes, answer
from luodi.ownership.bulk import FIGURES
from luodi.ownership.columns import shares
from luodi.ownership.conftest import closed
from luodi.ownership.test_bulk import swept
from luodi.ownership.test_passing import CASES, JUNE, below, close, fewer
from luodi.ownership.thresholds import THRESHOLDS

NAMES = tuple(name for name in FIGURES if name not in ("any_foreign", "controller"))


@pytest.mark.parametrize(("stakes", "name", "met"), CASES)
@pytest.mark.parametrize("layers", [0, 3])
def test_a_level_is_met_exactly_or_not(stakes, name, met, layers, tmp_path):
    found = swept(below(stakes, layers), tmp_path, (name,))
    assert found[name]["T"] == (met is True, met is not False)


@fewer
@given(close())
def test_all_companies_have_the_answers_of_each_alone(tmp_path_factory, stakes: Stakes):
    found = swept(stakes, tmp_path_factory.mktemp("close"), NAMES)
    for company in found["equity"]:
        exact = answer(company, stakes, on=JUNE)
        for name in NAMES:
            ends = exact[name] if isinstance(exact[name], list) else [exact[name]] * 2
            for end, written in zip(map(Fraction, ends), found[name][company], strict=True):
                assert written == pytest.approx(float(end), abs=1e-12), (company, name, _said(stakes))
                sides = [(written > float(t), written == float(t)) for t in THRESHOLDS]
                assert sides == [(end > t, end == t) for t in THRESHOLDS], (company, name, written, end, _said(stakes))


def _said(stakes: Stakes) -> str:
    return "; ".join(f"{s.owner} -> {s.company} {s.share.text}" for s in stakes.stakes)


@pytest.mark.parametrize(("share", "met"), [("1/12", 1), ("0.08333333333333333", 0)])
def test_a_long_ring_is_followed_round_whatever_its_order(share, met, tmp_path):
    size = 3000
    lines = [f"C{i + 1} -> C{i} 1/4" for i in range(size)] + [f"C0 -> C{size} 1/6", f"F (foreign) -> C{size} {share}"]
    lines += [f"K (hmt) -> C{size} 1/6", f"C{size // 2} -> T 1"]
    found = swept(closed(Stakes.parse("\n".join(lines))), tmp_path, ("passthrough_ge_1o4",))
    assert found["passthrough_ge_1o4"]["T"] == (met, met)


def test_decimals_of_any_length_compare_as_they_are_written():
    words = [
        "0.3",
        "0.300000000000",
        "0.30000000000000000001",
        "0.29999999999999999999",
        "0.10",
        "0.49",
        "0.51",
        "0.55",
    ]
    for kind in (pa.decimal128(38, 20), pa.decimal128(38, 30), pa.decimal256(60, 40)):
        column = pa.array([Decimal(word) for word in words]).cast(kind)
        low, high, _ = shares(column, None, "share", None)
        assert low is high
        assert list(low > 0.3) == [Fraction(word) > Fraction(3, 10) for word in words]
        assert list(low == 0.3) == [Fraction(word) == Fraction(3, 10) for word in words]
        assert list(low[4:]) == [0.1, 0.49, 0.51, 0.55]
