"""A browser is slower than a test on a busy machine: what a page shows is waited for, and never for a fixed time."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "browser"
#: What looks at the page once, whatever it is about to show.
LOOKS_ONCE = {
    "all_inner_texts",
    "count",
    "get_attribute",
    "inner_text",
    "input_value",
    "is_checked",
    "is_disabled",
    "is_enabled",
    "is_hidden",
    "is_visible",
    "text_content",
}
SLEEPS = {"sleep", "wait_for_timeout"}


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def hasty(text: str) -> list[str]:
    """Lines that wait for a fixed time, or assert what they looked at once."""
    found = []
    for node in ast.walk(ast.parse(text)):
        names = set(called(node))
        if isinstance(node, ast.Expr) and names & SLEEPS:
            found.append(f"line {node.lineno} waits for a fixed time")
        if isinstance(node, ast.Assert) and (names & LOOKS_ONCE or "activeElement" in ast.unparse(node)):
            found.append(f"line {node.lineno} asserts what it looked at once")
    return found


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_browser_tests_wait_for_what_they_assert(path: Path) -> None:
    assert hasty(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "page.wait_for_timeout(100)",
        "time.sleep(1)",
        'assert page.locator("li").count() == 2',
        'assert page.evaluate("document.activeElement.id") == "text"',
        'assert "Saved" in page.locator("h1").inner_text()',
    ],
)
def test_a_hasty_line_is_found(line: str) -> None:
    assert len(hasty(line)) == 1


def test_an_assertion_that_waits_is_no_hasty_line() -> None:
    assert hasty('expect(page.locator("li")).to_have_count(2)\nassert text == page.url') == []
