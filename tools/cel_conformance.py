"""The standard's conformance tests against our CEL: `python tools/cel_conformance.py FOLDER`.

FOLDER holds files of JSON lines, one test a line: `expr`, `bindings`, `container`, `declared` (names), `disable_check`,
and `expect` with a typed `value` or `error`. Prints passed and all for each file, and each failure with its reason.
Exit status 0, or 1 if fewer pass than must, 2 if the folder holds no tests.
"""

import argparse
import base64
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from luodi.message import Message
from luodi.rules.cel.outcome import Failure
from luodi.rules.cel.program import program
from luodi.rules.cel.standard import TYPES
from luodi.rules.cel.values import Duration, Kind, Map, Timestamp, equal
from luodi.rules.syntax import BadExpression, Uint

MUST_PASS = 1085
SECOND = 1_000_000_000
KNOWN = {  # failures that we looked into; the reason stands for what was found
    f"bytes_literals/triple_{quote}_quoted_unescaped_punctuation": "a backslash is wanted that the expression lacks"
    for quote in ("single", "double")
}


@dataclass(frozen=True)
class Outcome:
    """One test: its name, and what went wrong with it, or None."""

    name: str
    reason: str | None


def decoded(typed: dict[str, Any]) -> Any:
    """The CEL value of a typed one, such as {"int": "1"}."""
    ((kind, value),) = typed.items()
    match kind:
        case "int":
            return int(value)
        case "uint":
            return Uint(int(value))
        case "double":
            return float(value)
        case "bytes_base64":
            return base64.b64decode(value)
        case "list":
            return tuple(decoded(item) for item in value)
        case "map":
            return Map((decoded(key), decoded(item)) for key, item in value)
        case "timestamp" | "duration":
            nanos = int(value["seconds"]) * SECOND + int(value["nanos"])
            return Timestamp(nanos) if kind == "timestamp" else Duration(nanos)
        case "type":
            return TYPES.get(value, Kind(value))
    return value


def same(found: Any, wanted: Any) -> bool:
    """Equal and of the same kind, deeply; here NaN is NaN."""
    if type(found) is not type(wanted):
        return False
    if isinstance(found, float):
        return (math.isnan(found) and math.isnan(wanted)) or repr(found) == repr(wanted)
    if isinstance(found, tuple):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(found, Map):
        return equal(found, wanted) and all(same(value, wanted.get(key)) for key, value in found.items())
    return bool(found == wanted)


def answer(test: dict[str, Any]) -> Any:
    """What our CEL says: a value, or a Failure; what cannot be read or checked is one too."""
    declared = None if test["disable_check"] else dict.fromkeys(test["declared"], "dyn")
    bindings = {name: decoded(value) for name, value in test["bindings"].items()}
    try:
        return program(test["expr"], container=test["container"], declared=declared).evaluate(bindings)
    except BadExpression as problem:
        return Failure(Message("common.as-said", text=f"refused: {problem}"), problem.position)


def outcome(test: dict[str, Any]) -> Outcome:
    name = f"{test['section']}/{test['name']}"
    found = answer(test)
    if test["expect"].get("error"):
        return Outcome(name, None if isinstance(found, Failure) else f"an error is wanted, not {found!r}")
    if isinstance(found, Failure):
        return Outcome(name, f"no value: {found.message}")
    wanted = decoded(test["expect"]["value"])
    return Outcome(name, None if same(found, wanted) else f"{wanted!r} is wanted, not {found!r}")


def outcomes(folder: Path) -> Iterator[tuple[str, list[Outcome]]]:
    for file in sorted(folder.glob("*.jsonl")):
        lines = file.read_text(encoding="utf-8").splitlines()
        yield file.stem, [outcome(json.loads(line)) for line in lines if line.strip()]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument(
        "--must-pass", type=int, default=MUST_PASS, metavar="N", help=f"such as {MUST_PASS}, the default"
    )
    options = parser.parse_args(arguments)
    passed = total = 0
    for name, found in outcomes(options.folder):
        good = sum(one.reason is None for one in found)
        print(f"{name:<14} {good:>5} / {len(found)}")
        print("".join(f"    {one.name}: {KNOWN.get(one.name, one.reason)}\n" for one in found if one.reason), end="")
        passed, total = passed + good, total + len(found)
    if not total:
        print(f"no tests in {options.folder}", file=sys.stderr)
        return 2
    print(f"{'all':<14} {passed:>5} / {total}")
    return 0 if passed >= options.must_pass else 1


if __name__ == "__main__":
    sys.exit(main())
