"""The course of a case: what the first plan foresaw lies above what was."""

from datetime import date
from xml.etree import ElementTree

from luodi.documents.course import Line, course

MARCH = [date(2026, 3, n) for n in range(1, 32)]


def test_each_step_has_its_ghost_and_its_bar_in_their_places() -> None:
    lines = [
        Line("注册", (MARCH[0], MARCH[9]), (MARCH[0], MARCH[19]), MARCH[19], "done", "按时"),
        Line("备案", (MARCH[10], MARCH[19]), (MARCH[20], MARCH[29]), MARCH[29], "path"),
    ]
    root = ElementTree.fromstring(course(lines, MARCH[24], "zh", "对照", "两个步骤").inline("x", "course"))
    boxes = [
        (one.get("class"), float(str(one.get("x"))[:-1]), float(str(one.get("width"))[:-1]))
        for one in root.iter("rect")
    ]
    kinds = [kind for kind, _, _ in boxes]
    assert kinds == ["ghost", "bar done", "ghost", "bar path"]
    (_, x, wide), (_, _, longer), (_, later, _), (_, last, rest) = boxes
    assert x == 1 and abs(longer - 2 * wide) < 0.02 and abs(later - (x + wide)) < 0.02 and abs(last + rest - 99) < 0.02
    assert [one.text for one in root.iter("text")][-2:] == ["注册", "备案"]
    assert "按时" in "".join(root.itertext()) and 'style="' not in ElementTree.tostring(root, "unicode")


def test_a_day_alone_is_still_seen() -> None:
    line = Line("x" * 90, (MARCH[0], MARCH[0]), (MARCH[0], MARCH[0]), MARCH[0], "done")
    root = ElementTree.fromstring(course([line], MARCH[0], "en", "t", "d").inline("x"))
    assert all(float(str(one.get("width"))[:-1]) >= 0.6 for one in root.iter("rect"))
    assert "…" in "".join(root.itertext())


def test_from_the_first_day_to_the_last_a_bar_is_light_and_an_open_end_runs_to_the_edge() -> None:
    lines = [
        Line("a", (MARCH[0], MARCH[9]), (MARCH[0], MARCH[4]), MARCH[19], "ahead"),
        Line("b", (MARCH[0], None), (MARCH[0], MARCH[4]), None, "run", "open in time"),
    ]
    root = ElementTree.fromstring(course(lines, MARCH[0], "en", "t", "d").inline("x"))
    boxes = {str(one.get("class")): one for one in root.iter("rect")}
    assert list(boxes) == ["ghost", "bar ahead", "most", "bar run", "most open"]
    edge = boxes["most open"]
    assert abs(float(str(edge.get("x"))[:-1]) + float(str(edge.get("width"))[:-1]) - 99) < 0.02
