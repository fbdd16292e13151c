"""What a check changes in a row of a book: the day, how far it was read, and the link where it was seen."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from luodi.editor.archive import Files
from luodi.editor.rows import Row, row
from luodi.editor.yaml_text import rewritten
from luodi.rules.kept_rows import RULES, KeptRow
from luodi.terms.reading import read_state
from luodi.web.books.models import Found
from luodi.web.core.types import Json

CONFIDENCE: Final = ("low", "medium", "high")
VERIFICATION: Final = ("not_seen", "summary_seen", "text_seen")
READ: Final = ("not_read", "elsewhere", "official")


@dataclass(frozen=True)
class CheckResult:
    """What somebody found. `confidence` and `verification` are empty where the row keeps its own."""

    on: date
    where: str
    found: Found
    note: str = ""
    confidence: str = ""
    verification: str = ""


def row_of(files: Files, kept: KeptRow) -> Row:
    """Where the row stands in the files. Raises `UnknownValue` where it is there no more."""
    return row(files, kept.file, kept.key.id)


def stated_by(one: Row) -> tuple[str, str]:
    """The confidence and the verification that a row states."""
    return str(one.value.get("confidence") or ""), str(one.value.get("verification") or "")


def changes(one: Row, result: CheckResult) -> bool:
    """Whether the row is to say something else than it does: of itself, or to whoever reads how far it was read."""
    new = zip((result.confidence, result.verification), stated_by(one), strict=True)
    return any(text and text != old for text, old in new) or _reads_better(one, result)


def raises(one: Row, result: CheckResult) -> bool:
    """Whether the row would be trusted more: a higher confidence, more of the text read than it states, or the
    authority's own page where it was read elsewhere."""
    confidence, verification = stated_by(one)
    return (
        _higher(CONFIDENCE, result.confidence, confidence)
        or _higher(VERIFICATION, result.verification, verification)
        or _reads_better(one, result)
    )


def _reads_better(one: Row, result: CheckResult) -> bool:
    """Whether pages would say of it that the official text was read, and do not."""
    if not is_link(result.where) or not any((*stated_by(one), result.confidence, result.verification)):
        return False
    before = {**one.value, "sources": None, "source": None}
    before["seen_at"] = [*_links(one.value)]
    stated = {"confidence": result.confidence, "verification": result.verification}
    after = {**before, **{k: v for k, v in stated.items() if v}, "seen_at": [result.where, *before["seen_at"]]}
    return _higher(READ, read_state(after).id, read_state(before).id)


def _links(value: Json) -> list[str]:
    """Every link of a row, wherever its table keeps them."""
    found: list[str] = []
    for key in ("url", "seen_at", "seen_also"):
        part = value.get(key) or []
        found += [str(text) for text in (part if isinstance(part, list) else [part])]
    sources = [*(value.get("sources") or []), *([value["source"]] if value.get("source") else [])]
    return [*found, *(str(source["url"]) for source in sources if source.get("url"))]


def is_link(where: str) -> bool:
    return where.startswith(("https://", "http://"))


def _higher(order: tuple[str, ...], new: str, old: str) -> bool:
    return bool(new) and order.index(new) > (order.index(old) if old in order else -1)


def marked(files: Files, kept: KeptRow, result: CheckResult) -> dict[str, str]:
    """The file of the row with the mark in it; nothing else of the file changes."""
    one = row_of(files, kept)
    value = {**one.value, "checked_on": result.on.isoformat()}
    value |= {
        key: text for key, text in (("confidence", result.confidence), ("verification", result.verification)) if text
    }
    if is_link(result.where):
        value = _linked(value, kept.key.table, result)
    return {kept.file: rewritten(files[kept.file], kept.file, one.path, value)}


def _linked(value: Json, table: str, result: CheckResult) -> Json:
    """With the link where it was seen first; the one that stood there is kept beside it where the table has room."""
    if table == "instruments":
        return {**value, "url": result.where}
    if table == RULES:
        before = [str(value["seen_at"])] if value.get("seen_at") else []
        also = value.get("seen_also") or []
        others = [*before, *(also if isinstance(also, list) else [also])]
        rest = [str(link) for link in others if link != result.where]
        return {**value, "seen_at": result.where, **({"seen_also": rest} if rest else {})}
    if "source" in value:
        return {**value, "source": {"title": result.where, "url": result.where, "seen_at": result.on.isoformat()}}
    if "sources" in value:
        new = {"title": result.where, "url": result.where, "seen_at": result.on.isoformat()}
        return {**value, "sources": [new, *(s for s in value["sources"] if s.get("url") != result.where)]}
    return {**value, "seen_at": result.where}
