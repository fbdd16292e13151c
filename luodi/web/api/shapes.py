"""What is asked and answered, as JSON Schema in one language; read from `shapes.yaml`, which see."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from luodi.advice.lines import KEYS, NAMED
from luodi.text import read_yaml
from luodi.web.core.types import Json

FILE: Final = Path(__file__).with_name("shapes.yaml")
COMPONENTS: Final = "#/components/schemas/"
_FLAGS: Final = {"true": True, "false": False}


@cache
def _file() -> Json:
    found: Json = read_yaml(FILE, name=FILE.name)
    return found


def tools() -> list[str]:
    """What only assistants ask."""
    return list(_file()["tools"])


def _row(name: str) -> Any:
    return _file()["questions"].get(name) or _file()["tools"][name]


def about(question: str, lang: str) -> tuple[str, str]:
    """What a question asks, in one sentence, and what more there is to say of it."""
    row = _row(question)
    return str(row["about"][lang]), str((row.get("more") or {}).get(lang, ""))


def example(question: str) -> Json:
    """A question that can be asked as it stands."""
    return dict(_typed(_row(question)["example"]))


def asked(question: str) -> str:
    """The name of the shape of a question: access -> AccessQuestion."""
    return f"{question.capitalize()}Question"


def answered(question: str) -> str:
    return f"{question.capitalize()}Answer" if question in KEYS else str(_row(question)["answer"])


@cache
def components(lang: str) -> Json:
    """Every shape by its name, with references among them as OpenAPI writes them."""
    found = {name: _schema(row, lang) for name, row in _file()["parts"].items()}
    for question in KEYS:
        found[asked(question)] = _question(question, lang)
        found[answered(question)] = _answer(question, lang)
    return found


@cache
def keys(name: str) -> dict[str, bool]:
    """The keys of a body, and whether each must be there."""
    shape = _file()["parts"][name]
    return {key: key in shape.get("required", ()) for key in shape["properties"]}


def alone(name: str, lang: str) -> Json:
    """One shape with all that it refers to inside it, for those who see nothing else."""
    inside = _resolved(components(lang)[name], components(lang))
    assert isinstance(inside, dict)
    return inside


def marked(name: str, lang: str) -> Json:
    """`alone` for an answer that says that its words of the law are translated (`documents.marks`)."""
    whole = alone(name, lang)
    properties = {**whole["properties"], "translation": alone("Translation", lang)}
    return {**whole, "required": [*whole.get("required", ()), "translation"], "properties": properties}


def tool(name: str, lang: str) -> Json:
    """The arguments of a tool of its own, or the question of the same name, with all that it refers to inside."""
    if name in KEYS:
        return alone(asked(name), lang)
    row = _row(name)
    schema = {
        "type": "object",
        "properties": {key: _schema(value, lang) for key, value in row["properties"].items()},
        "required": list(row["required"]),
        "additionalProperties": False,
        "examples": [example(name)],
    }
    found: Json = _resolved(schema, components(lang))
    return found


def _question(question: str, lang: str) -> Json:
    row = _file()["questions"][question]
    known = {"id": {"$ref": "Id"}, "on": {"$ref": "Day"}, **row["properties"]}
    assert set(known) == {"id", "on", *KEYS[question], *NAMED.get(question, ())}, question
    return {
        "type": "object",
        "description": about(question, lang)[0],
        "properties": {name: _schema(schema, lang) for name, schema in known.items()},
        "additionalProperties": False,
        "examples": [example(question)],
    }


def _answer(question: str, lang: str) -> Json:
    row = _file()["answers"][question]
    always = {
        "id": {"$ref": "Id"},
        "on": {"type": "string", "format": "date"},
        "books": {"type": "array", "items": {"$ref": "Book"}},
    }
    properties = {name: _schema(schema, lang) for name, schema in {**always, **row["properties"]}.items()}
    return {"type": "object", "required": list(row["required"]), "properties": properties}


def _schema(row: Any, lang: str) -> Any:
    """A row of the file as a schema: texts in one language, references in full, flags typed."""
    if isinstance(row, Mapping):
        if set(row) == {"zh", "en"} and all(isinstance(text, str) for text in row.values()):
            return row[lang]
        return {str(key): _value(str(key), value, lang) for key, value in row.items()}
    if isinstance(row, list):
        return [_schema(item, lang) for item in row]
    return _FLAGS.get(row, row) if isinstance(row, str) else row


def _value(key: str, value: Any, lang: str) -> Any:
    if key == "$ref":
        return COMPONENTS + value
    return (
        int(value) if key in ("minimum", "maximum", "minLength", "maxLength", "maxProperties") else _schema(value, lang)
    )


def _typed(row: object) -> Any:
    """An example with its numbers as numbers: scalars of our files are text."""
    if isinstance(row, Mapping):
        return {str(k): _typed(v) for k, v in row.items()}
    if isinstance(row, list):
        return [_typed(item) for item in row]
    return int(row) if isinstance(row, str) and row.isdigit() and len(row) < 5 else row


def _resolved(schema: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(schema, dict):
        if "$ref" in schema:
            whole = _resolved(known[schema["$ref"].removeprefix(COMPONENTS)], known)
            return {**whole, **{k: v for k, v in schema.items() if k != "$ref"}}
        return {key: _resolved(value, known) for key, value in schema.items()}
    return [_resolved(item, known) for item in schema] if isinstance(schema, list) else schema
