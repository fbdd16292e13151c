"""Reading YAML and CSV as text: every scalar stays as it is written; only an unquoted null is nothing."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

Row = dict[str, Any]

_NULLS: Final = frozenset(("", "null", "~", "Null", "NULL"))
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CannotRead(Exception):
    """A folder or file that is not there, or that is not what its name says."""


def read_yaml(path: Path) -> Any:
    """Mappings, lists and text (or None). A key that stands twice is refused, since one of the two would be lost."""
    try:
        node = yaml.compose(_text(path), Loader=_LOADER)
    except yaml.YAMLError as problem:
        raise CannotRead(f"{path.name} is no valid YAML: {problem}") from None
    if node is None:
        raise CannotRead(f"{path.name} is empty")
    return _value(node, path.name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CannotRead(f"there is no file {path.name} in {path.parent}") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise CannotRead(f"{path.name} cannot be read: {problem}") from None


def _value(node: yaml.Node, name: str) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in _NULLS else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, name) for item in node.value]
    found: Row = {}
    for key, value in node.value:
        if key.value in found:
            raise CannotRead(f"{name}, line {key.start_mark.line + 1}: the key {key.value} stands twice")
        found[key.value] = _value(value, name)
    return found


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(_text(path).splitlines()))


@dataclass(frozen=True)
class FactFiles:
    """The files of facts that become books."""

    access: Row
    steps: Row
    policies: Row
    company: Row
    industries: list[dict[str, str]]
    plan: Row
    words: Row

    ACCESS = "market-access.yaml"
    STEPS = "landing-services.yaml"
    POLICIES = "policies.yaml"
    COMPANY = "company-profile.yaml"
    INDUSTRIES = "industry-codes.csv"
    PLAN = "plan.yaml"
    WORDS = "ai-services.yaml"

    @classmethod
    def read(cls, folder: Path) -> "FactFiles":
        """Every file of the folder; raises `CannotRead` for the first that is missing or damaged."""
        if not folder.is_dir():
            raise CannotRead(f"there is no folder {folder}")
        return cls(
            access=_parts(
                folder / cls.ACCESS,
                "meta instruments services zones treatments requirements licences events conflicts",
            ),
            steps=_parts(folder / cls.STEPS, "legend known_unknowns telecom_service_codes data_export_rules steps"),
            policies=_parts(
                folder / cls.POLICIES,
                "predicate_language legend cautions cautions_basis policy_sets sme_size_standard policies",
            ),
            company=_parts(folder / cls.COMPANY, "conventions source_systems basis derivations attributes"),
            industries=read_csv(folder / cls.INDUSTRIES),
            plan=_parts(folder / cls.PLAN, "plan measures later_outcomes tracking_practice"),
            words=_parts(folder / cls.WORDS, "synonyms ambiguous outside_book"),
        )

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The type of each attribute by its name."""
        return {row["name"]: row["type"] for row in self.company["attributes"]}


def _parts(path: Path, wanted: str) -> Row:
    content = read_yaml(path)
    lacking = [part for part in wanted.split() if not isinstance(content, dict) or part not in content]
    if lacking:
        raise CannotRead(f"{path.name} has no {', '.join(lacking)}")
    return dict(content)


class BookFiles:
    """The files of the books as they are written, read without the package."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, Any] = {}

    def table(self, book: str, name: str) -> Any:
        """One file of a book, such as `table("market-access", "services")`."""
        return self._file(self.folder / book / f"{name}.yaml")

    def rules(self, book: str) -> list[Row]:
        """Every rule of a book, its files in the order of their names."""
        return [row for path in self._rule_files(book) for row in _listed(self._file(path))]

    def documents(self) -> Iterator[tuple[str, Any]]:
        """Every YAML file but the tests, by its name inside the folder of books."""
        for path in sorted(self.folder.rglob("*.yaml")):
            name = path.relative_to(self.folder)
            if "tests" not in name.parts:
                yield name.as_posix(), self._file(path)

    def industries(self) -> list[dict[str, str]]:
        return read_csv(self.folder / "vocabulary" / "industry-codes.csv")

    def _rule_files(self, book: str) -> list[Path]:
        return sorted((self.folder / book / "rules").glob("*.yaml"))

    def _file(self, path: Path) -> Any:
        if path not in self._read:
            self._read[path] = read_yaml(path)
        return self._read[path]


def _listed(content: Any) -> list[Row]:
    """A file of rules is one rule, a list, or a list under `rules`."""
    if isinstance(content, dict):
        content = content.get("rules", [content])
    return list(content)
