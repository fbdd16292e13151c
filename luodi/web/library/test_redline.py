"""A change of a figure is told as that figure, and nothing beside it."""

from luodi.web.library.redline import Line, redlines

CITES = [{"instrument": "fite-2022", "article": "Art 6", "rule": None}]


def step(value: str, cites: list[dict[str, object]] | None = None) -> dict[str, object]:
    return {"from": "2003-12-11", "is": value, "cites": cites or CITES}


def test_only_the_figure_that_changed_is_told() -> None:
    fields = {
        "parameters": {"before": {"ceiling": [step("50")]}, "after": {"ceiling": [step("40")]}},
        "gives": {"before": {"cap": 50, "force": "law"}, "after": {"cap": 40, "force": "law"}},
    }
    assert redlines(fields, "en") == [
        Line("Figures · ceiling · 2003-12-11 · value", "50", "40"),
        Line("What it gives · cap", "50", "40"),
    ]


def test_a_new_step_and_a_new_citation_stand_by_themselves() -> None:
    more = [*CITES, {"instrument": "nl-2024", "article": None, "rule": None}]
    fields = {
        "parameters": {
            "before": {"x": [step("1")]},
            "after": {"x": [step("1", more), {**step("2"), "from": "2027-01-01"}]},
        }
    }
    assert redlines(fields, "en") == [
        Line("Figures · x · 2003-12-11 · citation · 2", None, "nl-2024"),
        Line("Figures · x · 2027-01-01 · value", None, "2"),
        Line("Figures · x · 2027-01-01 · citation · 1", None, "fite-2022, Art 6"),
    ]


def test_a_text_changed_in_the_other_language_is_told_too() -> None:
    fields = {"title": {"before": {"zh": "新", "en": "Old"}, "after": {"zh": "新", "en": "New"}}}
    assert redlines(fields, "zh") == [Line("标题 · 英文", "Old", "New")]


def test_a_day_that_was_not_there() -> None:
    assert redlines({"review_by": {"before": None, "after": "2027-01-01"}}, "zh") == [
        Line("复查日期", None, "2027-01-01")
    ]
