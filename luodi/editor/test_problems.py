"""What the checker says is told in both languages."""

import re
from collections.abc import Callable

import pytest

from luodi.editions import shipped
from luodi.editor.archive import files_of
from luodi.editor.checking import check, problems_of

Files = dict[str, str]
POLICIES, ACCESS = files_of(shipped()["policies"]), files_of(shipped()["market-access"])
NATIONAL, PILOT = "rules/national.yaml", "rules/pilot-2024.yaml"


def other(files: Files, file: str, before: str, after: str) -> Files:
    assert before in files[file], before
    return {**files, file: files[file].replace(before, after, 1)}


BROKEN: dict[str, Callable[[], Files]] = {
    "an unknown instrument": lambda: other(ACCESS, PILOT, "instrument: miit-2024-107", "instrument: miit-2024-170"),
    "an unknown place": lambda: other(ACCESS, "places.yaml", "parent: CN", "parent: XX"),
    "an unknown licence": lambda: other(ACCESS, PILOT, "vats-pilot-approval", "vats-pilot-aproval"),
    "an unknown attribute": lambda: other(POLICIES, NATIONAL, "[employees <= 30]", "[employes <= 30]"),
    "an unknown key": lambda: other(ACCESS, PILOT, "  title:", "  titel:"),
    "a wrong day": lambda: other(ACCESS, PILOT, "from: 2024-10-23", "from: 2024-13-23"),
    "a missing basis": lambda: other(ACCESS, PILOT, "  basis:", "  based:"),
    "no cases": lambda: {n: t for n, t in POLICIES.items() if n != "tests/national.yaml"},
    "a failing case": lambda: other(POLICIES, NATIONAL, "[employees <= 30]", "[employees <= 31]"),
    "a wrong count": lambda: {**POLICIES, "book.yaml": re.sub(r"sets: \d+", "sets: 1", POLICIES["book.yaml"])},
    "no YAML": lambda: other(ACCESS, PILOT, "  title:", "  title: ["),
    "no translation": lambda: other(POLICIES, NATIONAL, "title: {zh: ", "title: {zh: '', de: "),
    "not in the order": lambda: other(POLICIES, "order.yaml", "- cn-cit-hnte-15\n", ""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_problem_is_told_in_both_languages(name: str) -> None:
    findings = check(BROKEN[name]()).to_mend
    assert findings
    for problem in problems_of(findings, "zh"):
        assert re.search("[一-龥]", problem.text) and problem.fix.endswith(("。", "？")), problem
    for problem in problems_of(findings, "en"):
        assert problem.text[0] == problem.text[0].upper() and problem.fix.endswith((".", "?"))
