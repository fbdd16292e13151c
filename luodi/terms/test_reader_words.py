"""What a reader meets in a book is written for readers: no marks of authors, no file names, no codes of ours.

Read are the texts of every book in both languages (titles, notes, what a condition says, documents, validity, what a
book tells of itself) and the articles of citations.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from luodi.editions import SHIPPED
from luodi.text import read_yaml

BANNED = {
    "from memory": r"from memory|凭记忆|\brecalled\b|的记忆|系回忆|background knowledge|背景知识|凭既有知识",
    "numbering inferred": r"numbering inferred|序号系推断|编号系推断",
    "a file name": r"\b[\w-]+\.(?:ya?ml|csv|json|py|md)\b",
    "a code of ours": r"(?<![\w/.@-])[a-z]+(?:_[a-z0-9]+)+(?![\w/.])",
    "a label of ours": r"own label|labels of this file|自拟标签|\bC- codes|C-代码|\bC-[A-Z]{2,}",
    "a word of the engine": r"(?:仅在|时)为真|须按未被认定处理时|unknown must be|only true after|run the rules once",
    "a word of authors": r"this file.s own label|本文件自定|逐项存储|store each with|do not ask the user|不要询问用户",
    "a doubled word": r"\bregularly; regularly\b",
    "a share where all is closed": r"不得持有100%",
    "the book is silent": r"书中没有规定|书中未载|书中未见",
    "confidence": r"把握较高|把握中等|把握较低",
    "to be told": r"尚未告知所需的步骤见下|后可再判定|could be told with",
}
BOOKS = sorted(folder.name for folder in SHIPPED.iterdir() if (folder / "book.yaml").is_file())


def files(book: str) -> Iterator[Path]:
    for file in sorted((SHIPPED / book).rglob("*.yaml")):
        if "tests" not in file.relative_to(SHIPPED).parts:
            yield file


def texts(node: Any) -> Iterator[str]:
    """Every text for readers below a node: pairs of languages, lists of them, and articles."""
    if isinstance(node, dict):
        if node and set(node) <= {"zh", "en"}:
            yield from (
                text for value in node.values() for text in (value if isinstance(value, list) else [value]) if text
            )
            return
        for key, value in node.items():
            if key in ("article", "title_zh", "title_en", "label_zh", "label_en") and isinstance(value, str):
                yield value
            yield from texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from texts(item)


def objections(text: str, *, of_book: bool = False) -> list[str]:
    """What is wrong with a text. What a book tells of itself explains its codes and may name them."""
    found = [name for name, pattern in BANNED.items() if re.search(pattern, text, re.IGNORECASE | re.ASCII)]
    return [name for name in found if not (of_book and name in ("a code of ours", "a label of ours"))]


def found_in(book: str) -> list[str]:
    return [
        f"{file.relative_to(SHIPPED)}: {', '.join(names)}: {str(text)[:110]}"
        for file in files(book)
        for text in texts(read_yaml(file))
        if isinstance(text, str) and (names := objections(text, of_book=file.name == "book.yaml"))
    ]


@pytest.mark.parametrize("book", BOOKS)
def test_a_book_speaks_to_its_readers(book: str) -> None:
    found = found_in(book)
    assert not found, "\n".join(found)


def test_every_book_is_read() -> None:
    assert all(any(texts(read_yaml(file)) for file in files(book)) for book in BOOKS)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("5 years (from memory)", "from memory"),
        ("3年（凭记忆记录）", "from memory"),
        ("row 14 (numbering inferred)", "numbering inferred"),
        ("文号系背景知识。", "from memory"),
        ("Content kinds under C- codes excluded", "a label of ours"),
        ("see landing-services.yaml", "a file name"),
        ("off_negative_list means", "a code of ours"),
        ("仅在收到书面通知后、核对时为真", "a word of the engine"),
        ("书中没有规定", "the book is silent"),
        ("外资股比为1%后可再判定", "to be told"),
    ],
)
def test_each_bad_wording_is_found(text: str, name: str) -> None:
    assert name in objections(text)


@pytest.mark.parametrize(
    "text", ["第14项", "B21-EC and Art. 7", "www.miit.gov.cn", "规则库未作规定", "the 2015 catalogue"]
)
def test_what_readers_may_meet_is_let_through(text: str) -> None:
    assert not objections(text)


def test_the_kinds_of_marks_are_counted_apart() -> None:
    assert Counter(objections("see x_y.yaml, from memory")) == Counter(["from memory", "a file name"])


#: Wordings that misled readers once, in any interface: pages, documents, the terminal, the API, the guides.
MISLEADING = re.compile(
    "|".join(
        (
            r"Know what is open before you come",
            r"run the rules once per ground|see landing-services\.yaml|this file's own label|must be treated as",
            r"regularly; regularly|from memory|Not met: .*could be told with",
            r"Three links hold and one is open|decide the length:|The rest fits beside",
            r"The books record nothing that it changed",
            r"\b1 (?:policies|platforms|rules|steps|days|documents|offices|services|findings)\b",
            r"后可再判定|后为真|逐项存储|凭记忆|不得持有100%|书中没有规定|把握较高|尚未告知所需的步骤见下",
            r"没有涉及本计划的已宣布方案|可信度高|with high confidence",
        )
    )
)
ROOT = SHIPPED.parents[1]
SEEN = ("py", "yaml", "j2", "html", "txt", "typ", "md", "js")


def interfaces() -> Iterator[Path]:
    """Every file whose words reach a reader: sources, words, templates, books, shapes of the API, guides, examples."""
    for folder in ("luodi", "docs", "examples"):
        for ending in SEEN:
            yield from (path for path in sorted((ROOT / folder).rglob(f"*.{ending}")) if not _of_tests(path))
    yield ROOT / "README.md"


def _of_tests(path: Path) -> bool:
    return path.name.startswith(("test_", "conftest")) or "tests" in path.relative_to(ROOT).parts


def test_no_interface_says_what_misled_readers() -> None:
    files_read = list(interfaces())
    kinds = {path.suffix for path in files_read}
    assert len(files_read) > 1000 and {".py", ".yaml", ".j2", ".md"} <= kinds
    found = [
        f"{path.relative_to(ROOT)}, line {number}: {line.strip()[:100]}"
        for path in files_read
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MISLEADING.search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    ["Know what is open before you come", "1 policies fit", "书中没有规定", "Not met: x; could be told with yes"],
)
def test_the_misleading_wordings_would_be_found(text: str) -> None:
    assert MISLEADING.search(text)
