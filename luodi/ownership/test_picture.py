"""The picture: well-formed, told in words, and readable with many companies."""

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from luodi.ownership import Stakes
from luodi.ownership.picture import LIMIT, draw

JUNE = date(2024, 6, 1)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(picture: str, company: str = "Mill", lang: str = "en") -> ElementTree.Element:
    return ElementTree.fromstring(draw(Stakes.parse(picture).on(JUNE).above(company), company, lang=lang, on=JUNE))


FOUR = "Nordlicht (foreign) -> Kranich 51 %\nHan (domestic) -> Kranich 49 %\nKranich -> Mill 51 %\nHan -> Mill 49 %"


@pytest.mark.parametrize(("lang", "words"), [("en", "foreign share"), ("zh", "外资股比")])
def test_it_has_title_and_description_in_both_languages(lang, words):
    root = drawn(FOUR, lang=lang)
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert "Mill" in title.text and words in desc.text and "26.01 %" in desc.text


def test_every_link_is_reported_in_words():
    told = [t.text for t in drawn(FOUR).iter(f"{SVG}title")]
    assert "Nordlicht holds 51 % of Kranich" in told


def test_holders_stand_above_what_they_hold():
    rects = {}
    for group in drawn(FOUR).iter(f"{SVG}g"):
        title, rect = group.find(f"{SVG}title"), group.find(f"{SVG}rect")
        if rect is not None:
            rects[title.text.split(" ")[0]] = float(rect.get("y"))
    assert rects["Nordlicht"] < rects["Kranich"] < rects["Mill"]


def test_loops_contracts_own_and_unknown_shares_can_be_drawn():
    root = drawn(
        "A -> Mill ?\nB -> Mill ?\nMill -> A 20 %\nMill -> Mill 10 %\nF (foreign) => Mill\nH (domestic) -> A 25..50 %"
    )
    texts = {t.text for t in root.iter(f"{SVG}text")}
    assert {"0..90 %", "20 %", "10 %", "contract", "25..50 %", "30..55 %"} <= texts


@pytest.mark.parametrize(("lang", "words"), [("en", "not recorded"), ("zh", "未记录")])
def test_what_is_not_recorded_is_drawn_and_named_so(lang, words):
    root = drawn("F (foreign) -> Mill 30 %", lang=lang)
    assert words in {t.text for t in root.iter(f"{SVG}text")}
    assert "70 %" in {t.text for t in root.iter(f"{SVG}text")}
    assert any(words in t.text and "70 %" in t.text for t in root.iter(f"{SVG}title"))


def test_names_are_escaped():
    assert "<b>" not in draw(Stakes.parse("F<b> (foreign) -> Mill 1").on(JUNE).above("Mill"), "Mill", on=JUNE)


def test_at_most_forty_nodes_are_drawn_and_the_rest_is_counted():
    lines = [f"F{i} (foreign) -> Mill {i + 1}/2000" for i in range(60)] + ["F0 -> Mill 17/200"]
    root = drawn("\n".join(lines))
    assert "21 more" in root.find(f"{SVG}desc").text
    assert len([g for g in root.iter(f"{SVG}g") if g.find(f"{SVG}rect") is not None]) == LIMIT


def test_boxes_do_not_overlap():
    lines = [f"C{i} -> C{i // 3} 30 %" for i in range(1, 40)]
    boxes = []
    for group in drawn("\n".join(lines), "C0").iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        if rect is not None:
            boxes.append(tuple(float(rect.get(k)) for k in ("x", "y", "width", "height")))
    assert len(boxes) == LIMIT
    for i, (x, y, w, h) in enumerate(boxes):
        assert not any(abs(x - a) < w and abs(y - b) < h for a, b, *_ in boxes[i + 1 :])


def test_no_script_and_no_style_that_a_strict_page_refuses():
    text = draw(Stakes.parse(FOUR).on(JUNE).above("Mill"), "Mill", on=JUNE)
    assert not re.search(r"<script|<style|style=|onload|href=", text)
