"""What the checker says, for a page: the words, the place, and the field that a person goes to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from luodi.message import sentence
from luodi.rules.finding import Finding, Severity


@dataclass(frozen=True)
class Problem:
    """`text` and `fix` in the language of the page. `field`: its name on the form."""

    text: str
    fix: str
    field: str
    file: str = ""
    line: int = 0
    is_error: bool = True


def told(findings: Iterable[Finding], lang: str, at: Mapping[str, list[Finding]] | None = None) -> list[Problem]:
    """Findings in the words of a language; `at` are those that stand at a field, by its name."""
    fields = {id(finding): name for name, rows in (at or {}).items() for finding in rows}
    return [_problem(finding, lang, fields.get(id(finding), "")) for finding in findings]


def _problem(finding: Finding, lang: str, field: str) -> Problem:
    return Problem(
        sentence(finding.message, lang),
        sentence(finding.fix, lang),
        field,
        finding.file,
        finding.line,
        finding.severity is Severity.ERROR,
    )
