"""The apps of the site stand in layers: each imports only those before it, wherever in a file the import stands.

What a lower app has to tell or to ask of a higher one goes by a signal of the lower one (`APP/signals.py`).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

WEB = Path(__file__).parent
#: Lowest first.
LAYERS = [
    "core",
    "journal",
    "timeline",
    "accounts",
    "files",
    "notices",
    "imports",
    "api",
    "books",
    "library",
    "advisor",
    "companies",
    "cases",
    "leads",
    "docking",
    "dealings",
    "obstacles",
    "mail",
    "events",
    "scorecard",
    "workbench",
    "search",
    "mcp",
    "site",
    "demo",
]


def apps_imported(source: str) -> Iterator[tuple[str, int]]:
    """Each app that a file imports, with the line, those inside functions and under `TYPE_CHECKING` too. A module
    directly in luodi/web, such as `urls`, is part of the project, which stands above all apps."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module="luodi.web", names=names):
                yield from ((alias.name, node.lineno) for alias in names)
            case ast.ImportFrom(module=str() as module) if module.startswith("luodi.web."):
                yield module.split(".")[2], node.lineno
            case ast.Import(names=names):
                yield from ((n.name.split(".")[2], node.lineno) for n in names if n.name.startswith("luodi.web."))


def upward(source: str, app: str) -> list[str]:
    """What a file of an app imports from higher layers, one line each."""
    below = set(LAYERS[: LAYERS.index(app) + 1])
    return [
        f"line {line}: {app} must not import {other}" for other, line in apps_imported(source) if other not in below
    ]


def test_every_app_has_its_layer() -> None:
    folders = {path.parent.name for path in WEB.glob("*/__init__.py")}
    assert set(settings.LUODI_APPS) <= set(LAYERS)
    assert folders - {"postgresql"} == set(LAYERS)  # a database backend of Django, which no app imports


@pytest.mark.parametrize("app", LAYERS)
def test_an_app_imports_only_what_stands_before_it(app: str) -> None:
    files = [f for f in sorted((WEB / app).rglob("*.py")) if not f.name.startswith(("test_", "conftest"))]
    assert [f"{f.relative_to(WEB)}, {o}" for f in files for o in upward(f.read_text(encoding="utf-8"), app)] == []


@pytest.mark.parametrize(
    ("app", "line"),
    [
        ("cases", "from luodi.web.dealings.models import Referral"),
        ("books", "def late():\n    from luodi.web.library import index"),
        ("advisor", "from luodi.web.cases.actions.cases import open_case"),
        ("leads", "import luodi.web.workbench.views.desk"),
        ("core", "if TYPE_CHECKING:\n    from luodi.web.accounts.models import User"),
        ("accounts", "from luodi.web import server"),
    ],
)
def test_an_arrow_upwards_is_found(app: str, line: str) -> None:
    assert upward(line, app)


@pytest.mark.parametrize(
    ("app", "line"),
    [
        ("cases", "from luodi.web.companies.queries import names_of"),
        ("dealings", "from luodi.web.core.actions import action"),
        ("workbench", "from luodi.web.cases import agenda"),
        ("demo", "import luodi.web.cases.models"),
        ("leads", "from luodi.casework.leads import Lead"),
    ],
)
def test_an_arrow_downwards_is_fine(app: str, line: str) -> None:
    assert upward(line, app) == []
