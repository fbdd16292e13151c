"""An import of 100,000 companies into a site that has 100,000: read, compared with proposals, decided for many at once.

    python benches/imports.py [--rows 100000] [--there 100000]

Runs on SQLite in a temporary folder, or on an empty PostgreSQL database by LUODI_DATABASE_URL. The companies are
made up with a fixed seed: of the rows a tenth has the number of a company that is there, a tenth a name like one.
"""

import argparse
import csv
import io
import os
import random
import resource
import tempfile
import time
from typing import Any

HAN = "灯屿云琥珀港鹤浦智算赤松极光白桦雾珊瑚账本三棱镜云杉北辰青禾明川远山星海金石天工百川长风知微同方新元博雅华清宏图"
WORDS = (
    "amber birch coral delta ember fjord grove haven island jade kelp lantern maple north ocean pine quay river stone "
    "tide"
)
TRADES = ("科技", "数据", "软件", "网络", "医疗", "智能", "通信", "咨询")


def lei(number: int) -> str:
    body = f"{number:018d}"
    return body + f"{98 - int(body + '00') % 97:02d}"


def company(dice: random.Random) -> tuple[str, str]:
    han = "".join(dice.choices(HAN, k=dice.choice((3, 4, 5)))) + dice.choice(TRADES) + "有限公司"
    latin = " ".join(word.title() for word in dice.sample(WORDS.split(), 3)) + f" {dice.randrange(10_000)} Ltd"
    return han, latin


def typo(name: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1 :]


def table(there: list[tuple[str, str]], rows: int, dice: random.Random) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["企业名称", "英文名称", "国家", "LEI", "行业代码"])
    for number in range(rows):
        kind, known = dice.random(), dice.randrange(len(there))
        if kind < 0.1:
            writer.writerow([*there[known], "SG", lei(known), "I6513"])
        elif kind < 0.2:
            writer.writerow([there[known][0], typo(there[known][1], dice), "SG", "", "I6513"])
        else:
            writer.writerow([*company(dice), "DE", lei(10**9 + number), ""])
    return out.getvalue().encode()


def fill(there: list[tuple[str, str]], at: Any) -> None:
    from django.db import transaction

    from luodi.web.accounts.company_index import put_words
    from luodi.web.accounts.models import Company
    from luodi.web.accounts.naming import words_of
    from luodi.web.companies.models import Identifier

    for first in range(0, len(there), 5_000):
        part = there[first : first + 5_000]
        with transaction.atomic():
            made = Company.objects.bulk_create(Company(name_zh=zh, name_en=en, country="SG") for zh, en in part)
            Identifier.objects.bulk_create(
                Identifier(company=one, scheme="LEI", value=lei(first + n)) for n, one in enumerate(made)
            )
            put_words((one.pk, w, True) for one in made for w in sorted(words_of((one.name_zh, one.name_en))))


def timed(what: str, act: Any) -> Any:
    start, own = time.perf_counter(), time.process_time()
    done = act()
    spent = time.perf_counter() - start, time.process_time() - own
    print(f"{what:<32}{spent[0]:8.1f} s, of which {spent[1]:.1f} s of this process", flush=True)
    return done


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--there", type=int, default=100_000)
    given = asked.parse_args()
    os.environ.setdefault("LUODI_HOME", tempfile.mkdtemp())
    from luodi.web.server import prepare_tables, set_up

    set_up()
    prepare_tables(print)
    from django.db import connection
    from django.utils import timezone

    from luodi.web.companies import deciding, importing
    from luodi.web.companies.models import InboundRecord, MatchDecision

    now, dice = timezone.now(), random.Random(20261125)
    there = [company(dice) for _ in range(given.there)]
    timed(f"{given.there} companies made", lambda: fill(there, now))
    raw = table(there, given.rows, dice)
    start = time.perf_counter(), time.process_time()
    run = timed("file kept", lambda: importing.bring(raw, "x.csv", "bench", origin="register", by=None, at=now))
    importing.begin(run, run.mapping, by=None, at=now)
    timed("read, compared, proposed", lambda: importing.work(run.pk))
    counts = {state: InboundRecord.objects.filter(run=run, state=state).count() for state in InboundRecord.State.values}
    print(connection.vendor, counts, "proposals", MatchDecision.objects.count())
    for what in ("number", "new"):
        deciding.ask_bulk(run, what, by=None, at=now)
        timed(f"decided: {what}", lambda: deciding.do_bulk(run.pk, by=None, at=now))
    spent, own = time.perf_counter() - start[0], time.process_time() - start[1]
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"in all {spent:.0f} s (target 180), of which {own:.0f} s of this process; at most {most:.0f} MB")


if __name__ == "__main__":
    main()
