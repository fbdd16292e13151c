"""What keeps the code small and readable: lengths of files and functions, no circle of files, types with a meaning.

A ceiling may only fall. Whoever gets below one lowers it here; nobody raises it.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx
import pytest

from tests.test_layers import LUODI, files, imports, module_of

ROOT = LUODI.parent
MOST_LINES_OF_A_FILE = 500
MOST_LINES_OF_A_FUNCTION = 60
#: Of the whole library with its tests.
MOST_IGNORED_TYPES = 4
#: Of luodi/web without tests and migrations.
MOST_LINES_OF_WEB = 59_795
MOST_LINES_WITH_ANY = 281


@cache
def sources() -> dict[str, str]:
    """Every Python file that we keep, by its path."""
    folders = ("luodi", "tests", "tools", "benches", "docs")
    found = [*ROOT.glob("*.py"), *(path for folder in folders for path in (ROOT / folder).rglob("*.py"))]
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in sorted(found)
        if "migrations" not in path.parts
    }


def is_test(name: str) -> bool:
    return Path(name).name.startswith(("test_", "conftest"))


def product_of_web() -> list[str]:
    return [text for name, text in sources().items() if name.startswith("luodi/web/") and not is_test(name)]


def long_functions(source: str) -> Iterator[tuple[str, int]]:
    """Each function that is too long, with its lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_LINES_OF_A_FUNCTION:
                yield node.name, lines


def circles(imported: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules of which each reaches each."""
    graph = networkx.DiGraph([(one, other) for one, others in imported.items() for other in others if one != other])
    return [sorted(group) for group in networkx.strongly_connected_components(graph) if len(group) > 1]


@cache
def modules_imported() -> dict[str, set[str]]:
    """Which modules of luodi each module imports: at its head, inside functions, and for types alone."""
    modules = {module_of(file): file for file in files() if "migrations" not in file.parts}
    found: dict[str, set[str]] = {}
    for module, file in modules.items():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = (each.name for each in imports(tree, module, is_package=file.name == "__init__.py"))
        found[module] = {owner for name in names if (owner := module_with(name, modules)) is not None}
    return found


def module_with(name: str, modules: dict[str, Path]) -> str | None:
    """luodi.rules.book.Book -> luodi.rules.book"""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or None


# ---- what holds


def test_no_file_is_longer_than_500_lines() -> None:
    long = {name for name, text in sources().items() if text.count("\n") > MOST_LINES_OF_A_FILE}
    assert not long, sorted(long)


def test_no_function_is_longer_than_60_lines() -> None:
    long = {f"{name} {function}" for name, text in sources().items() for function, _ in long_functions(text)}
    assert not long, sorted(long)


def test_no_circle_of_files() -> None:
    """Late imports are counted too."""
    assert circles(modules_imported()) == []


def test_types_are_hardly_ever_ignored() -> None:
    found = {name: n for name, text in sources().items() if (n := len(re.findall(r"# type: ignore", text)))}
    assert sum(n for name, n in found.items() if name.startswith("luodi/")) <= MOST_IGNORED_TYPES, found


def test_web_only_gets_smaller() -> None:
    assert sum(text.count("\n") for text in product_of_web()) <= MOST_LINES_OF_WEB


def test_any_only_gets_rarer_in_web() -> None:
    found = sum(1 for text in product_of_web() for line in text.splitlines() if re.search(r"\bAny\b", line))
    assert found <= MOST_LINES_WITH_ANY


# ---- and what is refused, so that these tests can fail


@pytest.mark.parametrize(("lines", "found"), [(60, []), (61, [("long", 61)])])
def test_a_function_past_the_limit_is_found(lines: int, found: list[tuple[str, int]]) -> None:
    assert list(long_functions("def long():\n" + "    x = 1\n" * (lines - 1))) == found


def test_a_circle_through_three_files_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"d"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}}) == []


def test_a_name_is_traced_to_its_module() -> None:
    modules = {"luodi.rules": Path(), "luodi.rules.book": Path()}
    assert module_with("luodi.rules.book.Book", modules) == "luodi.rules.book"
    assert module_with("datetime.date", modules) is None
