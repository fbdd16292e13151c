"""What pages say, in both languages: `words/ROOM.yaml` holds `key: {zh, en}`; a page asks for `room.key`.

The words of terms come from `luodi.terms`, as they begin a line: `term.FAMILY_KEY`, such as `term.fit_match`.
"""

from functools import cache
from pathlib import Path
from typing import Final, Protocol

from django.utils.translation import get_language

from luodi.terms import FAMILIES
from luodi.terms.figures import plural, verb_of
from luodi.text import read_yaml

FOLDER: Final = Path(__file__).parents[1] / "words"


class Figure:
    """A value put into words: `{n:rule}` is "1 rule" or "2 rules", `{n:=is}` only the verb, "is" or "are"."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __format__(self, spec: str) -> str:
        if not spec or not spec.lstrip("=").replace(" ", "").isalpha():
            return format(self.value, spec)
        one = str(self.value) == "1"
        if spec.startswith("="):
            return verb_of(1 if one else 2, spec[1:])
        return f"{self.value} {spec if one else plural(spec)}"


@cache
def words() -> dict[str, dict[str, str]]:
    """All of them, by `room.key`."""
    own = {
        f"{file.stem}.{key}": dict(texts)
        for file in sorted(FOLDER.glob("*.yaml"))
        for key, texts in read_yaml(file).items()
    }
    return own | {
        f"term.{family}_{key}": {"zh": one.title("zh"), "en": one.title("en")}
        for family, known in FAMILIES.items()
        for key, one in known.items()
    }


def language() -> str:
    """The language of this request: `zh` or `en`."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def say(key: str, lang: str | None = None, **values: object) -> str:
    """The words of a key, with values put in. Raises `KeyError` for a key that no file has."""
    text = words()[key][lang or language()]
    return text.format(**{name: Figure(value) for name, value in values.items()}) if values else text


def both(key: str, **values: object) -> dict[str, str]:
    """The words of a key in both languages."""
    return {lang: say(key, lang, **values) for lang in ("zh", "en")}


class Named(Protocol):
    """What has a name in both languages, one of which may be blank."""

    @property
    def name_zh(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def name_of(record: Named, lang: str | None = None) -> str:
    """A record's name in a language, that of the request if left out; in the other one where it has none in this."""
    zh, en = record.name_zh, record.name_en
    return zh or en if (lang or language()) == "zh" else en or zh
