"""What the checker says, for a page: the words, the place, and the field that a person goes to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from luodi.rules.finding import Finding, Severity
from luodi.web.books.findings_words import in_chinese


@dataclass(frozen=True)
class Problem:
    """`text` in the language of the page where `lang` is empty, else in English. `field`: its name on the form."""

    text: str
    fix: str
    field: str
    file: str = ""
    line: int = 0
    is_error: bool = True
    lang: str = ""


def told(findings: Iterable[Finding], lang: str, at: Mapping[str, list[Finding]] | None = None) -> list[Problem]:
    """Findings in the words of a language; `at` are those that stand at a field, by its name."""
    fields = {id(finding): name for name, rows in (at or {}).items() for finding in rows}
    return [_problem(finding, lang, fields.get(id(finding), "")) for finding in findings]


def _problem(finding: Finding, lang: str, field: str) -> Problem:
    place = (finding.file, finding.line, finding.severity is Severity.ERROR)
    if lang == "zh":
        found = in_chinese(finding)
        if found is not None:
            return Problem(found[0], found[1], field, *place)
    stop = "" if finding.message.endswith(("?", ".")) else "."
    fix = f"{finding.fix[:1].upper()}{finding.fix[1:]}" + ("" if finding.fix.endswith(("?", ".")) else ".")
    return Problem(
        f"{finding.message[:1].upper()}{finding.message[1:]}{stop}",
        fix,
        field,
        *place,
        lang="en" if lang == "zh" else "",
    )
