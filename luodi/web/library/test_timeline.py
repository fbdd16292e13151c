"""Timelines: the same answers as the table on every day, and a picture that says in words what it shows."""

import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.utils import translation

from luodi.library.law_table import cell, main_services
from luodi.library.shelf import shelf
from luodi.library.timeline import Lane, Timeline, of_place, of_service
from luodi.web.core.language import CODES
from luodi.web.library.timeline_svg import DOT_GAP, _levels, lane_name, svg

DAY = date(2026, 11, 24)


def at(lane: Lane, day: date) -> object:
    found = [p for p in lane.pieces if p.first <= day and (p.end is None or day < p.end)]
    return found[0].look if found else None


def agrees(line: Timeline, day: date) -> bool:
    for lane in line.lanes:
        for name in lane.names:
            service, place = (line.of, name) if line.kind == "service" else (name, line.of)
            made = cell(service, place, day, lane.investor)
            expected = None if made.tone == "silent" else (made.tone, made.cap)
            if at(lane, day) != expected:
                return False
    return True


@pytest.mark.parametrize("code", ["B11", "B13", "B21-EC", "B25", "C-GAME", "A12"])
def test_a_timeline_says_what_was_open_on_each_day(code: str) -> None:
    line = of_service(code, DAY)
    assert line is not None
    days = {turn.on for turn in line.turns()} | {date(year, 6, 30) for year in range(2001, 2027)}
    assert [day for turn in days for day in (turn, turn - timedelta(days=1)) if not agrees(line, day)] == []


@pytest.mark.parametrize("place", ["CN", "BJ", "HI", "SH-FTZ-ORIG", "WTO-3"])
def test_and_so_does_that_of_a_place(place: str) -> None:
    line = of_place(place, DAY)
    assert line is not None
    assert [
        day for turn in line.turns() for day in (turn.on, turn.on - timedelta(days=1)) if not agrees(line, day)
    ] == []


def test_data_centres_in_beijing_opened_on_the_day_of_the_approval() -> None:
    line = of_service("B11", DAY)
    assert line is not None
    beijing = next(lane for lane in line.lanes if "BJ" in lane.names)
    assert [(p.first, *p.look) for p in beijing.pieces] == [
        (date(2003, 4, 1), "no", 0),
        (date(2024, 10, 23), "if", 100),
    ]
    assert [row.id for row in beijing.said] == ["bj-b11-2019"]


def test_every_name_stands_in_exactly_one_lane() -> None:
    line = of_place("BJ", DAY)
    assert line is not None
    names = [name for lane in line.lanes for name in lane.names]
    assert len(names) == len(set(names)) and set(names) <= set(main_services(shelf().access))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("entry", [*shelf().by_kind["service"], *shelf().by_kind["place"]], ids=lambda e: e.id)
def test_a_picture_is_sound_named_and_without_style(entry: object, lang: str) -> None:
    line = (of_service if entry.kind == "service" else of_place)(entry.id, DAY)
    if line is None:
        return
    with translation.override(CODES[lang]):
        drawn = str(svg(line, lang))
    root = ElementTree.fromstring(drawn)
    assert root.find("title").text and root.find("desc").text
    assert "style" not in drawn
    assert re.fullmatch(r"\d+", root.get("height") or "") and root.get("width") == "100%"
    places = [float(value[:-1]) for value in re.findall(r'\sx="(-?[\d.]+%)"', drawn)]
    assert all(0 <= place <= 100 for place in places)
    assert len(root.findall("circle")) == len(line.turns())


def test_numbered_dots_never_touch() -> None:
    places = [1.0, 1.5, 2.0, 5.0, 5.1, 50.0]
    levels = _levels(places)
    for level in set(levels):
        on = [place for place, other in zip(places, levels, strict=True) if other == level]
        assert all(b - a >= DOT_GAP for a, b in pairwise(on))


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "B22、B24、B24-1、B24-2等5项"), ("en", "B22, B24, B24-1, B24-2 and 1 more")]
)
def test_a_long_lane_names_four_and_says_how_many_there_are(lang: str, words: str) -> None:
    with translation.override(CODES[lang]):
        assert lane_name(Lane(("B22", "B24", "B24-1", "B24-2", "B23"), "foreign", ()), "place", lang) == words
