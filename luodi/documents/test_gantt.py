"""The schedule as a picture: well formed, in both makes, with every step and nothing beside its bar."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from luodi.documents.gantt import has_further, schedule_svg

SVG = "{http://www.w3.org/2000/svg}"


def step(id: str, start: int, days: int | None, **changes: Any) -> dict[str, Any]:
    limits = [] if days is None else [{"value": days, "unit": "working_days", "basis": "statutory", "counted": True}]
    return {
        "id": id,
        "title": {"zh": f"第{id}步", "en": f"Step {id}"},
        "obligation": "mandatory",
        "domain": "operations",
        "working_days": days,
        "limits": limits,
        "earliest_start": start,
        "earliest_finish": start + (days or 0),
        "slack_days": 0,
        "critical": True,
        "runs_with": None,
        **changes,
    }


def plan(*steps: dict[str, Any], open_steps: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    needed = [s for s in steps if s["obligation"] != "optional"]
    end = max((s["earliest_finish"] for s in needed), default=0)
    untimed = sum(1 for s in needed if s["working_days"] is None)
    return {
        "on": "2024-12-02",
        "steps": list(steps),
        "open_steps": list(open_steps),
        "critical_path": [s["id"] for s in steps if s["critical"]],
        "totals": {"working_days_critical": end, "steps_without_time": untimed, "steps_open": len(open_steps)},
    }


FILING = plan(
    step("one", 0, 3),
    step("two", 3, 20),
    step("beside", 3, 10, slack_days=10, critical=False),
    step("untimed", 3, None, slack_days=20, critical=False),
    step("own", 0, 5, obligation="optional", slack_days=None, critical=False),
    open_steps=(step("open", 0, 400),),
)


def tree(plan: dict[str, Any], lang: str = "en", **options: Any) -> ElementTree.Element:
    return ElementTree.fromstring(schedule_svg(plan, lang, **options))


def texts(svg: ElementTree.Element) -> list[str]:
    return ["".join(node.itertext()) for node in svg.iter() if node.tag.endswith("text")]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("fixed", [True, False])
def test_it_has_a_title_and_a_description_in_the_language(lang: str, fixed: bool) -> None:
    svg = tree(FILING, lang, fixed=fixed)
    named = {node.attrib["id"]: node.text or "" for node in svg if node.tag.endswith(("title", "desc"))}
    assert set(svg.attrib["aria-labelledby"].split()) == set(named) == {"gantt-title", "gantt-desc"}
    assert (
        named["gantt-title"]
        == {
            "zh": "自2024年12月2日起的办理日程",
            "en": "Schedule in working days from 2 December 2024",
        }[lang]
    )
    assert {"zh": "第two步（20个工作日（法定））", "en": "Step two (20 working days, by law)"}[lang] in named[
        "gantt-desc"
    ]


def test_every_step_is_drawn_once_under_its_heading() -> None:
    found = texts(tree(FILING))
    order = ["Critical path: 23 working days", "Step one", "Step two", "Beside it", "Step beside"]
    order += ["No legal time found", "Step untimed", "Optional", "Step own", "Needed or not", "Step open"]
    places = [next(n for n, text in enumerate(found) if text.startswith(head)) for head in order]
    assert places == sorted(places)
    assert len([t for t in found if t.startswith("Step ")]) == 6


def test_the_parts_divide_the_picture() -> None:
    needed, further = texts(tree(FILING, part="needed")), texts(tree(FILING, part="further"))
    assert not [t for t in needed if t.startswith(("Step own", "Step open"))]
    assert [t.split("  ")[0][:9] for t in further if t.startswith("Step")] == ["Step own5", "Step open"]
    assert has_further(FILING)
    assert not has_further(plan(step("one", 0, 3)))


def test_kinds_of_steps_differ_by_form_and_not_by_colour_alone() -> None:
    picture = schedule_svg(FILING, "en")
    for style in ("bar red", "bar soft", "hatched", "bar own", "bar open"):
        assert f'class="{style}"' in picture


def test_a_page_has_percent_and_classes_a_file_has_neither() -> None:
    page, file = schedule_svg(FILING, "en"), schedule_svg(FILING, "en", fixed=True)
    assert 'width="100%"' in page
    assert "style=" not in page + file
    assert "%" not in re.sub(r"<(title|desc).*?</\1>|>[^<]*<", "", file)
    assert "class=" not in file
    assert 'width="720"' in file


def test_the_axis_names_working_days_with_their_date() -> None:
    """Three working days after Monday 2 December 2024 is the 5th; the 23rd is 3 January, past New Year's Day."""
    found = texts(tree(FILING, part="needed"))
    assert found[0] == "2 Dec"
    assert "3 Jan" in found


def test_labels_never_touch_bars() -> None:
    svg = tree(FILING, fixed=True)
    bars = [float(r.attrib["y"]) for r in svg.iter(f"{SVG}rect")]
    rows = [float(t.attrib["y"]) for t in svg.iter(f"{SVG}text") if t.attrib["x"] == "0.0" or t.attrib["x"] == "0"]
    for bar in bars:
        assert all(base <= bar - 3 or base - 10 >= bar + 8 for base in rows)


@pytest.mark.parametrize("count", [1, 8, 45])
def test_the_height_follows_the_rows(count: int) -> None:
    svg = tree(plan(*(step(str(n), n, 1) for n in range(count))), fixed=True)
    assert float(svg.attrib["height"]) < 100 + 32 * count
    assert max(float(r.attrib["y"]) for r in svg.iter(f"{SVG}rect")) < float(svg.attrib["height"])


def test_nothing_runs_over_the_right_edge() -> None:
    svg = tree(FILING, fixed=True)
    ends = [float(r.attrib["x"]) + float(r.attrib["width"]) for r in svg.iter(f"{SVG}rect")]
    assert max(ends) <= 720
    assert [n for n in svg.iter(f"{SVG}path")]  # the arrow of the open step that goes on for 400 days


def test_a_step_of_no_days_is_a_mark() -> None:
    svg = tree(plan(step("now", 0, 0), step("then", 0, 5)), fixed=True)
    assert all(float(r.attrib["width"]) > 0 for r in svg.iter(f"{SVG}rect"))


def test_a_plan_without_any_time_is_drawn() -> None:
    assert "Step a" in " ".join(texts(tree(plan(step("a", 0, None, critical=False)))))


def test_titles_are_escaped_and_cut() -> None:
    long = "<b>A & B</b> " * 9
    found = schedule_svg(plan(step("a", 0, 3, title={"zh": long, "en": long})), "en")
    assert "<b>" not in found
    assert "…" in found
    ElementTree.fromstring(found)


def test_ids_take_the_prefix() -> None:
    svg = tree(FILING, prefix="other")
    ids = [n.attrib["id"] for n in svg.iter() if "id" in n.attrib]
    assert ids == ["other-title", "other-desc", "other-hatch"]
