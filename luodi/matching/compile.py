"""A book on one day as one program over columns: literals, then shared and/or nodes, then one answer a rule.

Every rule's tree is walked once with the truth it must have, so that NOT ends at the leaves; equal nodes are kept once
across all rules. A node reads rows of bits and writes a row of bits, on two rails: certain and possible.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from luodi.matching.columns import WORD, Codes, Members, Numbers, Plan, Truths, plan_of
from luodi.matching.formulas import Unfit, check_formula
from luodi.matching.program import (
    AND,
    CONSTANT,
    FALSE,
    LITERAL,
    OPEN,
    OR,
    TRUE,
    Literal,
    Node,
    Program,
    Refused,
    Source,
)
from luodi.matching.schedule import place_literals, schedule
from luodi.message import Message, in_line
from luodi.profiles.vocabulary import Kind, Vocabulary
from luodi.rules.book import Bound, Rule
from luodi.rules.tree import And, Const, Formula, Growth, Leaf, Manual, Not, Op, Or, Test, Tree, leaves
from luodi.rules.unparse import unparse

_POSITIVE: Final = {Op.LT: Op.GE, Op.LE: Op.GT, Op.NE: Op.EQ}
_ALL: Final = (1 << WORD) - 1


def compile_rules(
    rules: Iterable[Rule], vocabulary: Vocabulary, on: date, *, derived: frozenset[str] = frozenset(), salt: str = ""
) -> Program:
    """The program of rules on a day. Rules that columns cannot hold are listed as `refused`.

    `derived` are attributes that are worked out where they are absent, which formulas cannot read. `salt` goes into the
    fingerprints: two programs that derive such attributes differently never take a rule for the same.
    """
    gathered = _Gathered(vocabulary, derived)
    fit, refused = [], []
    for rule in rules:
        problem = gathered.take(rule, on)
        if problem is None:
            fit.append(rule)
        else:
            refused.append(problem)
    return _Builder(gathered, vocabulary, on, salt).program(fit, refused)


def canonical(test: Test, wanted: bool) -> tuple[Test, bool]:
    """`x < 5` as not `x >= 5`, so that both share a bitmap."""
    opposite = _POSITIVE.get(test.op)
    return (test, wanted) if opposite is None else (Test(test.attribute, opposite, test.constant), not wanted)


# ---- first pass: what is asked, and what cannot be


class _Gathered:
    """Every test by attribute, and the leaves that are worked out beforehand."""

    def __init__(self, vocabulary: Vocabulary, derived: frozenset[str]) -> None:
        self.vocabulary, self.derived = vocabulary, derived
        self.tests: dict[str, dict[Test, None]] = {}
        self.reckoned: dict[str, Growth | Formula] = {}
        self.texts: dict[int, str] = {}  # of a leaf, by identity: equal ones are worked out once

    def take(self, rule: Rule, on: date) -> Refused | None:
        if on not in rule.span:
            return None
        found: list[Leaf] = []
        for bound in rule.edition(on):
            try:
                for leaf in leaves(bound.tree):
                    self._check(leaf)
                    found.append(leaf)
            except Unfit as problem:
                return _refusal(rule, bound, problem)
        for leaf in found:
            if isinstance(leaf, Test):
                self.tests.setdefault(leaf.attribute, {})[canonical(leaf, True)[0]] = None
            elif isinstance(leaf, Growth | Formula):
                text = self.texts[id(leaf)] = _leaf_text(leaf, on)
                self.reckoned.setdefault(text, leaf)
        return None

    def _check(self, leaf: Leaf) -> None:
        match leaf:
            case Formula(expression=expression):
                check_formula(expression, self.vocabulary, self.derived)
            case Growth(attribute=name, base=base, start=start):
                for each in (name, base):
                    if each in self.derived:
                        raise Unfit(
                            Message("matching.may-derived-2", each=each),
                            Message("matching.compare-figures-derives-from"),
                            start,
                        )
            case Test(attribute=name, op=op, start=start):
                if self.vocabulary[name].kind is Kind.MAP and op is not Op.PRESENT:
                    raise Unfit(
                        Message("matching.mapping", name=name), Message("matching.ask-only-whether-with"), start
                    )


def _refusal(rule: Rule, bound: Bound, problem: Unfit) -> Refused:
    at = in_line(rule.file, bound.clause.line) if rule.file else ""
    return Refused(rule.id, at, bound.clause.text, problem.position, problem.why, problem.hint)


# ---- second pass: shared nodes and rows


class _Builder:
    def __init__(self, gathered: _Gathered, vocabulary: Vocabulary, on: date, salt: str) -> None:
        self.vocabulary, self.on, self.salt = vocabulary, on, salt
        self.reckoned = tuple(gathered.reckoned.values())
        self.places = {name: {test: at for at, test in enumerate(tests)} for name, tests in gathered.tests.items()}
        self.plans: list[Plan] = [plan_of(vocabulary[n], tuple(tests), on) for n, tests in gathered.tests.items()]
        self.by_name = {plan.name: at for at, plan in enumerate(self.plans)}
        self.tested = len(self.plans)
        at_text = {text: self.tested + at for at, text in enumerate(gathered.reckoned)}
        self.by_leaf = {leaf: at_text[text] for leaf, text in gathered.texts.items()}
        self.plans += [Truths(f"#{at}", (False,), (False,)) for at in range(len(self.reckoned))]
        self.sources: dict[Source, int] = {}
        self.literals: list[Literal] = []
        self.literal_at: dict[tuple[Source, tuple[tuple[int, int], ...], bool], int] = {}
        self.nodes = [Node(CONSTANT, (FALSE,)), Node(CONSTANT, (TRUE,)), Node(CONSTANT, (OPEN,))]
        self.node_at = {node: at for at, node in enumerate(self.nodes)}
        self.source_list: tuple[Source, ...] = ()
        self.prints: dict[int, str] = {}

    def program(self, rules: Sequence[Rule], refused: Sequence[Refused]) -> Program:
        trees = tuple(rule.tree(self.on) if self.on in rule.span else Const(False) for rule in rules)
        roots = tuple(self._node(tree, True) for tree in trees)
        self.source_list = tuple(self.sources)
        instructions, arguments, rows = schedule(self.nodes, place_literals(self.nodes, self.literals), roots)
        return Program(
            on=self.on,
            vocabulary=self.vocabulary,
            rules=tuple(rules),
            refused=tuple(refused),
            plans=tuple(self.plans),
            reckoned=self.reckoned,
            sources=tuple(self.sources),
            literals=tuple(self.literals),
            nodes=tuple(self.nodes),
            roots=roots,
            instructions=instructions,
            arguments=arguments,
            rows=rows,
            fingerprints=tuple(map(self._print, roots)),
            reads=self._reads(),
            trees=trees,
            readers=self._readers(trees),
        )

    def _reads(self) -> frozenset[str]:
        names = set(self.by_name)
        for leaf in self.reckoned:
            names |= {leaf.attribute, leaf.base} if isinstance(leaf, Growth) else leaf.attributes
        return frozenset(names)

    def _readers(self, trees: Sequence[Tree]) -> dict[int, tuple[int, ...]]:
        found: dict[int, dict[int, None]] = {}
        for at, tree in enumerate(trees):
            for leaf in leaves(tree):
                if isinstance(leaf, Formula):
                    found.setdefault(self.by_leaf[id(leaf)] - self.tested, {})[at] = None
        return {formula: tuple(rules) for formula, rules in found.items()}

    # -- nodes

    def _node(self, node: Tree, wanted: bool) -> int:
        match node:
            case Not(part):
                return self._node(part, not wanted)
            case And(parts):
                return self._join(AND if wanted else OR, [self._node(part, wanted) for part in parts])
            case Or(parts):
                return self._join(OR if wanted else AND, [self._node(part, wanted) for part in parts])
            case Const(value):
                return TRUE if value is wanted else FALSE
            case Manual():
                return OPEN
            case Test():
                return self._test(*canonical(node, wanted))
            case _:
                return self._literal(Source(self.by_leaf[id(node)]), ((0, 0),), False, wanted)

    def _join(self, kind: int, parts: Iterable[int]) -> int:
        """An and/or of nodes: one inside another of its kind is opened; repeats and parts without effect go."""
        settled, neutral = (FALSE, TRUE) if kind == AND else (TRUE, FALSE)
        found: set[int] = set()
        for part in parts:
            node = self.nodes[part]
            found.update(node.parts if node.kind == kind else (part,))
        found.discard(neutral)
        if settled in found:
            return settled
        if len(found) < 2:
            return found.pop() if found else neutral
        return self._kept(Node(kind, tuple(sorted(found))))

    def _kept(self, node: Node) -> int:
        at = self.node_at.setdefault(node, len(self.nodes))
        if at == len(self.nodes):
            self.nodes.append(node)
        return at

    def _test(self, test: Test, wanted: bool) -> int:
        at = self.by_name[test.attribute]
        plan, place = self.plans[at], self.places[test.attribute][test]
        closed = plan.closed[place]
        match plan:
            case Numbers(spans=spans):
                return self._literal(Source(at), spans[place], closed, wanted)
            case Codes():
                bit = place % WORD
                return self._literal(Source(at, place // WORD), ((bit // 8, 1 << bit % 8),), closed, wanted)
            case Truths(asks_known=asks_known):
                return self._literal(Source(at), ((int(asks_known[place]), 0),), closed, wanted)
            case Members(masks=masks, words=words):
                return self._member(at, words, masks[place], closed, wanted)

    def _member(self, at: int, words: int, mask: int, closed: bool, wanted: bool) -> int:
        """Many members lie in several words, any of which may hold one."""
        parts = [
            self._literal(Source(at, word), bytes_of(mask >> word * WORD & _ALL), closed, wanted)
            for word in range(words)
            if mask >> word * WORD & _ALL
        ]
        return self._join(OR if wanted else AND, parts) if parts else self._literal(Source(at), (), closed, wanted)

    def _literal(self, source: Source, tests: tuple[tuple[int, int], ...], closed: bool, wanted: bool) -> int:
        key = (source, tests, closed)
        at = self.literal_at.get(key)
        if at is None:
            at = self.literal_at[key] = len(self.literals)
            self.literals.append(Literal(self.sources.setdefault(source, len(self.sources)), tests, closed))
        return self._kept(Node(LITERAL, (at, int(wanted))))

    # -- what a rule asks, whatever else its book asks

    def _print(self, at: int) -> str:
        found = self.prints.get(at)
        if found is None:
            node = self.nodes[at]
            if node.kind in (AND, OR):
                text = f"{node.kind} {' '.join(sorted(map(self._print, node.parts)))}"
            elif node.kind == LITERAL:
                text = f"{node.parts[1]} {self._literal_text(self.literals[node.parts[0]])}"
            else:
                text = f"constant {at}"
            found = self.prints[at] = hashlib.sha256(f"{self.salt} {text}".encode()).hexdigest()[:32]
        return found

    def _literal_text(self, literal: Literal) -> str:
        source = self.source_list[literal.source]
        plan = self.plans[source.plan]
        if source.plan >= self.tested:
            return _leaf_text(self.reckoned[source.plan - self.tested], self.on)
        match plan:
            case Numbers(edges=edges):
                ends = [
                    (edges[i - 1] if i else None, edges[k - 1] if k <= len(edges) else None) for i, k in literal.tests
                ]
                text = str([tuple(None if e is None else (str(e[0]), e[1]) for e in pair) for pair in ends])
            case Codes(tests=tests):
                ((plane, bit),) = literal.tests
                text = _test_text(tests[source.word * WORD + plane * 8 + bit.bit_length() - 1])
            case Members(members=members):
                bits = sum(bit << plane * 8 for plane, bit in literal.tests) << source.word * WORD
                other = bool(bits >> len(members) & 1)
                text = f"{other} {[m for at, m in enumerate(members) if (bits >> at & 1) != other]} {source.word}"
            case _:
                text = str(literal.tests)
        return f"{plan.name} {text} {literal.closed}"


def bytes_of(word: int) -> tuple[tuple[int, int], ...]:
    """The bytes of a 64-bit word that are not zero, with their places."""
    return tuple((at, word >> at * 8 & 255) for at in range(8) if word >> at * 8 & 255)


def _test_text(test: Test) -> str:
    constant = sorted(test.constant) if isinstance(test.constant, frozenset) else test.constant
    return f"{test.op} {constant}"


def _leaf_text(leaf: Growth | Formula, on: date) -> str:
    if isinstance(leaf, Growth):
        return f"growth {leaf.attribute} {leaf.base} {leaf.op} {leaf.rate}"
    text = unparse(leaf.expression)
    return f"{text} {on}" if "age_" in text else text
