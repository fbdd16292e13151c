"""The order of work and the rows it is done in, so that few rows are in use at any time."""

from collections.abc import Iterator, Sequence

import numpy as np

from luodi.matching.batch import Ints
from luodi.matching.program import AND, ANSWER, FALSE, LITERAL, OPEN, OR, TRUE, Literal, Node


def place_literals(nodes: Sequence[Node], literals: Sequence[Literal]) -> dict[int, int]:
    """The row of every node that stays through a block: constants first, then literals."""
    rows = {FALSE: FALSE, TRUE: TRUE, OPEN: OPEN}
    for at, node in enumerate(nodes):
        if node.kind == LITERAL:
            literal = literals[node.parts[0]]
            rows[at] = len(rows)
            if node.parts[1]:
                literal.row = rows[at]
            else:
                literal.opposite = rows[at]
    return rows


def schedule(nodes: Sequence[Node], rows: dict[int, int], roots: Sequence[int]) -> tuple[Ints, Ints, int]:
    """Instructions, their arguments, and how many rows they need.

    Depth first from each rule, every node once; a node's row is free again after its last reader.
    """
    order = list(_order(nodes, roots))
    left = _readers(nodes, order)
    row, free, count = dict(rows), list[int](), len(rows)
    instructions, arguments = [], list[int]()
    for node, rule in order:
        if rule >= 0:
            parts: tuple[int, ...] = (node,)
            instructions.append((ANSWER, rule, row[node], 1))
        else:
            parts = nodes[node].parts
            if not free:
                free.append(count)
                count += 1
            row[node] = free.pop()
            instructions.append((nodes[node].kind, row[node], len(arguments), len(parts)))
            arguments += [row[part] for part in parts]
        for part in parts:
            if part in left:
                left[part] -= 1
                if not left[part]:
                    free.append(row[part])
    return np.array(instructions, np.int64).reshape(-1, 4), np.array(arguments, np.int64), count


def _order(nodes: Sequence[Node], roots: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Nodes to work out, each after its parts, with -1; and each rule's root with the place of the rule."""
    done: set[int] = set()

    def visit(node: int) -> Iterator[tuple[int, int]]:
        if node in done or nodes[node].kind not in (AND, OR):
            return
        done.add(node)
        for part in nodes[node].parts:
            yield from visit(part)
        yield node, -1

    for rule, root in enumerate(roots):
        yield from visit(root)
        yield root, rule


def _readers(nodes: Sequence[Node], order: Sequence[tuple[int, int]]) -> dict[int, int]:
    """How often each and/or node is read."""
    found: dict[int, int] = {}
    for node, rule in order:
        for part in (node,) if rule >= 0 else nodes[node].parts:
            if nodes[part].kind in (AND, OR):
                found[part] = found.get(part, 0) + 1
    return found
