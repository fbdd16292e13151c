"""Every message that a reader can get is a reason with words in both languages, in `luodi/messages`, and nothing reads
English to decide or to translate. This reads the sources; what a message says is tested where it is raised."""

import ast
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from luodi.message import LANGUAGES, areas, is_reason, messages

LUODI = Path(__file__).parents[1] / "luodi"
REASONS = [(f"{area}.{key}", words) for area in areas() for key, words in messages(area).items()]
INITS = "super().__init__"
#: Reasons made of a name: the beginning, and where the names come from.
FAMILIES = ("act", "state", "noun", "place", "record", "system", "files.refused", "accounts.role")


def sources() -> list[Path]:
    found = [path for path in LUODI.rglob("*.py") if not path.name.startswith(("test_", "conftest"))]
    return sorted(path for path in found if "tests" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def error_classes() -> frozenset[str]:
    """`LuodiError` and everything below it, by name. Classes of the same name that are no errors are left out."""
    bases: dict[str, set[str]] = {}
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(ast.unparse(base).split(".")[-1] for base in node.bases)
    found = {"LuodiError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return frozenset(found)


def calls(path: Path, names: frozenset[str]) -> Iterator[ast.Call]:
    """Where one of these is made, in the `__init__` of its own class too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in names:
            yield node
        if isinstance(node, ast.ClassDef) and node.name in names:
            yield from (one for one in ast.walk(node) if isinstance(one, ast.Call) and ast.unparse(one.func) == INITS)


def fields(text: str) -> set[tuple[str, str, str]]:
    """The placeholders of a text, each with its format."""
    return {(name, spec or "", to or "") for _, name, spec, to in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("reason", "words"), REASONS, ids=[reason for reason, _ in REASONS])
def test_a_reason_has_words_in_both_languages_with_the_same_parameters(reason: str, words: dict[str, str]) -> None:
    assert set(words) == set(LANGUAGES) and all(isinstance(text, str) and text for text in words.values())
    assert {name for name, _, _ in fields(words["en"])} == {name for name, _, _ in fields(words["zh"])}


def literals(node: ast.expr | None) -> Iterator[ast.expr]:
    """The texts that an expression may be."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            yield node
        case ast.IfExp(body=body, orelse=other):
            yield from literals(body)
            yield from literals(other)
        case ast.BoolOp(values=values):
            for value in values:
                yield from literals(value)
        case ast.BinOp(left=left, right=right):
            yield from literals(left)
            yield from literals(right)


def known(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return is_reason(node.value)
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
    return isinstance(first, ast.Constant) and str(first.value).startswith(FAMILIES)


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(LUODI).as_posix())
def test_errors_and_messages_are_made_from_reasons(path: Path) -> None:
    for call in calls(path, error_classes() | {"Message"}):
        reason = call.args[0] if call.args else None
        if ast.unparse(call.func) in NOT_ERRORS.get(path.relative_to(LUODI).as_posix(), ()):
            continue
        for text in literals(reason):
            assert known(text), f"line {call.lineno}: {ast.unparse(text)} is no reason of luodi/messages"


#: Classes that bear the name of an error and are none.
NOT_ERRORS = {
    "matching/compile.py": ("Refused",),
    "editor/editing.py": ("Refused",),
}


def test_the_parameters_given_are_those_of_the_words() -> None:
    wrong = []
    for path in sources():
        for call in calls(path, error_classes() | {"Message"}):
            given = {one.arg for one in call.keywords} - {"at", "code", "position"}
            for text in literals(call.args[0] if call.args else None):
                if isinstance(text, ast.Constant) and is_reason(text.value) and None not in given:
                    area, _, key = text.value.partition(".")
                    wanted = {name for name, _, _ in fields(messages(area)[key]["en"])}
                    if not wanted <= given | {"at", "code", "position"}:
                        wrong.append(f"{path.relative_to(LUODI)}:{call.lineno} {text.value} {wanted ^ given}")
    assert not wrong


#: What reads the words of others, since they give nothing else: a CSV reader, Spark, the typesetter, Arrow.
READS_OTHERS = {"matching/text_files.py", "matching/spark_table.py", "documents/typesetting.py"}


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(LUODI).as_posix())
def test_nothing_decides_by_what_a_message_says(path: Path) -> None:
    """No text is looked for in a message or in `str(error)`, and no pattern is held against one."""
    if path.relative_to(LUODI).as_posix() in READS_OTHERS:
        return
    for node in ast.walk(tree(path)):
        match node:
            case ast.Compare(left=ast.Constant(value=str()), ops=[ast.In() | ast.NotIn()], comparators=[text]):
                asked = text
            case ast.Call(func=ast.Attribute(attr="search" | "match" | "fullmatch" | "findall"), args=[*_, text]):
                asked = text
            case ast.Call(func=ast.Attribute(attr="startswith" | "partition" | "split", value=text)):
                asked = text
            case _:
                continue
        assert not says(asked), f"line {node.lineno}: {ast.unparse(node)}"


def says(node: ast.expr) -> bool:
    """Whether an expression is the words of an error: its message, its place, or the whole as text."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "str" and node.args:
        return ast.unparse(node.args[0]) in ("problem", "refused", "error", "fault")
    owner = ast.unparse(node.value) if isinstance(node, ast.Attribute) else ""
    return isinstance(node, ast.Attribute) and node.attr == "message" and owner not in ("sender", "enquiry", "sent")
