"""Nothing is stored beside the registry: each call that stores something stands in an action, or in what only actions
call."""

import ast
import inspect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from functools import cache, partial
from pathlib import Path
from typing import Final

from luodi.web.core import actions
from luodi.web.core.personal_data import rules

WEB: Final = Path(actions.__file__).parents[1]
#: Calls by which something is stored.
STORES: Final = {
    "bulk_create",
    "bulk_update",
    "create",
    "create_user",
    "delete",
    "executemany",
    "get_or_create",
    "save",
    "update",
    "update_or_create",
}
#: What stores something beside an action, and why: none of it is a record that people work on. It may only get shorter.
BESIDE: Final = {
    "accounts.limits": "how much of a limit is spent",
    "accounts.models.People": "whoever calls `create_user` is looked at",
    "accounts.recovery": "codes for a second factor, which the library that has them forgets once they are shown",
    "accounts.sessions": "sessions that are over, which the journal has",
    "advisor.staleness": "marks, computed from what the books say",
    "api.actions.use_key": "when a key was used last",
    "api.idempotency": "answers that are given again",
    "api.throttling": "how much of a limit is spent",
    "backup": "all that a backup holds, in place of all that there is",
    "books.actions.in_force": "editions come into force on their day: under a lock of all books, and in the journal",
    "cases.actions.law": "what a change of law does to cases, computed from what the books say",
    "cases.actions.law_runs": "the same, some cases at a time in the background",
    "cases.actions.next_facts": "what an answer would settle, computed from what the books say",
    "cases.actions.observed": "what offices took, computed from the steps of cases",
    "demo.bureau.read_what_is_old": "notices of days that are over, as they would have been sent and read by now",
    "demo.make": "that the site shows the demo",
    "library": "books as the search finds them",
    "mail.tasks": "messages on their way, of which an action says that they went or failed",
    "notices": "letters on their way",
    "search": "words of records as the search finds them, whatever saves these",
    "workbench.actions._notify_follower": "what a follower has been told",
    "worker": "the queue",
}
#: The registry, and the journal that it writes.
ITSELF: Final = ("core", "journal")


# ---- who calls what


def parts(source: str, module: str) -> Iterator[tuple[str, ast.stmt]]:
    """The functions and classes of a module by their full names; the rest under that of the module."""
    for node in ast.parse(source).body:
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if not isinstance(node, ast.Import | ast.ImportFrom):
            yield f"{module}.{node.name if named else ''}", node


def imported(source: str) -> dict[str, str]:
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def called(node: ast.stmt, known: Mapping[str, str]) -> Iterator[str]:
    """Full names that a part of a module names, of functions of a module that it imports too."""
    for one in ast.walk(node):
        match one:
            case ast.Name(id=name) if name in known:
                yield known[name]
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in known:
                yield f"{known[name]}.{attribute}"


def stores(node: ast.stmt, known: Mapping[str, str]) -> bool:
    return any(isinstance(one, ast.Call) and _stores(one, known) for one in ast.walk(node))


def _stores(call: ast.Call, known: Mapping[str, str]) -> bool:
    """An `update` with an argument by position is that of a dictionary. What a model overrides calls `super()`."""
    match call.func:
        case ast.Attribute(value=ast.Name(id=name)) if name in known and name.islower():
            return False  # a function of a module
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
            return False
        case ast.Attribute(attr="update"):
            return not call.args
        case ast.Attribute(attr=name):
            return name in STORES
    return False


def beside(sources: Mapping[str, str], registered: Set[str], more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What stores something and can be reached by a way that passes no action, with that way; `more` are callers that
    no source names."""
    callers, storing = defaultdict[str, set[str]](set), list[str]()
    for module, source in sources.items():
        found = list(parts(source, module))
        known = {**imported(source), **{name.rpartition(".")[2]: name for name, _ in found}}
        for name, node in found:
            storing += [name] * stores(node, known)
            for other in called(node, known):
                callers[other] |= {name} - {other}
    for name, caller in (more or {}).items():
        callers[name].add(caller)
    ways = {name: _way(name, callers, registered) for name in storing if name not in registered}
    return {name: way for name, way in ways.items() if way}


def _way(name: str, callers: Mapping[str, set[str]], registered: Set[str]) -> str:
    """From something that nothing calls; blank where every way passes an action."""
    ways, seen = [[name]], {name}
    while ways:
        way = ways.pop(0)
        above = callers.get(way[-1], set())
        if not above:
            return " > ".join(reversed(way))
        for one in sorted(above - registered - seen):
            seen.add(one)
            ways.append([*way, one])
    return ""


# ---- of the site


@cache
def found_beside() -> dict[str, str]:
    sources = {
        ".".join(("luodi", "web", *path.relative_to(WEB).with_suffix("").parts)).removesuffix(
            ".__init__"
        ): path.read_text(encoding="utf-8")
        for path in WEB.rglob("*.py")
        if not path.name.startswith("test_") and path.name != "conftest.py" and "migrations" not in path.parts
    }
    more = {
        rule.erase: "luodi.web.accounts.retention.erase_row" for rule in rules().values() if getattr(rule, "erase", "")
    }
    found = beside(sources, registered(), more)
    return {name.removeprefix("luodi.web."): way for name, way in found.items()}


def registered() -> set[str]:
    """The functions of the actions, and those around them; of a method the class that has registered it."""
    found = set()
    for one in actions.load().values():
        for function in filter(None, (one.function, one.around)):
            while isinstance(function, partial):
                function = function.func
            plain = inspect.unwrap(function)
            found.add(f"{plain.__module__}.{plain.__qualname__.partition('.')[0]}")
            if inspect.ismethod(function):
                found.add(f"{type(function.__self__).__module__}.{type(function.__self__).__name__}")
    return found


def _under(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")


def test_nothing_is_stored_beside_an_action() -> None:
    excused = (*ITSELF, *BESIDE)
    assert {name: way for name, way in found_beside().items() if not any(_under(name, one) for one in excused)} == {}


def test_every_excuse_is_needed() -> None:
    assert [one for one in BESIDE if not any(_under(name, one) for name in found_beside())] == []


ACTION = "def end(case):\n    tidy(case)\n\n\ndef tidy(case):\n    case.save()\n"


def test_what_only_actions_call_may_store() -> None:
    assert beside({"cases.actions": ACTION}, {"cases.actions.end"}) == {}


def test_what_a_page_calls_past_the_action_would_be_seen() -> None:
    page = "from cases.actions import tidy\n\n\ndef view(request):\n    return tidy(request)\n"
    module = "from cases import actions\n\n\ndef view(request):\n    return actions.tidy(request)\n"
    for source in (page, module):
        found = beside({"cases.actions": ACTION, "cases.views": source}, {"cases.actions.end"})
        assert found == {"cases.actions.tidy": "cases.views.view > cases.actions.tidy"}


def test_what_stores_by_itself_would_be_seen() -> None:
    for line in ("Case.objects.create()", "cases.filter(pk=1).update(stage='b')", "case.delete()", "case.save()"):
        assert beside({"cases.tasks": f"def run():\n    {line}\n"}, set()) == {"cases.tasks.run": "cases.tasks.run"}
    for line in ("words.update(other)", "super().save()", "case.stage()"):
        assert beside({"cases.tasks": f"def run():\n    {line}\n"}, set()) == {}


def test_a_way_around_in_a_circle_ends() -> None:
    circle = "def one():\n    two()\n\n\ndef two():\n    one().save()\n"
    assert beside({"cases.tasks": circle}, set()) == {}
