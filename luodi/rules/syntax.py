"""CEL text to an immutable syntax tree with positions, and back to text.

The standard grammar (cel-spec, doc/langdef.md) without optional types: a scanner and a precedence-climbing
parser. Each node keeps `start` and `end`, offsets into the text, so that an error, an explanation or a
finding can point at the very letters. Standard macros become `Macro` nodes and are not expanded, so that
`s.exists(v, v in ["a"])` can still be read as what its author meant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, cast

from luodi.errors import BadInput
from luodi.message import Message


class BadExpression(BadInput):
    """CEL text that cannot be read. `position` is the offset of the offending letter."""

    code = "bad-expression"

    def __init__(self, message: Message, text: str, position: int) -> None:
        shown = text if len(text) <= 120 else text[max(0, position - 40) : position + 60]
        super().__init__("rules.at-character", problem=message, position=position + 1, shown=shown)
        self.position = position


@dataclass(frozen=True, slots=True)
class Node:
    start: int = field(compare=False, kw_only=True, default=0)
    end: int = field(compare=False, kw_only=True, default=0)


@dataclass(frozen=True, slots=True)
class Uint:
    """A CEL unsigned integer, told apart from `int` by its type."""

    value: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant. A double keeps its text: beside an exact attribute it is read exactly."""

    value: bool | int | float | str | bytes | Uint | None
    text: str = field(compare=False, default="")


@dataclass(frozen=True, slots=True)
class Ident(Node):
    name: str
    absolute: bool = False


