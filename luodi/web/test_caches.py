"""What is kept of the books goes with them: no function keeps anything of a book beyond its edition."""

import ast
from collections.abc import Iterator
from pathlib import Path

import luodi

HERE = Path(luodi.__file__).parent
#: Caches that hold nothing of a book: lists of other packages, texts that are parsed, files of the program.
FREE = {
    "advice.match": {"attributes_of", "formula"},  # by the text of the formula
    "advice.match_writer": {"_list"},  # names of facts
    "calendar": {"_china", "_week", "_weekdays_off"},
    "colours": {"colours", "seal_svg"},  # of the stylesheet
    "documents.fonts": {"_characters", "_faces", "font_file", "typst_fonts"},
    "documents.gantt": {"_calendar"},
    "documents.plan_html": {"_style", "_template"},
    "documents.plan_pdf": {"_template"},
    "documents.report_pdf": {"_template"},
    "editions": {"_default_home"},
    "han": {"_converter"},  # characters
    "message": {"messages"},  # words of the program, by their file
    "places": {"_by_name", "_countries_by_name", "_english", "_longest_name", "_names", "_territories", "place_names"},
    "profiles.initials": {"_letter"},  # of characters
    "radar.lead_score": {"_aged"},
    "rules.cel.texts": {"*"},
    "rules.citing": {"_days"},  # by the days themselves
    "rules.cel.times": {"*"},
    "rules.library": {"_code_hash", "_held", "_load"},  # by the folders and hashes that they are read from
    "text": {"_kept"},  # by the text itself
    "values": {"_currencies"},
    "web.core.permissions": {"_multiplies"},  # of the models of the program
    "web.advisor.choices": {"countries"},
    "web.advisor.reliance": {"_numbers"},  # by the hash of the stored plan
    "web.advisor.determinations": {"_named_steps"},  # by the hash of the kept plan
    "documents.marks": {"translation"},  # its own words
    "web.api.queries": {"_sql"},
    "web.api.shapes": {"_file", "components", "keys"},
    "web.api.resources": {"_words", "resources"},  # of a file of the program
    "editor.rows": {"_parsed_rows", "_shape_of_rules", "_shape_of_table"},  # by the text itself
    "editor.yaml_words": {"_scalar"},
    "web.cases.queries.steps": {"_question"},  # of the models of the program
    "web.cases.queries.unsettled": {"_unsettled_in"},  # by the hash of the stored plan
    "web.companies.queries.registers": {"_file"},  # of a register, by its moment
    "web.core.actions": {"load"},  # functions of the program
    "web.core.signals": {"load_receivers"},  # functions of the program
    "web.demo.story": {"story"},
    "web.demo.data": {"colleagues", "people", "world"},
    "web.core.pages": {"_shape", "_url", "in_language_of"},  # by the language and what the address names
    "web.notices.forms": {"zones"},
    "web.notices.kinds": {"kinds"},  # said by the apps
    "web.notices.subjects": {"_classes"},  # classes of the program
    "web.library.records": {"_reader"},
    "web.library.search": {"_frame"},  # by the state of the index in the database
    "web.library.word_index": {"_latin"},  # by the state of the index in the database
    "search.words": {"*"},
    "web.site.frame": {"_of_rooms"},
    "web.timeline.queries": {"_file", "lookups", "parts"},  # of a file and the models of the program
    "web.core.words": {"*"},
    "web.demo.years": {"steps"},  # while one demo is made
    "world.shape": {"*"},
    "world.told": {"words"},
}


def kept() -> Iterator[tuple[str, str]]:
    """Module and function of everything under `@cache` or `@lru_cache`."""
    for path in sorted(HERE.rglob("*.py")):
        if path.name.startswith(("test_", "conftest")):
            continue
        module = ".".join(path.relative_to(HERE).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(_keeps(d) for d in node.decorator_list):
                yield module, node.name


def _keeps(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in ("cache", "lru_cache")


def test_whatever_is_kept_of_a_book_is_kept_with_its_edition() -> None:
    found = [f"{m}.{f}" for m, f in kept() if not FREE.get(m, set()) & {f, "*"}]
    assert found == [], "use `@with_books()` of luodi.editions, or say here why it holds nothing of a book"


def test_the_list_names_only_what_there_is() -> None:
    there = set(kept())
    modules = {module for module, _ in there}
    assert {m for m, names in FREE.items() if m not in modules} == set()
    assert [(m, n) for m, names in FREE.items() for n in names if n != "*" and (m, n) not in there] == []
