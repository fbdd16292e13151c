"""Whether anything was lost on the way from the facts to the books.

    .venv/bin/python tools/compare_facts.py FOLDER

FOLDER holds the files of facts. Compared are every field of every row, the meaning of every rule, and whether
every text is there in both languages; see tools/README.md. Exit status: 0 nothing is lost, 1 something differs,
2 the facts or the books cannot be read.
"""

import argparse
import random
import sys
import time
from pathlib import Path

from reference.citations import Law, compare_instruments
from reference.languages import compare_languages
from reference.ledger import Ledger
from reference.market_updates import compare_market_updates, with_market_updates
from reference.meaning_access import compare_access_answers
from reference.meaning_rules import compare_rules
from reference.policy_updates import with_policy_updates
from reference.reading import BookFiles, CannotRead, FactFiles
from reference.rows_about import compare_about
from reference.rows_access import compare_access
from reference.rows_plan import compare_plan
from reference.rows_policies import compare_policies
from reference.rows_routes import compare_routes
from reference.rows_steps import compare_steps
from reference.rows_vocabulary import compare_vocabulary
from reference.rows_words import compare_words
from reference.step_updates import with_step_updates

import luodi
from luodi.errors import LuodiError
from luodi.rules.library import hold_books

SEED = 20261124


def compare(folder: Path) -> Ledger:
    """Rows, meaning and languages, in this order. Raises `CannotRead`, or what a book raises that does not load."""
    facts, books, ledger = FactFiles.read(folder), BookFiles(Path(luodi.__file__).parent / "books"), Ledger()
    facts = with_policy_updates(with_step_updates(with_market_updates(facts, folder), folder), folder)
    law = Law(books)
    compare_market_updates(ledger, {name: books.table("market-access", name) for name in ("licences", "requirements")})
    compare_about(ledger, folder, books)
    compare_routes(ledger, folder, books)
    compare_access(ledger, facts, books)
    compare_steps(ledger, facts, books, law)
    compare_policies(ledger, facts, books, law)
    compare_vocabulary(ledger, facts, books, law)
    compare_plan(ledger, facts, books)
    compare_words(ledger, facts, books)
    compare_instruments(ledger, law)
    compare_rules(facts, ledger, random.Random(SEED))
    compare_access_answers(facts, ledger, random.Random(SEED))
    compare_languages(ledger, books)
    return ledger


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compare the facts with the books made of them.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder with the files of facts")
    folder = parser.parse_args(arguments).folder
    started = time.monotonic()
    try:
        hold_books()  # each of some hundred thousand questions would look for edits of their files
        ledger = compare(folder)
    except (CannotRead, LuodiError) as problem:
        print(f"compare_facts: {problem}", file=sys.stderr)
        return 2
    return report(ledger, time.monotonic() - started)


def report(ledger: Ledger, seconds: float) -> int:
    print(ledger.table())
    print()
    for difference in ledger.differences:
        print(difference)
    number = len(ledger.differences)
    print(f"{number or 'no'} difference{'' if number == 1 else 's'} between facts and books, {seconds:.0f} seconds")
    return 1 if number else 0


if __name__ == "__main__":
    sys.exit(main())
