"""What went wrong, where, and what to do: the one base of every error a person may see."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final, Self

from luodi.message import COLON, Message, said


class LuodiError(Exception):
    """A problem in somebody's input: a code, a reason and its parameters, with words in both languages.

    `code` is the kind of problem and never changes once published; the reason is finer and picks the words, which stand
    in `luodi/messages`. `at` says where: a file with line, a key, a batch line. `str(error)` is the whole sentence in
    English, place first; `error.said("zh")` the same in Chinese.
    """

    code = "error"

    def __init__(self, reason: str, /, *, at: str | None = None, **params: Any) -> None:
        """`reason` is one of `luodi/messages`, such as `access.no-requirement`, or the `Message` of another problem."""
        self.message = reason if isinstance(reason, Message) else Message(reason, **params)
        super().__init__(self.message)
        self.at = at

    @property
    def reason(self) -> str:
        return self.message.reason

    @property
    def params(self) -> Mapping[str, Any]:
        return self.message.params

    def __str__(self) -> str:
        return self.said("en")

    def said(self, lang: str) -> str:
        """The place and the sentence in a language."""
        text = self.message.said(lang)
        return f"{said(self.at, lang)}{COLON[lang]}{text}" if self.at else text

    @property
    def whole(self) -> Message:
        """The place and the sentence as one message."""
        return Message("place.said", at=self.at, problem=self.message) if self.at else self.message

    def located(self, at: str) -> Self:
        """The same error seen from further out; an inner place stays, since it is the narrower one."""
        if self.at is None:
            self.at = at
        elif not self.at.startswith(at):
            self.at = Message("place.within", outer=at, inner=self.at)
        return self

    def as_json(self, lang: str = "en") -> dict[str, object]:
        """`{"code", "reason", "params", "message", "at"}`: the message and the place in the language asked for."""
        return {
            "code": self.code,
            **self.message.as_json(),
            "message": self.message.said(lang),
            "at": None if self.at is None else said(self.at, lang),
        }


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
        first, *others = dict.fromkeys([*alike, *near])
        if others:
            return Message("common.did-you-mean-either", first=first, second=others[0])
        return Message("common.did-you-mean", name=first)
    near = get_close_matches(word.casefold().replace("-", "_"), folded, n=1, cutoff=0.5)
    if near:
        return Message("common.did-you-mean", name=folded[near[0]])
    starts = [name for name in names if word and name.casefold().startswith(word.casefold())]
    return Message("common.did-you-mean", name=starts[0]) if starts else ""
