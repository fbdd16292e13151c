"""Random vocabularies' worth of rules and companies for property tests; imported by tests and benches alone.

`hypothesis` draws what should be shrunk when it fails; `random_facts` draws companies in bulk from a seed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

from luodi.dates import Span
from luodi.profiles.facts import Derivation, Facts, Lacking
from luodi.profiles.vocabulary import Attribute, Kind, Value, Vocabulary
from luodi.rules.book import Bound, Citation, Clause, Rule
from luodi.rules.cells import cells
from luodi.rules.lower import lower
from luodi.rules.tree import Age, And, Const, Growth, Manual, Not, Op, Or, Test, Tree, leaves

DAY: Final = date(2026, 3, 31)
_CODES: Final = ("110000", "110101", "310000", "440300")
_MEMBERS: Final = ("a", "b", "c", "none")


def _attribute(name: str, kind: Kind, **more: Any) -> Attribute:
    return Attribute(name, kind, {"zh": name, "en": name}, **more)


WORDS: Final = Vocabulary(
    "random",
    {
        attribute.name: attribute
        for attribute in (
            _attribute("employees", Kind.INTEGER, minimum=0, cost=3),
            _attribute("months", Kind.INTEGER, minimum=0, changes="up", cost=2),
            _attribute("revenue", Kind.MONEY, cost=6),
            _attribute("revenue_before", Kind.MONEY, changes="never"),
            _attribute("share", Kind.DECIMAL, minimum=0, maximum=1, cost=4),
            _attribute("ratio", Kind.DECIMAL, minimum=0, changes="never", derived=True),
            _attribute("size", Kind.ENUM, allowed=("large", "medium", "small"), cost=8),
            _attribute("owner", Kind.ENUM, allowed=("state", "private", "foreign"), changes="never"),
            _attribute("region", Kind.STRING, code="region", cost=5),
            _attribute("zones", Kind.SET, allowed=_MEMBERS, cost=5),
            _attribute("scope", Kind.SET, changes="up", cost=1),
            _attribute("listed", Kind.BOOLEAN, changes="down", cost=7),
            _attribute("certified", Kind.BOOLEAN, changes="up", cost=2),
            _attribute("critical", Kind.BOOLEAN, changes="never"),
            _attribute("founded", Kind.DATE, changes="never"),
            _attribute("licensed", Kind.DATE, cost=3),
            _attribute("funds", Kind.MONEY, changes="more"),
            _attribute("site", Kind.SET, allowed=_MEMBERS, changes="move"),
            _attribute("papers", Kind.SET, changes="up", only_if={"y": 'region.startsWith("11")'}),
        )
    },
)


def _ratio(facts: Facts) -> Value | Lacking:
    """A derived attribute: a share of employees, with the inputs it lacks."""
    absent = frozenset(name for name in ("employees", "revenue") if facts.value(name) is None)
    if absent:
        return Lacking(absent)
    employees, revenue = facts.value("employees"), facts.value("revenue")
    assert isinstance(employees, int) and isinstance(revenue, int)
    return Fraction(employees, revenue) if revenue > 0 else Lacking(frozenset(("ratio",)))


DERIVATIONS: Final[Mapping[str, Derivation]] = {"ratio": _ratio}

_NUMBERS: Final = {
    "employees": st.integers(0, 6),
    "months": st.integers(0, 6),
    "revenue": st.integers(-1, 4),
    "revenue_before": st.integers(-1, 4),
    "share": st.sampled_from((0, Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), 1)),
    "ratio": st.sampled_from((0, Fraction(1, 2), 1, 2)),
}
_TEXTS: Final = {
    "size": st.sampled_from(("large", "medium", "small")),
    "owner": st.sampled_from(("state", "private", "foreign")),
    "region": st.sampled_from(_CODES),
}
_SETS: Final = {"zones": st.sampled_from(_MEMBERS), "scope": st.sampled_from(("x", "y", "none"))}
_TRUTHS: Final = ("listed", "certified", "critical")
_DAYS: Final = {
    "founded": st.dates(date(2021, 1, 1), date(2026, 3, 31)),
    "licensed": st.sampled_from((date(2024, 2, 29), date(2025, 3, 31), date(2026, 2, 28), date(2026, 3, 1))),
}
_FORMULAS: Final = (
    "employees > months",
    "employees * 2 >= revenue + 1",
    "revenue / employees > 1",
    "size(zones) > 1",
    'listed ? share > 0.25 : zones.exists(z, z == "a")',
    'zones.all(z, z in ["a", "b"])',
    "revenue / (employees - 2) >= 1 || certified",
    "age_days(founded) > months * 100",
)


def _order_tests() -> st.SearchStrategy[Test]:
    ops = st.sampled_from((Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE))
    numbers = st.one_of(*(st.builds(Test, st.just(name), ops, values) for name, values in _NUMBERS.items()))
    texts = st.one_of(*(st.builds(Test, st.just(n), st.sampled_from((Op.EQ, Op.NE)), v) for n, v in _TEXTS.items()))
    days = st.one_of(*(st.builds(Test, st.just(name), ops, values) for name, values in _DAYS.items()))
    return st.one_of(numbers, texts, days)


def _other_tests(presence: bool) -> st.SearchStrategy[Test]:
    some = [
        st.one_of(
            *(
                st.builds(Test, st.just(n), st.just(Op.IN), st.frozensets(v, min_size=1, max_size=3))
                for n, v in {**_TEXTS, "employees": _NUMBERS["employees"], "share": _NUMBERS["share"]}.items()
            )
        ),
        st.builds(Test, st.just("region"), st.just(Op.PREFIX), st.sampled_from((("11",), ("1101", "31"), ("44",)))),
        st.one_of(
            *(
                st.builds(
                    Test,
                    st.just(n),
                    st.sampled_from((Op.HAS_ANY, Op.HAS_OTHER)),
                    st.frozensets(v, min_size=1, max_size=3),
                )
                for n, v in _SETS.items()
            )
        ),
        st.builds(
            Test,
            st.sampled_from(_TRUTHS),
            st.just(Op.TRUE),
            st.just(True),
            st.booleans() if presence else st.just(False),
        ),
        st.builds(Test, st.sampled_from(tuple(_DAYS)), st.just(Op.AGE), _ages()),
    ]
    if presence:
        some.append(st.builds(Test, st.sampled_from(tuple(WORDS.attributes)), st.just(Op.PRESENT)))
    return st.one_of(*some)


def _ages() -> st.SearchStrategy[Age]:
    ops = st.sampled_from((Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE))
    counts = {"days": st.sampled_from((0, 1, 365, 730)), "months": st.integers(0, 30), "years": st.integers(0, 5)}
    return st.one_of(*(st.builds(Age, st.just(unit), ops, count) for unit, count in counts.items()))


def growths() -> st.SearchStrategy[Growth]:
    ops = st.sampled_from((Op.GT, Op.GE, Op.LT))
    rates = st.sampled_from((0, Fraction(1, 10), 1))
    return st.builds(Growth, st.just("revenue"), st.just("revenue_before"), ops, rates)


def literals(*, presence: bool = True, plain: bool = False) -> st.SearchStrategy[Tree]:
    """One leaf. `presence`: `has` and presumed facts too. `plain`: only tests of one attribute."""
    tests = st.one_of(_order_tests(), _other_tests(presence))
    if plain:
        return tests
    formulas = st.sampled_from(_FORMULAS).map(lambda text: lower(text, WORDS))
    rest = st.one_of(growths(), formulas, st.builds(Manual, st.just("m")), st.builds(Const, st.booleans()))
    return st.one_of(tests, tests, tests, rest)


def trees(*, presence: bool = True, plain: bool = False, leaves: int = 10) -> st.SearchStrategy[Tree]:
    """A tree of at most about `leaves` leaves."""

    def grow(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(st.builds(And, parts), st.builds(Or, parts), st.builds(Not, inner))

    return st.recursive(literals(presence=presence, plain=plain), grow, max_leaves=leaves)


def rule_of(clauses: Sequence[Tree], *, id: str = "r", span: Span | None = None) -> Rule:
    """A rule whose clauses are these trees; the texts of its clauses say only their number."""
    bounds = tuple(Bound(Clause(f"clause {at + 1}"), tree) for at, tree in enumerate(clauses))
    return Rule(
        id=id,
        title={"zh": id, "en": id},
        span=span or Span(),
        clauses=tuple(bound.clause for bound in bounds),
        basis=(Citation("an-instrument", "Art 1"),),
        gives={},
        editions=((date.min, bounds),),
    )


def rules(*, presence: bool = True, plain: bool = False) -> st.SearchStrategy[Rule]:
    clauses = st.lists(trees(presence=presence, plain=plain, leaves=6), max_size=4)
    spans = st.sampled_from((Span(), Span(), Span(), Span(DAY, None), Span(None, DAY)))
    return st.builds(lambda parts, span: rule_of(parts, span=span), clauses, spans)


def books(*, presence: bool = True) -> st.SearchStrategy[tuple[Rule, ...]]:
    """Several rules with ids of their own."""
    parts = st.lists(st.lists(trees(presence=presence, leaves=6), max_size=4), max_size=6)
    return parts.map(lambda rows: tuple(rule_of(row, id=f"r{at}") for at, row in enumerate(rows)))


def _values() -> dict[str, st.SearchStrategy[Any]]:
    sets = {name: st.frozensets(members, max_size=3) for name, members in _SETS.items()}
    return {**_NUMBERS, **_TEXTS, **sets, **dict.fromkeys(_TRUTHS, st.booleans()), **_DAYS}


def companies(*, whole: bool = False) -> st.SearchStrategy[Facts]:
    """Facts about a company, some of them absent unless `whole`; `ratio` is derived or given."""
    values = _values()
    needed = {name: value for name, value in values.items() if whole and name != "ratio"}
    optional = {name: value for name, value in values.items() if name not in needed}
    given = st.fixed_dictionaries(needed, optional=optional)
    return given.map(lambda facts: Facts(WORDS, facts, DERIVATIONS))


def by_attribute(rules: Iterable[Rule], on: date) -> dict[str, list[Test]]:
    """Every test of the rules by attribute, and the other attributes they read with no test at all."""
    found: dict[str, list[Test]] = {}
    for rule in rules:
        for leaf in leaves(rule.tree(on)):
            match leaf:
                case Test(attribute=name):
                    found.setdefault(name, []).append(leaf)
                case Growth(attribute=name, base=base):
                    found.setdefault(name, [])
                    found.setdefault(base, [])
    return found


def pools(rules: Iterable[Rule], vocabulary: Vocabulary, on: date) -> dict[str, tuple[Value, ...]]:
    """For each attribute the rules read, one value of each of its cells."""
    return {name: cells(vocabulary[name], tests, on, most=400) for name, tests in by_attribute(rules, on).items()}


def random_facts(
    pools: Mapping[str, Sequence[Value]], vocabulary: Vocabulary, random: Random, *, known: float = 1.0
) -> Facts:
    """A fictional company: each fact is known with this probability, and then any cell is as likely as another."""
    given = {name: random.choice(values) for name, values in pools.items() if values and random.random() < known}
    return Facts(vocabulary, given)