@dataclass(frozen=True, slots=True)
class Select(Node):
    """`operand.field`, or with `test` what `has(operand.field)` asks."""

    operand: "Expression"
    field: str
    test: bool = False


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function or operator; `target` is the receiver of a method. Operators use their own sign as name."""

    name: str
    arguments: tuple["Expression", ...]
    target: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class MapOf(Node):
    entries: tuple[tuple["Expression", "Expression"], ...]


@dataclass(frozen=True, slots=True)
class Struct(Node):
    """A message literal. Parsed, since the grammar has it; our books have no messages."""

    name: str
    fields: tuple[tuple[str, "Expression"], ...]


@dataclass(frozen=True, slots=True)
class Macro(Node):
    """`range.kind(variable, steps..)` with kind one of all, exists, exists_one, map, filter."""

    kind: str
    range: "Expression"
    variable: str
    steps: tuple["Expression", ...]


Expression = Literal | Ident | Select | Call | ListOf | MapOf | Struct | Macro

_MACROS: Final = {"all": (2,), "exists": (2,), "exists_one": (2,), "map": (2, 3), "filter": (2,)}
_RESERVED: Final = frozenset(
    "as break const continue else for function if import let loop package namespace return var void while".split()
)
BINARY: Final = {
    "||": 1,
    "&&": 2,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "==": 3,
    "!=": 3,
    "in": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
}
_MAX_DEPTH: Final = 250
_TOKEN: Final = re.compile(
    r"""
    (?P<space>[\s]+|//[^\n]*)
  | (?P<string>(?:[rR][bB]?|[bB][rR]?)?(?:\"\"\"|'''|\"|'))
  | (?P<float>(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?))
  | (?P<int>(?:0[xX][0-9a-fA-F]+|\d+)[uU]?)
  | (?P<ident>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<quoted>`[A-Za-z0-9_.\-/ ]+`)
  | (?P<sign>\|\||&&|<=|>=|==|!=|[-+*/%<>!?:.,()\[\]{}])
    """,
    re.VERBOSE | re.ASCII,
)
_ESCAPES: Final = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "?": "?",
    '"': '"',
    "'": "'",
    "`": "`",
}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int
    value: str | bytes | None = None


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise BadExpression(Message("rules.does-not-belong", text=text[at]), text, at)
        kind = found.lastgroup or ""
        if kind == "string":
            token = _string(text, at, found.group())
            yield token
            at = token.end
            continue
        if kind != "space":
            yield _Token(kind, found.group(), at, found.end())
        at = found.end()
    yield _Token("end", "", len(text), len(text))


def _string(text: str, start: int, opening: str) -> _Token:
    prefix = opening.rstrip("\"'").lower()
    quote = opening[len(prefix) :]
    at, is_bytes, raw = start + len(opening), "b" in prefix, "r" in prefix
    parts: list[bytes | str] = []
    while not text.startswith(quote, at):
        if at >= len(text) or (len(quote) == 1 and text[at] in "\r\n"):
            raise BadExpression(Message("rules.text-never-closed"), text, start)
        if text[at] == "\\" and not raw:
            piece, at = _escape(text, at, is_bytes)
            parts.append(piece)
        elif text[at] == "\\":
            parts.append((text[at : at + 2]).encode() if is_bytes else text[at : at + 2])
            at += 2
        else:
            parts.append(text[at].encode() if is_bytes else text[at])
            at += 1
    end = at + len(quote)
    value = b"".join(cast("list[bytes]", parts)) if is_bytes else "".join(cast("list[str]", parts))
    return _Token("string", text[start:end], start, end, value)


def _escape(text: str, at: int, is_bytes: bool) -> tuple[bytes | str, int]:
    letter = text[at + 1 : at + 2]
    if letter in _ESCAPES and letter:
        piece = _ESCAPES[letter]
        return (piece.encode() if is_bytes else piece), at + 2
    widths = {"x": 2, "X": 2, "u": 4, "U": 8}
    if letter in widths and letter:
        digits, base, begin = text[at + 2 : at + 2 + widths[letter]], 16, at + 2
        wanted = widths[letter]
    elif letter in "0123" and letter:
        digits, base, begin, wanted = text[at + 1 : at + 4], 8, at + 1, 3
    else:
        raise BadExpression(Message("rules.escape-not-known"), text, at)
    try:
        number = int(digits, base) if len(digits) == wanted else -1
    except ValueError:
        number = -1
    unicode_escape = letter in "uU"
    if number < 0 or (is_bytes and (unicode_escape or number > 255)):
        raise BadExpression(Message("rules.escape-not-complete"), text, at)
    if not is_bytes and (number > 0x10FFFF or 0xD800 <= number <= 0xDFFF):
        raise BadExpression(Message("rules.no-unicode-character"), text, at)
    return (bytes([number]) if is_bytes else chr(number)), begin + wanted


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    @property
    def last(self) -> int:
        """Where the token just read ends."""
        return self.tokens[self.at - 1].end

    def advance(self) -> _Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def accept(self, sign: str) -> bool:
        if self.token.kind == "sign" and self.token.text == sign:
            self.at += 1
            return True
        return False

    def expect(self, sign: str) -> _Token:
        token = self.token
        if not self.accept(sign):
            raise self.wrong(Message("rules.missing", sign=sign))
        return token

    def wrong(self, message: Message) -> BadExpression:
        return BadExpression(message, self.text, self.token.start)

    def whole(self) -> Expression:
        expression = self.conditional()
        if self.token.kind != "end":
            raise self.wrong(Message("rules.does-not-belong-2", token=self.token.text))
        return expression

    def conditional(self) -> Expression:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.wrong(Message("rules.nested-too-deeply"))
        start = self.token.start
        try:
            test = self.binary(1)
            if not self.accept("?"):
                return test
            then = self.binary(1)
            self.expect(":")
            other = self.conditional()
            return Call("?:", (test, then, other), start=start, end=self.last)
        finally:
            self.depth -= 1

    def binary(self, least: int) -> Expression:
        start = self.token.start  # not `left.start`, which leaves out a bracket before it
        left = self.unary()
        while True:
            token = self.token
            power = BINARY.get(token.text, 0) if token.kind in ("sign", "ident") else 0
            if power < least:
                return left
            self.advance()
            right = self.binary(power + 1)
            left = Call(token.text, (left, right), start=start, end=self.last)

    def unary(self) -> Expression:
        token = self.token
        if token.kind == "sign" and token.text in "!-":
            signs = []
            while self.token.kind == "sign" and self.token.text == token.text:
                signs.append(self.advance())
            following = self.token
            if token.text == "-" and following.kind in ("int", "float") and following.start == signs[-1].end:
                operand = self.member(self.number(negative=True), signs.pop().start)
            else:
                operand = self.member(self.primary(), following.start)
            for sign in reversed(signs):
                name = "!" if token.text == "!" else "-x"
                operand = Call(name, (operand,), start=sign.start, end=self.last)
            return operand
        return self.member(self.primary(), token.start)

    def member(self, operand: Expression, start: int) -> Expression:
        """What follows an operand that begins at `start`, its bracket included: fields, methods and indexes."""
        while True:
            if self.accept("."):
                name = self.advance()
                if name.kind not in ("ident", "quoted"):
                    raise BadExpression(Message("rules.field-name-missing-after"), self.text, name.start)
                field_name = name.text.strip("`")
                if name.kind == "ident" and self.token.text == "(" and self.token.kind == "sign":
                    operand = self.method(operand, name, start)
                elif self.token.text == "{" and self.token.kind == "sign" and _dotted(operand):
                    operand = self.struct(f"{_dotted(operand)}.{field_name}", start)
                else:
                    operand = Select(operand, field_name, start=start, end=name.end)
            elif self.token.kind == "sign" and self.token.text == "[":
                self.advance()
                index = self.conditional()
                end = self.expect("]").end
                operand = Call("[]", (operand, index), start=start, end=end)
            else:
                return operand

    def method(self, target: Expression, name: _Token, start: int) -> Expression:
        arguments, end = self.arguments()
        sizes = _MACROS.get(name.text)
        if sizes and len(arguments) in sizes:
            variable = arguments[0]
            if not isinstance(variable, Ident) or variable.absolute:
                raise BadExpression(
                    Message("rules.needs-plain-variable-name-first", name=name.text), self.text, variable.start
                )
            return Macro(name.text, target, variable.name, arguments[1:], start=start, end=end)
        return Call(name.text, arguments, target, start=start, end=end)

    def arguments(self) -> tuple[tuple[Expression, ...], int]:
        self.expect("(")
        items: list[Expression] = []
        while not (self.token.kind == "sign" and self.token.text == ")"):
            items.append(self.conditional())
            if not self.accept(","):
                break
        return tuple(items), self.expect(")").end

    def primary(self) -> Expression:
        token = self.token
        if token.kind in ("int", "float"):
            return self.number(negative=False)
        if token.kind == "string":
            self.advance()
            return Literal(token.value, token.text, start=token.start, end=token.end)
        if self.accept("("):
            inner = self.conditional()
            self.expect(")")
            return inner
        if self.accept("["):
            return self.list_of(token.start)
        if self.accept("{"):
            return self.map_of(token.start)
        if token.kind == "ident" or (token.kind == "sign" and token.text == "."):
            return self.name()
        raise self.wrong(
            Message("rules.expression-missing")
            if token.kind == "end"
            else Message("rules.does-not-belong-2", token=token.text)
        )

    def name(self) -> Expression:
        start, absolute = self.token.start, self.accept(".")
        token = self.advance()
        if token.kind != "ident":
            raise BadExpression(Message("rules.name-missing-after"), self.text, token.start)
        words: dict[str, bool | None] = {"true": True, "false": False, "null": None}
        if token.text in words and not absolute:
            return Literal(words[token.text], token.text, start=start, end=token.end)
        if token.text in _RESERVED or token.text == "in":
            raise BadExpression(Message("rules.reserved-word", token=token.text), self.text, token.start)
        if self.token.kind == "sign" and self.token.text == "(":
            arguments, end = self.arguments()
            if token.text == "has" and not absolute:
                return self.has(arguments, start, end)
            return Call(token.text, arguments, start=start, end=end)
        if self.token.kind == "sign" and self.token.text == "{":
            return self.struct(token.text, start)
        return Ident(token.text, absolute, start=start, end=token.end)

    def has(self, arguments: tuple[Expression, ...], start: int, end: int) -> Expression:
        if len(arguments) != 1 or not isinstance(arguments[0], Select):
            raise BadExpression(Message("rules.takes-selection-such"), self.text, start)
        chosen = arguments[0]
        return Select(chosen.operand, chosen.field, True, start=start, end=end)

    def number(self, *, negative: bool) -> Literal:
        token = self.advance()
        sign = -1 if negative else 1
        start = token.start - (1 if negative else 0)
        text = self.text[start : token.end]
        if token.kind == "float":
            return Literal(sign * float(token.text), text, start=start, end=token.end)
        digits = token.text.rstrip("uU")
        number = int(digits, 16) if digits[:2].lower() == "0x" else int(digits)
        if digits != token.text:
            if negative or number >= 1 << 64:
                raise BadExpression(Message("rules.number-does-not-fit-unsigned"), self.text, start)
            return Literal(Uint(number), text, start=start, end=token.end)
        if not -(1 << 63) <= sign * number < 1 << 63:
            raise BadExpression(Message("rules.number-does-not-fit-64-2"), self.text, start)
        return Literal(sign * number, text, start=start, end=token.end)

    def list_of(self, start: int) -> ListOf:
        items: list[Expression] = []
        while not (self.token.kind == "sign" and self.token.text == "]"):
            items.append(self.conditional())
            if not self.accept(","):
                break
        return ListOf(tuple(items), start=start, end=self.expect("]").end)

    def map_of(self, start: int) -> MapOf:
        entries: list[tuple[Expression, Expression]] = []
        while not (self.token.kind == "sign" and self.token.text == "}"):
            key = self.conditional()
            self.expect(":")
            entries.append((key, self.conditional()))
            if not self.accept(","):
                break
        return MapOf(tuple(entries), start=start, end=self.expect("}").end)

    def struct(self, name: str, start: int) -> Struct:
        self.expect("{")
        fields: list[tuple[str, Expression]] = []
        while not (self.token.kind == "sign" and self.token.text == "}"):
            key = self.advance()
            if key.kind not in ("ident", "quoted"):
                raise BadExpression(Message("rules.field-name-missing"), self.text, key.start)
            self.expect(":")
            fields.append((key.text.strip("`"), self.conditional()))
            if not self.accept(","):
                break
        return Struct(name, tuple(fields), start=start, end=self.expect("}").end)


def _dotted(node: Expression) -> str | None:
    if isinstance(node, Ident):
        return ("." if node.absolute else "") + node.name
    if isinstance(node, Select) and not node.test:
        head = _dotted(node.operand)
        return f"{head}.{node.field}" if head else None
    return None


def parse(text: str) -> Expression:
    """The syntax tree of one CEL expression. Raises `BadExpression` with the position of the trouble."""
    try:
        return _Parser(text).whole()
    except RecursionError:
        raise BadExpression(Message("rules.nested-too-deeply"), text, 0) from None
