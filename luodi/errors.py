"""What went wrong, where, and what to do: the one base of every error a person may see."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final


class LuodiError(Exception):
    """A problem in somebody's input, told in their words.

    `code` never changes once published; `at` says where: a file with line, a key, a batch line.
    `str(error)` is the whole sentence, place first.
    """

    code = "error"

    def __init__(self, message: str, *, at: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.at = at

    def __str__(self) -> str:
        return f"{self.at}: {self.message}" if self.at else self.message

    def located(self, at: str) -> "LuodiError":
        """The same error seen from further out; an inner place stays, since it is the narrower one."""
        if self.at is None:
            self.at = at
        elif not self.at.startswith(at):
            self.at = f"{at}, {self.at}"
        return self

    def as_json(self) -> dict[str, object]:
        """`{"code", "message", "at"}`, the shape of `contracts.md`."""
        return {"code": self.code, "message": self.message, "at": self.at}


class BadInput(LuodiError):
    """A value that cannot be what it claims to be."""

    code = "bad-input"


class WrongType(BadInput):
    code = "wrong-type"


class OutOfRange(BadInput):
    code = "out-of-range"


class UnknownKey(BadInput):
    """A key or name that the vocabulary or the format does not have."""

    code = "unknown-key"


class UnknownValue(BadInput):
    """A value outside the list that is allowed."""

    code = "unknown-value"


class MissingKey(BadInput):
    code = "missing-key"


class DuplicateKey(BadInput):
    code = "duplicate-key"


class UnreadableFile(BadInput):
    """A file that is absent, empty, binary, too large or no YAML at all."""

    code = "unreadable-file"


#: Letters that are taken for figures, on paper and by eye.
_LOOKS_LIKE: Final = str.maketrans("lIiOo", "11100")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ " Did you mean `x`?" for the nearest known word, or an empty text when none is near. Where a figure was misread
    as a letter, the word that looks the same comes first: `B1l` is `B11` or `B1`."""
    names = list(known)
    folded = {name.casefold().replace("-", "_"): name for name in names}
    alike = [name for name in names if name != word and name == word.translate(_LOOKS_LIKE)]
    if alike:
        near = [folded[key] for key in get_close_matches(word.casefold(), folded, n=1, cutoff=0.5)]
        return f" Did you mean {' or '.join(f'`{name}`' for name in dict.fromkeys([*alike, *near]))}?"
    near = get_close_matches(word.casefold().replace("-", "_"), folded, n=1, cutoff=0.5)
    if near:
        return f" Did you mean `{folded[near[0]]}`?"
    starts = [name for name in names if word and name.casefold().startswith(word.casefold())]
    return f" Did you mean `{starts[0]}`?" if starts else ""
