"""Rules nobody wrote: 3 to 8 questions each over 17 attributes or fewer, with thresholds that rules share."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from random import Random

from luodi.dates import Span
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Attribute, Kind, Vocabulary
from luodi.rules.book import Bound, Citation, Clause, Rule
from luodi.rules.lower import lower

DAY = date(2026, 3, 2)
SIZES = ("large", "medium", "small", "micro")
MARKS = tuple(f"mark{n}" for n in range(12))
REGIONS = tuple(f"{n}0000" for n in (11, 12, 31, 33, 44, 46, 50, 51))
_MONEY = ("revenue", "assets", "capital", "rd_expense", "foreign_capital")
_COUNTS = ("employees", "patents", "rd_staff")
_RATIOS = ("foreign_share", "rd_share")
_HUNDREDTHS = tuple(Fraction(n, 100) for n in range(1, 100))
_TRUTHS = ("listed", "certified", "exporter")


def vocabulary(without: Sequence[str] = ()) -> Vocabulary:
    """The words that rules ask, less some."""
    kinds = {
        **dict.fromkeys(_MONEY, Kind.MONEY),
        **dict.fromkeys(_COUNTS, Kind.INTEGER),
        **dict.fromkeys(_RATIOS, Kind.DECIMAL),
        **dict.fromkeys(_TRUTHS, Kind.BOOLEAN),
    }
    words = [_attribute(name, kind) for name, kind in kinds.items()]
    words.append(_attribute("size", Kind.ENUM, SIZES))
    words.append(_attribute("marks", Kind.SET, MARKS))
    words.append(_attribute("region", Kind.STRING))
    words.append(_attribute("founded", Kind.DATE))
    return Vocabulary("synthetic", {word.name: word for word in words if word.name not in without})


def _attribute(name: str, kind: Kind, allowed: tuple[str, ...] | None = None) -> Attribute:
    low = 0 if kind.is_number else None
    high = 1 if kind is Kind.DECIMAL else None
    return Attribute(name, kind, {"zh": name, "en": name}, allowed=allowed, minimum=low, maximum=high)


def rules(count: int, words: Vocabulary, random: Random) -> list[Rule]:
    return [_rule(f"rule-{at}", words, random) for at in range(count)]


def _rule(name: str, words: Vocabulary, random: Random) -> Rule:
    texts = []
    left = random.randint(3, 8)
    while left > 0:
        width = 2 if left > 1 and random.random() < 0.25 else 1
        asked = [_question(words, random) for _ in range(width)]
        texts.append(" || ".join(asked))
        left -= width
    clauses = tuple(Clause(text, (Citation("an-instrument", f"Art {at}"),)) for at, text in enumerate(texts, 1))
    bounds = tuple(Bound(clause, lower(clause.text, words)) for clause in clauses)
    basis = (Citation("an-instrument"),)
    title = {"zh": name, "en": name}
    return Rule(name, title, Span(), clauses, basis, {}, editions=((date.min, bounds),))


def _question(words: Vocabulary, random: Random) -> str:
    def one(names: Sequence[str]) -> str:
        return random.choice([name for name in names if name in words])

    match random.randrange(7):
        case 0:
            return f"{one(_MONEY)} {random.choice(('>=', '<', '<='))} {random.randint(1, 10) * 1_000_000}"
        case 1:
            return f"{one(_COUNTS)} {random.choice(('>=', '>', '<='))} {random.randint(1, 10) * 10}"
        case 2:
            return f"{one(_RATIOS)} {random.choice(('>=', '<'))} 0.{random.randint(1, 9)}"
        case 3:
            return f"{random.choice(('', '!'))}{one(_TRUTHS)}"
        case 4:
            chosen = ", ".join(f'"{size}"' for size in random.sample(SIZES, random.randint(1, 3)))
            return f"size in [{chosen}]"
        case 5:
            chosen = ", ".join(f'"{mark}"' for mark in random.sample(MARKS, random.randint(1, 4)))
            return f"{random.choice(('', '', '!'))}marks.exists(m, m in [{chosen}])"
        case _:
            return random.choice(
                (f'region.startsWith("{random.choice(REGIONS)[:2]}")', f"age_years(founded) <= {random.randint(1, 9)}")
            )


def company(words: Vocabulary, random: Random, *, known: float) -> Facts:
    """A company whose figures need not lie on any threshold; 5 % unknown means `known=0.95`."""
    facts = {
        **{name: random.randint(0, 12_000_000) for name in _MONEY},
        **{name: random.randint(0, 120) for name in _COUNTS},
        **{name: random.choice(_HUNDREDTHS) for name in _RATIOS},
        **{name: random.random() < 0.5 for name in _TRUTHS},
        "size": random.choice(SIZES),
        "marks": frozenset(random.sample(MARKS, random.randint(0, 4))),
        "region": random.choice(REGIONS),
        "founded": date.fromordinal(DAY.toordinal() - random.randint(0, 4000)),
    }
    return Facts(words, {name: value for name, value in facts.items() if random.random() < known})
