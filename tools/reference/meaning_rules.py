"""Whether the rules of the books answer as the facts do: the independent reading beside the package's engine."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, Final

from luodi.advice.steps import steps_book
from luodi.profiles.facts import Derivation, Facts
from luodi.rules.book import Book, Rule
from luodi.rules.compute import Failure, Unknown, compute
from luodi.rules.decide import decide, rule_answer
from luodi.rules.derive import derivations
from luodi.rules.library import load_book
from luodi.rules.syntax import parse
from luodi.rules.verdicts import Verdicts
from reference.companies import Companies, tests_of
from reference.derived import Company, Derived, SizeTable, Value, exact
from reference.formulas import amount, constants, formulas_of, names
from reference.ledger import Ledger, Tally
from reference.predicates import Answer, Node, Predicates, leaves
from reference.reading import FactFiles

_HEADING: Final = "meaning: the engine against an independent reading"
_PER_RULE: Final = 300  # companies, and as many again for every five leaves
_WHOLE: Final = 450  # companies that meet every rule of a book at once
_LISTS: Final = 4000
_AMOUNTS: Final = 100
#: What the facts leave to a person to decide, and the books ask the company.
_ASKED_INSTEAD: Final = {"cross_regional_licence": "manual"}
_RULES_FROM: Final = date(2024, 3, 22)  # the data-export rules; the size table is older


@dataclass(frozen=True)
class Asked:
    """One tree of the facts, its window, and the rule that carries it."""

    file: str
    id: str
    tree: Node
    window: tuple[date | None, date | None]
    rule: Rule


@dataclass
class Meaning:
    """What both sides need: the trees, the companies, the engine."""

    facts: FactFiles
    ledger: Ledger
    random: random.Random
    sizes: SizeTable = field(init=False)
    reading: Predicates = field(init=False)
    companies: Companies = field(init=False)

    def __post_init__(self) -> None:
        self.sizes = SizeTable(self.facts.policies["sme_size_standard"]["industries"])
        self.reading = Predicates(self.facts.kinds)
        self.companies = Companies(self.facts, self.sizes, self.reading, self.random)
        self.today = date.fromisoformat(self.facts.policies["as_of"])

    def company(self, given: Mapping[str, Value], day: date) -> Company:
        return Company(given, day, self.sizes)


def compare_rules(facts: FactFiles, ledger: Ledger, seed: random.Random) -> None:
    meaning = Meaning(facts, ledger, seed)
    policies, steps = list(_policies(facts)), list(_steps(facts))
    _each(meaning, "policies", policies)
    _each(meaning, "steps", steps)
    _each(meaning, "data-export rules", list(_export_rules(facts)))
    _authorities(meaning)
    _together(meaning, "policies, all at once", policies, load_book("policies"))
    _together(meaning, "steps, all at once", steps, load_book("landing-steps"))
    _export_paths(meaning)
    _sizes(meaning)
    _amounts(meaning)


# ---- rules


def _policies(facts: FactFiles) -> Iterator[Asked]:
    book = load_book("policies")
    for row in facts.policies["policies"]:
        if row["id"] in book.by_id:
            window = _day(row["window"]["from"]), _day(row["window"]["to"])
            yield Asked(FactFiles.POLICIES, row["id"], row["criteria"], window, book.by_id[row["id"]])


def _steps(facts: FactFiles) -> Iterator[Asked]:
    book = load_book("landing-steps")
    for row in facts.steps["steps"]:
        if row["id"] in book.by_id:
            rule = book.by_id[row["id"]]  # its first day is compared with the row
            yield Asked(FactFiles.STEPS, row["id"], row["trigger"], (rule.first, None), rule)


def _export_rules(facts: FactFiles) -> Iterator[Asked]:
    book = load_book("data-export-path")
    for row in facts.steps["data_export_rules"]["rules"]:
        if row["id"] in book.by_id:
            yield Asked(FactFiles.STEPS, row["id"], row["when"], (_RULES_FROM, None), book.by_id[row["id"]])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _each(meaning: Meaning, line: str, rules: Iterable[Asked]) -> None:
    """Every rule by itself, with what it asks for."""
    meaning.ledger.open(_HEADING, line)
    words: Counter[str] = Counter()
    for asked in rules:
        meaning.ledger.count("rules")
        words.update(_one(meaning, asked))
    for word, number in sorted(words.items()):
        meaning.ledger.count(word, number)


def _one(meaning: Meaning, asked: Asked) -> Counter[str]:
    tally = Tally(meaning.ledger, asked.file, asked.id)
    tests, words = tests_of([asked.tree], meaning.sizes), Counter[str]()
    for _ in range(_companies_for(asked.tree)):
        day = _some_day(meaning, asked.window)
        given = _some_company(meaning, asked, tests, day)
        wanted = meaning.reading.answer(asked.tree, meaning.company(given, day), asked.window)
        finding = rule_answer(asked.rule, engine_facts(given, day), day)
        found = Answer(finding.answer.value, tuple(sorted({_ASKED_INSTEAD.get(n, n) for n in finding.missing})))
        tally.compare(wanted, found, day, given)
        words[wanted.word] += 1
    tally.close()
    return words


def _companies_for(tree: Node) -> int:
    read = [leaf for leaf in leaves(tree) if "attr" in leaf]
    return _PER_RULE + _PER_RULE * len(read) // 5 if read else 10


def _some_company(meaning: Meaning, asked: Asked, tests: Mapping[str, list[Node]], day: date) -> dict[str, Value]:
    """Anybody, one that nearly meets the rule, or one that stands where a leaf turns."""
    companies, chance = meaning.companies, meaning.random.random()
    if not tests or chance < 0.25:
        return companies.draw(tests, day)
    return (companies.draw_near if chance < 0.5 else companies.draw_at_edge)(asked.tree, tests, day)


def _some_day(meaning: Meaning, window: tuple[date | None, date | None]) -> date:
    """Mostly a day inside the window; else at its edges or beside them."""
    edges = [
        edge + timedelta(days=days)
        for edge, sides in zip(window, ((-1, 0), (0, 1)), strict=True)
        if edge
        for days in sides
    ]
    if edges and meaning.random.random() < 0.3:
        return meaning.random.choice(edges)
    return _day_between(meaning, window[0] or date(2019, 1, 1), window[1] or meaning.today)


def _day_between(meaning: Meaning, first: date, last: date) -> date:
    return first + timedelta(days=meaning.random.randrange(max((last - first).days, 0) + 1))


@cache
def _derivations(day: date) -> Mapping[str, Derivation]:
    return derivations(load_book("enterprise-size"), day)


def engine_facts(given: Mapping[str, Value], day: date) -> Facts:
    return Facts(load_vocabulary(), given, _derivations(day))


@cache
def load_vocabulary() -> Any:
    return load_book("policies").vocabulary


def _together(meaning: Meaning, line: str, rules: list[Asked], book: Book) -> None:
    """The fast path over a whole book, for companies that meet many rules at once."""
    meaning.ledger.open(_HEADING, line)
    tests = tests_of([asked.tree for asked in rules], meaning.sizes)
    tallies = {asked.id: Tally(meaning.ledger, asked.file, asked.id, "meaning, all at once") for asked in rules}
    for day in (date(2023, 12, 31), date(2026, 1, 1), meaning.today):
        verdicts = Verdicts(book.rules, book.vocabulary, day)
        for number in range(_WHOLE // 3):
            given = meaning.companies.draw(tests, day, silent=0.1 if number % 2 else 0.6)
            company, found = meaning.company(given, day), verdicts.of(engine_facts(given, day))
            for asked in rules:
                wanted = meaning.reading.answer(asked.tree, company, asked.window).word
                tallies[asked.id].compare(wanted, found[asked.id].value, day, given)
    for tally in tallies.values():
        meaning.ledger.count("answers", tally.asked)
        tally.close()


def _authorities(meaning: Meaning) -> None:
    """`authority_when`: the first whose condition is true takes the place of the authority."""
    meaning.ledger.open(_HEADING, "authorities by condition")
    for row in meaning.facts.steps["steps"]:
        if row.get("authority_when") and row["id"] in steps_book().steps:
            meaning.ledger.count("steps")
            _authority(meaning, row)


def _authority(meaning: Meaning, row: Mapping[str, Any]) -> None:
    tally = Tally(meaning.ledger, FactFiles.STEPS, row["id"], "authority_when")
    tests = tests_of([other["when"] for other in row["authority_when"]], meaning.sizes)
    for _ in range(_PER_RULE):
        given = meaning.companies.draw(tests, meaning.today)
        company = meaning.company(given, meaning.today)
        true = (other for other in row["authority_when"] if meaning.reading.truth(other["when"], company))
        wanted = next(true, row["authority"])["en"]
        found, _ = steps_book().steps[row["id"]].authority_for(engine_facts(given, meaning.today), meaning.today)
        tally.compare(wanted, found["en"], given)
    meaning.ledger.count("answers", tally.asked)
    tally.close()


# ---- decision lists


def _export_paths(meaning: Meaning) -> None:
    """The first true rule decides; an unknown one before it stops the walk."""
    meaning.ledger.open(_HEADING, "data-export paths")
    rules, book = meaning.facts.steps["data_export_rules"]["rules"], load_book("data-export-path")
    tests = tests_of([row["when"] for row in rules], meaning.sizes)
    tally = Tally(meaning.ledger, FactFiles.STEPS, "data_export_rules")
    for _ in range(_LISTS):
        day = _day_between(meaning, _RULES_FROM, meaning.today)
        given = meaning.companies.draw(tests, day, silent=0.07)
        decision = decide(book, Facts(book.vocabulary, given), day)
        wanted = _walk(meaning, rules, meaning.company(given, day))
        found = decision.value, decision.because, decision.missing
        tally.compare(wanted, found, day, given)
    meaning.ledger.count("answers", tally.asked)
    tally.close()


def _walk(meaning: Meaning, rules: Iterable[Mapping[str, Any]], company: Company) -> tuple[Any, Any, tuple[str, ...]]:
    """Path, deciding rule, missing facts."""
    for row in rules:
        answer = meaning.reading.answer(row["when"], company)
        if answer.word == "match":
            return row["path"], row["id"], ()
        if answer.word == "need_info":
            return None, None, answer.missing
    return None, None, ()


def _sizes(meaning: Meaning) -> None:
    """The size class as a decision list and as a derived attribute."""
    meaning.ledger.open(_HEADING, "enterprise sizes")
    book = load_book("enterprise-size")
    as_list = Tally(meaning.ledger, FactFiles.POLICIES, "sme_size_standard", "meaning, as a list")
    derived = Tally(meaning.ledger, FactFiles.POLICIES, "sme_size_standard", "meaning, as a derived attribute")
    for _ in range(_LISTS):
        given = _sized_company(meaning)
        wanted, facts = meaning.sizes.size(given), engine_facts(given, meaning.today)
        decision = decide(book, Facts(book.vocabulary, given), meaning.today)
        found = decision.value, decision.because, decision.missing
        as_list.compare(_size_decision(wanted, given), found, given)
        value = facts.value("enterprise_size")
        lacking = frozenset[str]() if value else facts.missing("enterprise_size")
        derived.compare((wanted.value, wanted.lacking), (value, lacking), given)
    for tally in (as_list, derived):
        meaning.ledger.count("answers", tally.asked)
        tally.close()


def _sized_company(meaning: Meaning) -> dict[str, Value]:
    """Around the bounds of one row, or of an industry that has none; each fact sometimes absent."""
    draw = meaning.random
    row = draw.choice(list(meaning.sizes.prefixes.values()))
    found: dict[str, Value] = {}
    for name in ("employees", "operating_revenue", "total_assets"):
        limits = row["indicators"].get(name) or {"large_ge": "1000"}
        bound = int(draw.choice([value for key, value in limits.items() if key.endswith("_ge")]))
        found[name] = max(bound + draw.choice((-1, 0, 1)), 0)
    prefix = draw.choice(row["gb_t_4754_2017"]) if draw.random() < 0.9 else ""
    found["industry_code"] = draw.choice([code for code in meaning.companies.classes if code.startswith(prefix)])
    return {name: value for name, value in found.items() if draw.random() > 0.12}


def _size_decision(size: Derived, given: Mapping[str, Value]) -> tuple[Any, Any, tuple[str, ...]]:
    """As a list: no row for the industry leaves no class and nothing to ask for."""
    if size.value is not None:
        return size.value, f"size-{str(size.row).replace('_', '-')}-{size.value}", ()
    asked = size.lacking if size.row or "industry_code" not in given else frozenset[str]()
    return None, None, tuple(sorted(asked))


# ---- formulas


def _amounts(meaning: Meaning) -> None:
    meaning.ledger.open(_HEADING, "benefit formulas")
    book = load_book("policies")
    for row in meaning.facts.policies["policies"]:
        rule = book.by_id.get(row["id"])
        kept = formulas_of(rule.gives.get("benefit") or {}) if rule else {}
        for place, text in formulas_of(row["benefit"]).items():
            if place in kept:
                meaning.ledger.count("formulas")
                _amount(meaning, (row["id"], place), text, kept[place])


def _amount(meaning: Meaning, place: tuple[str, str], text: str, book_text: str) -> None:
    tally = Tally(meaning.ledger, FactFiles.POLICIES, *place)
    for _ in range(_AMOUNTS):
        given = {name: value for name in names(text) if (value := _figure(meaning, name, text)) is not None}
        wanted = amount(text, meaning.company(given, meaning.today))
        tally.compare(wanted, _worth(book_text, given, meaning.today), given)
    meaning.ledger.count("amounts", tally.asked)
    tally.close()


def _figure(meaning: Meaning, name: str, text: str) -> Value:
    """At the figures of the formula, beside them, or anything at all."""
    draw = meaning.random
    if draw.random() < 0.1:
        return None
    kind = meaning.facts.kinds[name]
    if kind == "boolean":
        return draw.random() < 0.5
    if kind == "decimal":
        return exact(draw.choice([*constants(text), Fraction(draw.randrange(10_000), 10_000)]))
    spots = [int(figure) + side for figure in constants(text) for side in (-1, 0, 1)]
    return max(draw.choice([*spots, draw.randrange(10), draw.randrange(10**6), draw.randrange(10**10)]), 0)


def _worth(text: str, given: Mapping[str, Value], day: date) -> Any:
    worth = compute(parse(text), engine_facts(given, day), day)
    if isinstance(worth, Failure):
        return worth.message
    return None if isinstance(worth, Unknown) else Fraction(worth)
