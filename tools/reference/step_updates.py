"""The steps of landing-services.yaml with what updates/2026-12-steps.yaml and the corrections made of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from reference.reading import CannotRead, FactFiles, Row, read_yaml

STEPS: Final = "updates/2026-12-steps.yaml"
CORRECTIONS: Final = "updates/2026-12-corrections.yaml"
#: What a row of the update says about time and money; the rest of a row changes fields of the step.
TIMING: Final = ("legal_time", "practice_time", "fee")
_SOURCES: Final = ("confidence", "audited", "source", "more_sources")
#: A correction with these words: whether an information service alone is licensed by coverage, a person must tell.
_ASKED: Final = "ask, do not decide"
_INFORMATION: Final = "B25"
#: Days that the facts tell in the words of a note.
_BEGINS: Final = re.compile(r"(?:[Ii]n force since|Started for applicants) (\d{4}-\d{2}-\d{2})")


def with_step_updates(facts: FactFiles, folder: Path) -> FactFiles:
    """The facts as they stand after the update. Raises `CannotRead` where a file of it is missing or speaks of a
    step that is not there."""
    update, corrections = read_yaml(folder / STEPS), list(read_yaml(folder / CORRECTIONS)["steps"])
    rows = {str(row["id"]): dict(row) for row in facts.steps["steps"]}
    for row in update["rows"]:
        _change(rows, row)
    for row in update["new_steps"]:
        rows[str(row["id"])] = _new(row)
    for row in corrections:
        _correct(rows, row)
    for row in rows.values():
        row["begins"] = _told_days(row)
    return replace(facts, steps=_parts(facts.steps, update) | {"steps": list(rows.values())})


def _parts(steps: Row, update: Row) -> Row:
    shared = {key: update[key] for key in ("general_rules", "path_examples", "portals")}
    known = [*steps["known_unknowns"], *update["known_unknowns"]]
    return dict(steps) | shared | {"as_of": update["as_of"], "known_unknowns": known}


def _change(rows: dict[str, Row], row: Mapping[str, Any]) -> None:
    step = _step(rows, row["id"])
    step.update(row["changes"])
    step["timing"] = {key: row.get(key) for key in (*TIMING, *_SOURCES)}
    step["remark"] = row.get("note")


def _new(row: Mapping[str, Any]) -> Row:
    step = {key: value for key, value in row.items() if key not in (*TIMING, "audited")}
    step["timing"] = {key: row.get(key) for key in (*TIMING, "confidence", "audited")}
    step["remark"] = "a row that came in with the update"
    return step


def _correct(rows: dict[str, Row], row: Mapping[str, Any]) -> None:
    for name in _named(row):
        step = _step(rows, name)
        if row.get("needs"):
            step["depends_on"] = [*(step.get("depends_on") or ()), *row["needs"]]
            step["needs_company"] = "true"
        if row.get("from"):
            step["from"] = row["from"]
        if row.get("kind"):
            step["never_on_the_path"] = row["kind"]
        if row.get("editions"):
            step["editions"] = row["editions"]
        if row.get("basis_by_day"):
            step["editions"] = row["basis_by_day"]
        if _ASKED in str(row.get("note")):
            step["trigger"] = {"all": [_by_coverage(*step["trigger"]["all"]), step["trigger"]["all"][1]]}


def _by_coverage(codes: Row, _: Row) -> Row:
    """Other services decide as before; of an information service alone nobody but a person can tell."""
    others = [code for code in codes["value"] if code != _INFORMATION]
    information = {"attr": codes["attr"], "op": "contains", "value": _INFORMATION}
    asked = {"all": [information, {"manual": "licensed by coverage and not by the province of its seat"}]}
    return {"any": [{**codes, "value": others}, asked]}


def _named(row: Mapping[str, Any]) -> Iterator[str]:
    yield from row.get("ids") or ([row["id"]] if row.get("id") else [])


def _step(rows: dict[str, Row], name: str) -> Row:
    if name not in rows:
        raise CannotRead(f"{STEPS} or {CORRECTIONS} speaks of the step {name}, which is none")
    return rows[name]


def _told_days(row: Row) -> list[str]:
    """Days on which a step may begin: what a correction, a note or the number of a cited text tells."""
    numbers = [str(text.get("number") or "") for text in row.get("basis") or ()]
    told = [day for number in numbers for day in re.findall(r"(\d{4}-\d{2}-\d{2})施行", number)]
    return [*([row["from"]] if row.get("from") else []), *_BEGINS.findall(str(row.get("notes") or "")), *told]
