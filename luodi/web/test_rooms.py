"""The arrows between rooms of the site go one way, and a room uses another's `models`, `queries` and `actions` alone.

The table is the rule for the rooms around a case; the older rooms below them lean on each other and are one layer.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

WEB = Path(__file__).parent
#: Rooms by layer, lowest first; a room may use those of lower layers.
LAYERS = [
    {"core", "site", "accounts", "journal", "notices"},
    {"files"},
    {"companies"},
    {"advisor", "library", "books"},
    {"cases"},
    {"dealings", "obstacles"},
    {"leads"},
    {"docking"},
    {"scorecard"},
    {"workbench"},
    {"api", "mcp"},
]
#: Held to the rule. The others grew before it and answer visitors together.
HELD = {"companies", "cases", "dealings", "obstacles", "leads", "docking", "scorecard", "workbench"}
#: Modules that any room above may use.
OPEN = ("models", "queries", "actions")
#: Helpers made for the rooms above.
HELPERS = {
    "accounts": {"company_index", "doors", "limits", "naming", "relations"},
    "advisor": {"answers", "determinations", "differences", "result"},
    "companies": {"exporting", "problems", "tables"},
    "cases": {"calendars", "counting", "facts", "many", "money", "numbering"},
    "core": {
        "agenda",
        "context",
        "error_words",
        "errors",
        "first_tables",
        "forms",
        "keys",
        "language",
        "lists",
        "exports",
        "page_cache",
        "pages",
        "permissions",
        "personal_data",
        "policy",
        "prepared",
        "roles",
        "types",
        "views",
        "words",
    },
    "files": {"checking", "forms", "kinds", "receiving", "serving"},
    "journal": {"append_only", "chain", "operations"},
    "notices": {"tell"},
    "library": {"shelf", "entry"},
}


def rank(room: str) -> int:
    return next(place for place, rooms in enumerate(LAYERS) if room in rooms)


def imports(source: str) -> Iterator[tuple[str, str]]:
    """Room and module of every import of another room, with its line's names as they stand."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("luodi.web."):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith("luodi.web.")]
        for name in names:
            parts = name.split(".")[2:]
            if any(parts[0] in rooms for rooms in LAYERS):
                yield parts[0], parts[1] if len(parts) > 1 else ""


def objections(source: str, room: str) -> list[str]:
    found = []
    for other, module in imports(source):
        if other == room:
            continue
        if (rank(other) >= rank(room) and room in HELD) or (rank(other) > rank(room) and other in HELD):
            found.append(f"{room} must not use {other}")
        elif room in HELD and not (module.startswith(OPEN) or module in HELPERS.get(other, ())):
            found.append(f"{room} uses {other}.{module}, which is that room's own")
    return found


def test_every_room_has_its_layer() -> None:
    assert {room for room in settings.LUODI_APPS if not any(room in rooms for rooms in LAYERS)} == set()


@pytest.mark.parametrize("room", settings.LUODI_APPS)
def test_arrows_between_rooms_go_one_way(room: str) -> None:
    files = [f for f in sorted((WEB / room).rglob("*.py")) if not f.name.startswith(("test_", "conftest"))]
    assert [f"{f.name}: {o}" for f in files for o in objections(f.read_text(encoding="utf-8"), room)] == []


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("cases", "from luodi.web.dealings.models import Referral"),
        ("cases", "from luodi.web.companies.views import page"),
        ("dealings", "from luodi.web.obstacles import actions"),
        ("advisor", "from luodi.web.cases.actions import open_case"),
        ("leads", "import luodi.web.workbench"),
    ],
)
def test_a_forbidden_line_is_refused(room: str, line: str) -> None:
    assert objections(line, room)


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("cases", "from luodi.web.companies.queries import names_of"),
        ("dealings", "from luodi.web.core.actions import action"),
        ("leads", "from luodi.web.cases import actions"),
        ("workbench", "from luodi.web.core.agenda import day_rows"),
        ("api", "from luodi.web.cases import queries"),
        ("advisor", "from luodi.web.accounts.models import Company"),
    ],
)
def test_a_permitted_line_passes(room: str, line: str) -> None:
    assert objections(line, room) == []
