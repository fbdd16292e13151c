"""How long `luodi match --batch` takes for each company, in full and in brief, against a book of 500 rules.

    .venv/bin/python benches/match_single.py [--companies 200] [--rules 500]

The book and the companies are made up (`_companies.py`). The whole command runs for all companies and for one, in full
and in brief by turns; the difference is shared among the others, so that starting, reading the book and writing what it
says count for nothing. Beside the time on the clock stands that of the processor, which a busy machine changes less.
Peers, in this process: the plain walk alone, which gives answers without a word; the documents it makes, written by
orjson and by the standard library. That both ways write the same letters is looked at first.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from _companies import words, write_book
from _machine import machine, quantile
from _synthetic import DAY, company

from luodi.advice.lines import match, match_lines
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import as_json
from luodi.rules.book import Book
from luodi.rules.evaluate import evaluate
from luodi.rules.library import load_book
from luodi.text import json_line, parse_json

RUNS = 5
LIMITS = {"in full": 15, "in brief": 5}
WAYS: dict[str, tuple[str, ...]] = {"in full": (), "in brief": ("--brief",)}


def companies(count: int) -> list[Facts]:
    vocabulary, random = words(), Random(500)
    drawn = [company(vocabulary, random, known=0.95) for _ in range(count)]
    return [
        Facts(vocabulary, {name: value for name, value in one.given.items() if name in vocabulary}) for one in drawn
    ]


def line(number: int, facts: Facts) -> str:
    profile = {name: as_json(value) for name, value in facts.given.items()}
    return json.dumps({"id": number, "on": DAY.isoformat(), "profile": profile}) + "\n"


# ---- the whole command


Spent = tuple[float, float]  # on the clock, of the processor


def command(book: Path, batch: Path, flags: Iterable[str]) -> Spent:
    start, before = perf_counter(), processor()
    asked = [sys.executable, "-m", "luodi", "match", "--book", str(book), "--batch", str(batch), *flags]
    subprocess.run(asked, stdout=subprocess.DEVNULL, check=True, cwd=Path(__file__).parents[1])
    return perf_counter() - start, processor() - before


def processor() -> float:
    """Seconds that the commands have had of it until now."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def each(folder: Path, count: int) -> dict[str, list[Spent]]:
    """Milliseconds a company, in several runs, both ways by turns."""
    command(folder / "book", folder / "one.jsonl", ())  # compiles the book
    spent: dict[str, list[Spent]] = {title: [] for title in WAYS}
    for _ in range(RUNS):
        for title, flags in WAYS.items():
            one = command(folder / "book", folder / "one.jsonl", flags)
            every = command(folder / "book", folder / "all.jsonl", flags)
            spent[title].append(tuple((b - a) * 1000 / (count - 1) for a, b in zip(one, every, strict=True)))  # type: ignore[arg-type]
    return spent


# ---- in this process


def timed(work: Callable[[Any], object], given: Iterable[Any]) -> list[float]:
    spent = []
    for one in given:
        start = perf_counter()
        work(one)
        spent.append((perf_counter() - start) * 1000)
    return spent


def peers(book: Book, facts: list[Facts], lines: list[str]) -> Iterator[tuple[str, list[float]]]:
    trees = [rule.tree(DAY) for rule in book.rules]
    raw = [parse_json(text, "a line") for text in lines]
    yield "the plain walk, answers alone", timed(lambda one: [evaluate(tree, one, DAY).answer for tree in trees], facts)
    for title, brief in (("in full", False), ("in brief", True)):
        line = match_lines(book, brief=brief)
        walked = lambda one, brief=brief: match(one, DAY, None, book=book, brief=brief)  # noqa: E731
        for one in raw[:10]:
            if json_line(line(one, DAY, None)) != json_line(walked(one)):
                raise SystemExit("the two ways write different letters")
        yield f"{title}, written", timed(lambda one, line=line: json_line(line(one, DAY, None)), raw)
        yield f"{title}, walked, by orjson", timed(lambda one, walked=walked: json_line(walked(one)), raw[:50])
        listed = [walked(one) for one in raw[:20]]
        yield f"{title}, only written by json", timed(lambda one: json.dumps(one, ensure_ascii=False), listed)
        print(f"  {title}: {len(json_line(listed[0]).encode()) / 1e6:.2f} MB a company")


def row(title: str, spent: Sequence[float], limit: str = "-") -> None:
    print(f"  {title:<32} {median(spent):>8.2f} {quantile(spent, 0.95):>8.2f} {limit:>8}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=200)
    parser.add_argument("--rules", type=int, default=500)
    asked = parser.parse_args()
    print(machine())
    facts = companies(asked.companies)
    lines = [line(number, one) for number, one in enumerate(facts)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_book(folder / "book", asked.rules)
        (folder / "one.jsonl").write_text(lines[0], encoding="utf-8")
        (folder / "all.jsonl").write_text("".join(lines), encoding="utf-8")
        print(f"\n{asked.rules} rules, {len(facts)} companies")
        print(f"  {'ms a company':<32} {'median':>8} {'p95':>8} {'limit':>8}")
        for title, spent in each(folder, len(facts)).items():
            clock, used = zip(*spent, strict=True)
            row(f"luodi match --batch, {title}", clock, f"{LIMITS[title]}")
            row("  of the processor", used)
        for title, spent in peers(load_book(folder / "book"), facts, lines):
            row(title, spent)


if __name__ == "__main__":
    main()
