"""A row of a book changed by a form, or a new one added; what the checker says of it stands at its fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from luodi.editor.fields import ABSENT, Field, Group, Refused, read, shown
from luodi.editor.rows import HEAD, WHOLE, Files, Row, end_line, head_of, line_at, row, rows, shape_in, text_of
from luodi.editor.shapes import Record, Shape, Text
from luodi.editor.yaml_text import Path, at_path, item_lines, plain, rewritten
from luodi.errors import LuodiError, UnknownValue
from luodi.rules.check import COUNTED
from luodi.rules.finding import Finding
from luodi.text import kept_yaml

Given = Mapping[str, str]


@dataclass(frozen=True)
class Edit:
    """What a form comes to: the files with the row in them, or `faults` by the names of fields ("must" for a blank)."""

    files: Files
    row: Row
    faults: Mapping[str, str] = field(default_factory=dict)
    touched: tuple[str, ...] = ()


def form_of(files: Files, file: str, key: str) -> Group:
    """The fields of a row."""
    one = row(files, file, key)
    return _as_group(shown(shape_in(files, file, key), one.value, "", one.path))


def blank_form(files: Files, file: str, start: Mapping[str, Any] | None = None) -> Group:
    """The fields of a new row of a file."""
    return _as_group(shown(shape_in(files, file), dict(start or {}) or ABSENT, "", (-1,)))


def _as_group(found: Field | Group) -> Group:
    return found if isinstance(found, Group) and found.kind != "list" else Group("", "", (), (found,))


def changed(files: Files, file: str, key: str, given: Given) -> Edit:
    """The row as the form has it. A form that nobody touched gives the very same files."""
    one = row(files, file, key)
    shape = shape_in(files, file, key)
    refused = Refused()
    value = read(shape, one.value, given, "", refused)
    faults = {**refused.faults, **_blank(shape, value)}
    if faults:
        return Edit(files, one, faults)
    text = rewritten(files[file], file, one.path, value)
    made = {**files, file: text}
    return Edit(made, _row_at(made, file, one.path), touched=(file,) if text != files[file] else ())


def added(files: Files, file: str, given: Given, prefix: str = "") -> Edit:
    """A new row at the end of a file's list; the counts and the order of the book are kept up."""
    shape, refused = shape_in(files, file), Refused()
    value = read(shape, ABSENT, given, prefix, refused)
    nothing = Row(file, "", (), {}, "", 1)
    faults = {**refused.faults, **_blank(shape, value, prefix)}
    if not faults and isinstance(value, dict) and _is_there(files, file, value.get("id")):
        faults = {f"{prefix}.id".strip("."): "there"}
    if faults:
        return Edit(files, nothing, faults)
    path = _end_of(files, file)
    made = {**files, file: _appended(files.get(file, ""), file, path, value)}
    made = _kept_up(made, file, value)
    touched = tuple(name for name in made if made[name] != files.get(name))
    return Edit(made, _row_at(made, file, path), touched=touched)


def with_rule(files: Files, file: str, given: Given, cases: Iterable[tuple[str, str]]) -> Edit:
    """A new rule with its cases: each as the prefix of its fields and the answer that it tries.

    Cases whose sentence and facts are blank are left out; the checker then says what is missing.
    """
    edit = added(files, file, given, "rule")
    made, faults = dict(edit.files), dict(edit.faults)
    tests = f"tests/{file.removeprefix('rules/')}"
    rule_id = _given(given, "rule.id")
    for prefix, answer in cases:
        if not (_given(given, f"{prefix}.case") or _given(given, f"{prefix}.given")):
            continue
        filled = {**given, f"{prefix}.rule": rule_id, f"{prefix}.answer": answer}
        filled[f"{prefix}.given"] = _given(given, f"{prefix}.given") or "{}"
        one = added(made, tests, filled, prefix)
        faults |= one.faults
        made = dict(one.files)
    touched = tuple(name for name in made if made[name] != files.get(name))
    return Edit(files if faults else made, edit.row, faults, () if faults else touched)


def removed(files: Files, file: str, key: str) -> Edit:
    """The files without a row. With a rule go the cases that name it and its place in the order; counts are kept up.

    Raises `UnknownValue` for a row that is not there, or a file that is one row as a whole.
    """
    one = row(files, file, key)
    if one.key == WHOLE:
        raise UnknownValue("books.whole-no-row-can-taken", file=file)
    made = _without(dict(files), file, one.path)
    made = _counted(made, file, -1)
    if file.startswith("rules/") and isinstance(one.value, dict) and one.value.get("id"):
        made = _without_rule(made, str(one.value["id"]))
    touched = tuple(name for name in files if made.get(name) != files[name])
    return Edit(made, one, touched=touched)


def _without_rule(files: dict[str, str], rule: str) -> dict[str, str]:
    for name in [name for name in files if name.startswith("tests/")]:
        while True:
            case = next((c for c in rows(files.get(name, "[]"), name) if _names(c, rule)), None)
            if case is None:
                break
            files = _without(files, name, case.path)
    if "order.yaml" in files:
        order = plain(kept_yaml(files["order.yaml"], "order.yaml"))
        if isinstance(order, list) and rule in order:
            files = _without(files, "order.yaml", (order.index(rule),))
    return files


