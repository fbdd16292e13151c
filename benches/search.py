"""How long a search of the library takes over 100,000 indexed texts, and whether it finds all there is.

    .venv/bin/python benches/search.py [--texts 100000] [--queries 400] [--postgresql]

Texts are made from the real ones with a fixed seed: the lines of a few entries mixed, figures drawn anew. `find` is
what the database does, `search` the whole answer with order, counts of all facets and a page of texts, `page` the same
as HTML through the site. With `--postgresql` the same again on a PostgreSQL that is started for it (`.ci/postgresql`).
Recall compares with a plain look into every text.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from _machine import machine, quantile

ROOT = Path(__file__).parents[1]
DAY = date(2026, 11, 24)
TARGET = 0.060
RECALL_WORDS = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        measure(given.texts, given.queries)
        return
    print(machine())
    more = ["--texts", str(given.texts), "--queries", str(given.queries)]
    run("SQLite", "", more)
    if given.postgresql:
        with tempfile.TemporaryDirectory() as folder:
            place = f"{folder}/pg"
            Path(folder).chmod(0o755)
            address = subprocess.run(
                [ROOT / ".ci/postgresql", "start", place], check=True, text=True, stdout=subprocess.PIPE
            ).stdout.strip()
            try:
                run("PostgreSQL", address, more)
            finally:
                subprocess.run([ROOT / ".ci/postgresql", "stop", place], check=True)


def run(name: str, address: str, more: Sequence[str]) -> None:
    """The measurement in a process of its own, with a home of its own."""
    print(f"\n{name}")
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "LUODI_HOME": home, "LUODI_DATABASE_URL": address}
        environment["DJANGO_SETTINGS_MODULE"] = "luodi.web.settings"
        subprocess.run([sys.executable, __file__, "--here", *more], check=True, env=environment, cwd=ROOT)


def measure(texts: int, queries: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from luodi.search.ranking import held
    from luodi.web.library import index
    from luodi.web.library.models import Index
    from luodi.web.library.search import search
    from luodi.web.library.word_index import InDatabase

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    made = list(made_texts(texts, Random(7)))
    start = perf_counter()
    index.write(made)
    Index.objects.create(digest="bench", texts=texts, made=timezone.now())
    words = InDatabase("bench")
    print(f"  {len(made):,} texts indexed in {perf_counter() - start:.0f} s")
    start = perf_counter()
    search("warm", {}, on=DAY)
    print(f"  first search of a process: {perf_counter() - start:.2f} s")
    asked = list(made_queries([f"{t.body_zh}\n{t.body_en}" for t in made[:5000]], queries, Random(11)))
    found = [search(query, wish, on=DAY).total for query, wish in asked]
    print(f"  {len(asked)} queries, texts found: median {median(found):,.0f}, most {max(found):,}")
    row("find", [timed(lambda q=query: held(q, words, texts).scores) for query, _ in asked])
    row("search", [timed(lambda q=query, w=wish: search(q, w, on=DAY)) for query, wish in asked], TARGET)
    row("page", [timed(lambda q=query, w=wish: pages(q, w)) for query, wish in asked])
    print(f"  recall of two-character words: {recall(made, Random(13))}")


def pages(query: str, wish: dict[str, str]) -> None:
    from django.test import Client

    answer = Client().get("/zh/law/search/", {"q": query, **wish}, headers={"host": "localhost"})
    assert answer.status_code == 200


def made_texts(count: int, random: Random) -> Iterator[Any]:
    """As many texts as wanted, each of the lines of three real ones of its kind."""
    from luodi.web.library import index
    from luodi.web.library.models import Text

    real = index.texts()
    kinds = {kind: [text for text in real if text.kind == kind] for kind in {text.kind for text in real}}
    for position in range(1, count + 1):
        base = random.choice(real)
        others = random.choices(kinds[base.kind], k=2)
        mixed = {lang: mix([getattr(t, f"body_{lang}") for t in (base, *others)], random) for lang in ("zh", "en")}
        yield Text(
            position=position,
            kind=base.kind,
            name=f"{base.name}-{position}",
            title_zh=figures(base.title_zh, random),
            title_en=figures(base.title_en, random),
            body_zh=mixed["zh"],
            body_en=mixed["en"],
            first=base.first,
            last=base.last,
            closed=base.closed,
            confidence=base.confidence,
            services=base.services,
            places=base.places,
        )


def mix(bodies: Sequence[str], random: Random) -> str:
    lines = [line for body in bodies for line in body.split("\n")]
    kept = random.sample(lines, max(len(lines) * 2 // 3, 1))
    return figures("\n".join(kept), random)


def figures(text: str, random: Random) -> str:
    return re.sub(
        r"\d+", lambda found: str(random.randrange(10 ** len(found[0]))) if len(found[0]) < 9 else found[0], text
    )


def made_queries(texts: Sequence[str], count: int, random: Random) -> Iterator[tuple[str, dict[str, str]]]:
    """Words as they stand in the texts, so common ones come often; every third with a facet, some misspelt or long."""
    wishes: list[dict[str, str]] = [{}, {}, {"kind": "treatment"}, {}, {}, {"life": "holds", "place": "BJ"}]
    for number in range(count):
        text = random.choice(texts)
        han = [run for run in re.findall(r"[\u4e00-\u9fff]{2,}", text) if run] or ["数据"]
        words = re.findall(r"[A-Za-z]{4,}", text) or ["licence"]
        run = random.choice(han)
        at = random.randrange(len(run) - 1)
        query = (
            run[at : at + 2],
            run[at : at + 4],
            f"{run[at : at + 2]} {random.choice(han)[:2]}",
            random.choice(words),
            f"{random.choice(words)} {random.choice(words)}",
            random.choice(words)[:5],
            misspelt(random.choice(words), random),
            f"外资可以在北京经营{random.choice(han)[:6]}吗",
        )[number % 8]
        yield query, wishes[number // 8 % 6]


def misspelt(word: str, random: Random) -> str:
    """Two neighbours changed places."""
    at = random.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def recall(made: Sequence[Any], random: Random) -> str:
    """Found of all that hold the word, over words drawn from the texts."""
    import numpy as np

    from luodi.search.ranking import held
    from luodi.web.library.word_index import InDatabase

    whole = {text.position: f"{text.title_zh}\n{text.body_zh}" for text in made}
    found = there = 0
    for _ in range(RECALL_WORDS):
        run = random.choice(re.findall(r"[\u4e00-\u9fff]{2,}", whole[random.choice(made).position]))
        word = run[:2]
        holding = {position for position, text in whole.items() if word in text}
        found += len(holding & set(np.flatnonzero(held(word, InDatabase("bench"), len(made)).complete).tolist()))
        there += len(holding)
    return f"{found / there:.4f} ({found:,} of {there:,} over {RECALL_WORDS} words)"


def timed(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start


def row(name: str, times: Sequence[float], target: float | None = None) -> None:
    said = f"   target p95 {target * 1000:.0f} ms" if target else ""
    print(
        f"  {name:<8} median {median(times) * 1000:6.1f} ms   p95 {quantile(times, 0.95) * 1000:6.1f} ms"
        f"   most {max(times) * 1000:6.1f} ms{said}",
        flush=True,
    )


if __name__ == "__main__":
    main()
