"""The chart of time as a picture: well formed, in both makes, each step once, open ends hatched."""

import re
from datetime import date
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from luodi.documents.gantt import BAR, chart_svg
from luodi.documents.view import Bar, Chart

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2024, 12, 2)


def bar(name: str, start: int, low: int, high: int | None, **other: Any) -> Bar:
    usual = {"label": f"Step {name}", "words": f"{low} to {high}", "law": False, "critical": False, "lane": "to_open"}
    return Bar(**{**usual, **other}, start=start, low=low, high=high)


def chart(*bars: Bar, last: int = 40) -> Chart:
    return Chart(title="Time until you may open", says="Step one, 3 to 20", bars=bars, first="2 Dec", last=last)


FILING = chart(
    bar("one", 0, 3, 20, critical=True),
    bar("two", 3, 5, 23),
    bar("open", 23, 23, None, critical=True),
    bar("law", 0, 1, 30, law=True),
)


def drawn(found: Chart, lang: str = "en", **options: Any) -> ElementTree.Element:
    return ElementTree.fromstring(chart_svg(found, DAY, lang, **options))


def texts(svg: ElementTree.Element) -> list[str]:
    return ["".join(node.itertext()) for node in svg.iter() if node.tag.endswith("text")]


@pytest.mark.parametrize("fixed", [True, False])
def test_it_has_a_title_and_a_description(fixed: bool) -> None:
    svg = drawn(FILING, fixed=fixed)
    named = {node.attrib["id"]: node.text for node in svg if node.tag.endswith(("title", "desc"))}
    assert set(svg.attrib["aria-labelledby"].split()) == set(named) == {"time-title", "time-desc"}
    assert list(named.values()) == [FILING.title, FILING.says]


def test_every_step_is_drawn_once_in_its_order() -> None:
    found = [text for text in texts(drawn(FILING)) if text.startswith("Step")]
    assert [text[:8].strip() for text in found] == ["Step one", "Step two", "Step ope", "Step law"]


def test_of_a_step_that_waits_for_an_open_one_what_is_known_is_solid_and_the_rest_hatched() -> None:
    boxes = [
        (r.attrib["class"], float(r.attrib["x"].rstrip("%")))
        for r in drawn(chart(bar("after", 5, 20, None))).iter("rect")
    ]
    (solid, start), (hatched, end) = boxes
    assert (solid, hatched) == ("bar", "openend") and start < end


@pytest.mark.parametrize("last", [3, 9, 14, 43, 58, 120, 400])
def test_dates_stand_so_far_apart_that_they_never_touch_on_a_phone(last: int) -> None:
    svg = drawn(chart(bar("one", 0, 1, last), last=last), "zh")
    marks = [
        float(t.attrib["x"].rstrip("%"))
        for t in svg.iter()
        if t.tag.endswith("text") and "axis" in t.attrib.get("class", "")
    ]
    assert len(marks) <= 5
    assert all(later - earlier >= 20 for earlier, later in pairwise(marks))


def test_the_least_is_solid_the_most_is_pale_and_an_open_end_is_hatched_to_the_edge() -> None:
    boxes = {
        (r.attrib["class"], float(r.attrib["x"].rstrip("%")), float(r.attrib["width"].rstrip("%")))
        for r in drawn(FILING).iter("rect")
    }
    kinds = sorted(kind for kind, _, _ in boxes)
    assert kinds == ["bar", "bar", "bar", "bar soft", "bar soft", "bar soft", "openend"]
    ((_, x, wide),) = [box for box in boxes if box[0] == "openend"]
    assert x + wide == pytest.approx(100, abs=0.02)
    assert not any(kind != "openend" and x + wide > 99.7 for kind, x, wide in boxes)


def test_a_step_without_an_end_has_no_mark_of_an_end() -> None:
    assert "edge" in chart_svg(chart(bar("a", 0, 3, 20, critical=True)), DAY, "en")
    assert not re.search(r'class="edge"', chart_svg(chart(bar("a", 0, 0, None, critical=True)), DAY, "en"))


def test_a_page_has_percent_and_classes_a_file_has_neither() -> None:
    page, file = chart_svg(FILING, DAY, "en"), chart_svg(FILING, DAY, "en", fixed=True)
    assert 'width="100%"' in page and "<pattern" not in page
    assert "style=" not in page + file
    assert "%" not in re.sub(r"<(title|desc).*?</\1>|>[^<]*<", "", file)
    assert "class=" not in file
    assert 'width="720"' in file


def test_the_axis_names_working_days_with_their_date() -> None:
    """Ten working days after Monday 2 December 2024 is the 16th; thirty is 14 January, past New Year's Day."""
    found = texts(drawn(FILING))
    assert found[0] == "2 Dec"
    assert {"16 Dec", "14 Jan"} <= set(found)


@pytest.mark.parametrize("count", [1, 8, 45])
def test_labels_never_touch_bars_and_the_height_follows_the_rows(count: int) -> None:
    svg = drawn(chart(*(bar(str(n), n, n + 1, n + 2) for n in range(count)), last=60), fixed=True)
    tops = [float(r.attrib["y"]) for r in svg.iter(f"{SVG}rect")]
    rows = [float(t.attrib["y"]) for t in svg.iter(f"{SVG}text") if "".join(t.itertext()).startswith("Step")]
    assert len(rows) == count
    assert all(base <= top - 3 or base - 10 >= top + BAR for top in tops for base in rows)
    assert max(tops) + BAR < float(svg.attrib["height"]) < 100 + 32 * count


def test_nothing_runs_over_the_right_edge() -> None:
    svg = drawn(FILING, fixed=True)
    assert max(float(r.attrib["x"]) + float(r.attrib["width"]) for r in svg.iter(f"{SVG}rect")) <= 720.01


def test_a_range_of_no_days_is_drawn_without_a_box() -> None:
    assert texts(drawn(chart(bar("now", 0, 0, 0), last=0)))[-1].startswith("Step now")


def test_titles_are_escaped_and_cut() -> None:
    long = "<b>A & B</b> " * 9
    found = chart_svg(chart(bar("a", 0, 3, 5, label=long)), DAY, "en")
    assert "<b>" not in found
    assert "…" in found
    ElementTree.fromstring(found)


def test_ids_take_the_prefix() -> None:
    ids = [n.attrib["id"] for n in drawn(FILING, prefix="other", fixed=True).iter() if "id" in n.attrib]
    assert ids == ["other-title", "other-desc", "other-hatch"]