def _names(case: Row, rule: str) -> bool:
    return isinstance(case.value, dict) and case.value.get("rule") == rule


def _without(files: dict[str, str], file: str, path: Path) -> dict[str, str]:
    """Without what stands at a path; a file of rules or cases of which nothing is left goes too."""
    content = plain(kept_yaml(files[file], file))
    rest = at_path(content, path[:-1])
    rest = (
        [part for n, part in enumerate(rest) if n != path[-1]]
        if isinstance(rest, list)
        else {key: part for key, part in rest.items() if key != path[-1]}
    )
    if not rest and file.startswith(("rules/", "tests/")):
        return {name: text for name, text in files.items() if name != file}
    text = rewritten(files[file], file, path[:-1], rest) if rest else ("[]\n" if isinstance(rest, list) else "{}\n")
    return {**files, file: text}


def _given(given: Given, name: str) -> str:
    return given.get(name, "").strip()


def _blank(shape: Shape, value: Any, prefix: str = "") -> dict[str, str]:
    """What must be there and is not."""
    if not isinstance(shape, Record):
        return {} if value is not ABSENT else {prefix: "must"}
    found = {}
    for key, part in shape.parts.items():
        if getattr(part, "must", False) and (value is ABSENT or not value.get(key)):
            name = f"{prefix}.{key}".strip(".")
            found[name if isinstance(part, Text) else f"{name}.zh"] = "must"
    return found or ({prefix: "must"} if value is ABSENT else {})


def _is_there(files: Files, file: str, name: Any) -> bool:
    if not name:
        return False
    alike = [other for other in files if other.startswith("rules/")] if file.startswith("rules/") else [file]
    for other in alike:
        try:
            if any(isinstance(r.value, dict) and r.value.get("id") == name for r in rows(files.get(other, ""), other)):
                return True
        except LuodiError:
            continue
    return False


def _end_of(files: Files, file: str) -> Path:
    text = files.get(file, "")
    if not text.strip():
        return (0,)
    content = plain(kept_yaml(text, file))
    if isinstance(content, dict) and isinstance(content.get("rules"), list):
        return ("rules", len(content["rules"]))
    if not isinstance(content, list):
        raise UnknownValue("books.no-list-takes-more-row", file=file)
    return (len(content),)


def _appended(text: str, file: str, path: Path, value: Any) -> str:
    if not text.strip():
        return "\n".join(item_lines([value])) + "\n"
    return rewritten(text, file, path, value)


def _row_at(files: Files, file: str, path: Path) -> Row:
    return next(one for one in rows(files[file], file) if one.path == path)


# ---- what goes along with a new row


def _kept_up(files: dict[str, str], file: str, value: Any) -> dict[str, str]:
    files = _counted(files, file, 1)
    if file.startswith("rules/") and "order.yaml" in files and value.get("id"):
        end = _end_of(files, "order.yaml")
        files = {**files, "order.yaml": rewritten(files["order.yaml"], "order.yaml", end, value["id"])}
    return files


def _counted(files: dict[str, str], file: str, more: int) -> dict[str, str]:
    """The counts in the head of the book, after a row came or went."""
    if file.startswith("tests/"):
        return files
    is_rule = file.startswith("rules/")
    table = file.removesuffix(".yaml")
    counts = head_of(files).get("counts")
    for name, count in (counts if isinstance(counts, dict) else {}).items():
        counted = COUNTED.get(name, name) or ""
        if str(count).isdecimal() and (not counted if is_rule else counted.replace("_", "-") == table):
            files = {**files, HEAD: rewritten(files[HEAD], HEAD, ("counts", name), str(int(count) + more))}
    return files


# ---- what the checker says, at its field


def at_fields(
    findings: Iterable[Finding], files: Files, one: Row, form: Group
) -> tuple[dict[str, list[Finding]], list[Finding]]:
    """Findings about a row by the names of its fields, and those of the row that belong to none."""
    text = text_of(files, one.file)
    first, last = line_at(text, one.file, one.path), end_line(text, one.file, one.path)
    if one.key == WHOLE:
        first, last = 1, text.count("\n") + 1
    lines = [(line_at(text, one.file, f.path), f) for f in form.fields() if f.path]
    found: dict[str, list[Finding]] = {}
    others = []
    for finding in findings:
        if finding.file == one.file and first <= finding.line <= last:
            name = _nearest(finding, lines, first)
            if name:
                found.setdefault(name, []).append(finding)
            else:
                others.append(finding)
    return found, others


def _nearest(finding: Finding, lines: list[tuple[int, Field]], first: int) -> str:
    named = set(finding.message.names())
    if finding.line == first:  # told of the row as a whole: whoever says the word is meant
        said = [f for _, f in lines if f.name != "id" and set(f.value.split("\n")) & named]
        if said:
            return said[0].name
    on_line = [f for line, f in lines if line == finding.line]
    if not on_line:
        above = [line for line, _ in lines if line < finding.line]
        on_line = [f for line, f in lines if above and line == max(above)]
    by_name = [f for f in on_line if f.path and str(f.path[-1]) in named]
    if by_name or len(on_line) == 1:
        return (by_name or on_line)[0].name
    by_text = [f for f in on_line if any(word in f.value for word in named) and f.value]
    return (by_text or on_line or [Field("", "", "", (), "")])[0].name
