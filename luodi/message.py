"""A message: a reason and its parameters, said in both languages by `luodi/messages/AREA.yaml`.

`Message("access.no-requirement", name="vats-x")` is its English sentence, as text; `.said("zh")` is the Chinese one.
Programs decide by `.reason` and `.params`, and never by the words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from enum import Enum
from errno import errorcode
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).with_name("messages")
LANGUAGES: Final = ("en", "zh")
#: Between a place and what is said of it, between two sentences, and between the parts of a list.
COLON: Final = {"en": ": ", "zh": "："}
SPACE: Final = {"en": " ", "zh": ""}
#: The language in which a command tells what went wrong: that of `--lang` or LUODI_LANG.
spoken: Final = ContextVar("spoken", default="en")
_BETWEEN: Final = {"en": ", ", "zh": "、"}
_ENDS: Final = {"en": (".", "?", "!"), "zh": ("。", "？", "！")}
_STOP: Final = {"en": ".", "zh": "。"}
_NAMES: Final = re.compile(r"`([^`]+)`")
_REASON: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_-]+")


class Message(str):
    """What is said of `reason` with `params`. A parameter may be a message itself, a text in both
    languages (`{en, zh}`), or a list of these, and is said in turn."""

    reason: str
    params: Mapping[str, Any]

    def __new__(cls, reason: str, /, **params: Any) -> "Message":
        plain = {name: _plain(value) for name, value in params.items()}
        self = super().__new__(cls, _said(reason, plain, "en"))
        self.reason = reason
        self.params = plain
        return self

    def said(self, lang: str) -> str:
        """The sentence in `en` or `zh`."""
        return str(self) if lang == "en" else _said(self.reason, self.params, lang)

    def as_json(self) -> dict[str, Any]:
        """`{"reason", "params"}`, from which `message_of` makes the message again."""
        return {"reason": self.reason, "params": {name: _as_json(value) for name, value in self.params.items()}}

    def parts(self) -> Iterator["Message"]:
        """Itself and the messages in it, the outermost first."""
        yield self
        for value in self.params.values():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Message):
                    yield from one.parts()

    def names(self) -> list[str]:
        """The names in it: what stands in backquotes, as it does in either language."""
        return _NAMES.findall(self)

    def __str__(self) -> str:
        return str.__str__(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.reason, dict(self.params))


def message_of(document: Mapping[str, Any]) -> Message:
    """The message that `as_json` wrote. Raises `KeyError` for a reason that is not known any more."""
    return _again(document["reason"], {name: _from_json(value) for name, value in document["params"].items()})


def said(text: str, lang: str) -> str:
    """A text in a language where it is a message; as it is where it is a name or somebody's own words."""
    return text.said(lang) if isinstance(text, Message) else text


def stopped(text: str, lang: str) -> str:
    """A text in a language, with a stop where it has none."""
    whole = said(text, lang)
    return whole if whole.endswith(_ENDS[lang]) else whole + _STOP[lang]


def sentence(text: str, lang: str) -> str:
    """The same with a capital."""
    whole = stopped(text, lang)
    return whole[:1].upper() + whole[1:]


def in_line(name: str, line: int) -> Message:
    """ "rules/pilot.yaml, line 7"."""
    return Message("place.line", name=name, line=line)


def in_key(key: object, outer: str | None = None) -> Message:
    """ "the body, key `share`", or "key `share`" where nothing is around it."""
    return Message("place.key", outer=outer, key=key) if outer else Message("place.key-alone", key=key)


def joined(parts: Iterable[str], between: str | None = None) -> Message:
    """Several texts as one message, with semicolons or what is given between; empty ones are left out."""
    first, *others = [part for part in parts if part] or [""]
    whole = first if isinstance(first, Message) else Message("common.text", text=first)
    for part in others:
        both = {"first": whole, "second": part}
        whole = Message("common.both", **both) if between is None else Message("common.beside", between=between, **both)
    return whole


def system_words(problem: OSError) -> str:
    """What the operating system says went wrong, in both languages where we know the error."""
    reason = f"system.{errorcode.get(problem.errno or 0, '').lower()}"
    return Message(reason) if is_reason(reason) else problem.strerror or str(problem)


def is_reason(text: str) -> bool:
    """Whether the text is a reason that has words."""
    area, dot, key = text.partition(".")
    return bool(dot) and _REASON.fullmatch(text) is not None and key in messages(area)


@cache
def messages(area: str) -> Mapping[str, Mapping[str, str]]:
    """The words of an area, by key: `{en, zh}` with parameters in braces. Empty where there is no such area."""
    import yaml  # an answer to a compiled book reads none, and does not wait for it

    file = FOLDER / f"{area}.yaml"
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_bytes(), loader) if file.is_file() else {}


def areas() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.yaml"))


def _said(reason: str, params: Mapping[str, Any], lang: str) -> str:
    area, _, key = reason.partition(".")
    text = messages(area)[key][lang]
    return text.format_map({name: _shown(value, lang) for name, value in params.items()})


def _shown(value: Any, lang: str) -> Any:
    if isinstance(value, Message):
        return value.said(lang)
    if isinstance(value, Mapping):
        return value[lang]
    if isinstance(value, tuple):
        return _BETWEEN[lang].join(str(_shown(item, lang)) for item in value)
    return value


def _plain(value: Any) -> Any:
    """A value that can be kept, compared and sent to another process."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, Message | bool | int | float | Decimal | date) or value is None:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping) and set(value) == set(LANGUAGES):
        return {lang: str(value[lang]) for lang in LANGUAGES}
    if isinstance(value, Iterable):
        return tuple(_plain(item) for item in value)
    return str(value)


def _as_json(value: Any) -> Any:
    if isinstance(value, Message):
        return value.as_json()
    if isinstance(value, tuple):
        return [_as_json(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    return value if isinstance(value, bool | int | str) or value is None else str(value)


def _from_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return message_of(value) if "reason" in value else value
    return [_from_json(item) for item in value] if isinstance(value, list) else value


def _again(reason: str, params: Mapping[str, Any]) -> Message:
    return Message(reason, **params)
