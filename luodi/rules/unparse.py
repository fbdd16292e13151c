"""An expression as CEL text again, with no more brackets than it needs."""

from luodi.rules.syntax import BINARY, Call, Expression, Ident, ListOf, Literal, Macro, MapOf, Select, Struct, Uint


def unparse(node: Expression) -> str:
    """CEL text of a tree; parsing it again gives an equal tree."""
    match node:
        case Literal():
            return _literal(node)
        case Ident(name, absolute):
            return f".{name}" if absolute else name
        case Select(operand, name, test):
            inner = f"{_operand(operand)}.{name if name.isidentifier() else f'`{name}`'}"
            return f"has({inner})" if test else inner
        case Call("?:", (test, then, other)):
            # The branches of CEL's conditional take no bare conditional before the colon.
            return f"{_wrap(test, 1)} ? {_wrap(then, 1)} : {unparse(other)}"
        case Call("[]", (operand, index)):
            return f"{_operand(operand)}[{unparse(index)}]"
        case Call("!" | "-x" as sign, (operand,)):
            inner = _wrap(operand, 6)
            if _needs_brackets(sign, operand):
                inner = f"({inner})"
            return f"{sign[0]}{inner}"
        case Call(name, (left, right), None) if name in BINARY:
            power = BINARY[name]
            return f"{_wrap(left, power)} {name} {_wrap(right, power + 1)}"
        case Call(name, arguments, target):
            inside = f"{name}({', '.join(map(unparse, arguments))})"
            return f"{_operand(target)}.{inside}" if target is not None else inside
        case ListOf(items):
            return f"[{', '.join(map(unparse, items))}]"
        case MapOf(entries):
            return "{" + ", ".join(f"{unparse(k)}: {unparse(v)}" for k, v in entries) + "}"
        case Struct(name, fields):
            return f"{name}{{" + ", ".join(f"{k}: {unparse(v)}" for k, v in fields) + "}"
        case Macro(kind, over, variable, steps):
            return f"{_operand(over)}.{kind}({', '.join([variable, *map(unparse, steps)])})"


def _needs_brackets(sign: str, operand: Expression) -> bool:
    """CEL repeats one sign (`!!a`) but never mixes them, and reads a sign before digits as part of the number."""
    if isinstance(operand, Literal):
        return sign == "-x" or (isinstance(operand.value, int | float) and str(operand.value).startswith("-"))
    return isinstance(operand, Call) and operand.target is None and operand.name in ("!", "-x") and operand.name != sign


def _power(node: Expression) -> int:
    if isinstance(node, Call) and node.target is None:
        if node.name == "?:":
            return 0
        if node.name in ("!", "-x"):
            return 6
        return BINARY.get(node.name, 7) if len(node.arguments) == 2 else 7
    return 7


def _wrap(node: Expression, least: int) -> str:
    text = unparse(node)
    return f"({text})" if _power(node) < least else text


def _operand(node: Expression) -> str:
    needs = _power(node) < 7 or (isinstance(node, Literal) and not isinstance(node.value, str | bytes))
    return f"({unparse(node)})" if needs else unparse(node)


def _literal(node: Literal) -> str:
    value = node.value
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Uint):
        return f"{value.value}u"
    if isinstance(value, float):
        return node.text or repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return 'b"' + "".join(f"\\x{byte:02x}" for byte in value) + '"'
    return quote(value)


def quote(text: str) -> str:
    """A CEL text literal."""
    named = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    letters = (named.get(c) or (c if c.isprintable() else f"\\U{ord(c):08x}") for c in text)
    return '"' + "".join(letters) + '"'
