"""Strongly connected parts of a small graph, owners before what they own."""

from collections.abc import Callable, Iterable, Iterator, Sequence


def parts(nodes: Iterable[str], owners: Callable[[str], Sequence[str]]) -> Iterator[list[str]]:
    """Every strongly connected part, each after the parts that own it (Tarjan, without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    held: set[str] = set()
    for start in nodes:
        if start in order:
            continue
        work = [(start, iter(owners(start)))]
        order[start] = low[start] = len(order)
        stack.append(start)
        held.add(start)
        while work:
            node, rest = work[-1]
            for owner in rest:
                if owner not in order:
                    order[owner] = low[owner] = len(order)
                    stack.append(owner)
                    held.add(owner)
                    work.append((owner, iter(owners(owner))))
                    break
                if owner in held:
                    low[node] = min(low[node], order[owner])
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[node])
                if low[node] == order[node]:
                    yield _closed(node, stack, held)


def _closed(node: str, stack: list[str], held: set[str]) -> list[str]:
    part = []
    while True:
        last = stack.pop()
        held.discard(last)
        part.append(last)
        if last == node:
            return part[::-1]
