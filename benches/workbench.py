"""How long does an officer wait, with thirty of them at work on a register of a whole city?

    python benches/workbench.py --database postgresql://.. [--officers 30] [--seconds 10]
        [--companies 200000] [--cases 50000] [--journal 2000000]

The database named must be empty; it is filled with fictional companies, cases with steps and clocks, and a journal
whose chain holds, by COPY and INSERT. Then the real server with two workers answers thirty officers who each keep one
connection and ask for the next page as soon as they have one: their day, the queue, a case, the board, and searches.
The driver shares the machine.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from time import perf_counter
from typing import Any

from _machine import machine
from _site_load import free_port, start, told

TARGET = 0.3
PEOPLE, UNITS = 300, 30
STAGES = "opened scoped planned establishing operating landing_claimed landing_verified aftercare".split()
FIRST = "lantern amber coral birch crane pine aurora spruce mist prism heron delta cedar quartz willow otter".split()
SECOND = "cloud data health robotics energy media logistics games security finance compute sensing optics labs".split()


def fill(given: argparse.Namespace) -> dict[str, Any]:
    """Everything, and the sessions and references that the driver asks with."""
    os.environ["LUODI_DATABASE_URL"] = given.database
    from luodi.web.server import set_up

    set_up()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    people = _people()
    with connection.cursor() as cursor:
        for name in (_COMPANIES, _CASES, _STEPS, _CLOCKS):
            cursor.execute(name, {"companies": given.companies, "cases": given.cases, "people": PEOPLE})
        _journal(cursor, given.journal)
        cursor.execute("VACUUM ANALYZE")
    return {"sessions": [_session(one) for one in people[: given.officers]]}


def _people() -> list[Any]:
    from luodi.web.accounts.models import Membership, Unit, User

    city = Unit.objects.create(kind="agency", name_zh="城", name_en="City", path="/")
    units = Unit.objects.bulk_create(
        Unit(kind="bureau", name_zh=f"处{n}", name_en=f"Unit {n}", parent=city, path=f"new {n}") for n in range(UNITS)
    )
    for one in (city, *units):
        one.path = f"/{city.pk}/" if one is city else f"/{city.pk}/{one.pk}/"
        one.save()
    people = User.objects.bulk_create(
        User(email=f"officer{n}@city.example", name=f"Officer {n}", password="!") for n in range(PEOPLE)
    )
    Membership.objects.bulk_create(
        Membership(user=one, unit=units[n % UNITS], role="officer", starts=date(2020, 1, 1))
        for n, one in enumerate(people)
    )
    return list(people)


def _session(user: Any) -> str:
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


_WORDS = f"(ARRAY{FIRST})[1 + n %% {len(FIRST)}] || ' ' || (ARRAY{SECOND})[1 + n / 7 %% {len(SECOND)}] || ' ' || n"
_COMPANIES = f"""
INSERT INTO accounts_company (id, name_zh, name_en, country, version)
SELECT n, '', {_WORDS}, (ARRAY['DE','SG','JP','FR','US'])[1 + n %% 5], 1 FROM generate_series(1, %(companies)s) n;
INSERT INTO accounts_companyword (company_id, word, own)
SELECT id, word, true FROM accounts_company, unnest(string_to_array(name_en, ' ')) word;
SELECT setval(pg_get_serial_sequence('accounts_company', 'id'), %(companies)s);
"""
#: Four in five are open; an officer of a unit has its cases in turn.
_CASES = f"""
INSERT INTO cases_landingcase (id, reference, company_id, unit_id, officer_id, place, plans, technology, currency,
  amount_kind, amount_is_actual, opened, stage, since, health, health_reason, "end", end_reason, ended, lost_to,
  version, changed, estimated)
SELECT n, 'LD-2026-' || lpad(n::text, 5, '0'), 1 + (n * 37) %% %(companies)s, m.unit_id, m.user_id, 'BJ', '[]', '', '',
  '', false, now() - n * interval '20 minutes', (ARRAY{STAGES})[1 + n %% 8], now() - n * interval '10 minutes',
  (ARRAY['on_track','on_track','on_track','at_risk','delayed'])[1 + n %% 5], '',
  CASE WHEN n %% 5 = 4 THEN 'lost' ELSE 'none' END, '', CASE WHEN n %% 5 = 4 THEN current_date END, '', 1, now(),
  current_date + n %% 200
FROM generate_series(1, %(cases)s) n
JOIN (SELECT row_number() OVER (ORDER BY user_id) AS place, user_id, unit_id FROM accounts_membership) m
  ON m.place = 1 + n %% %(people)s;
SELECT setval(pg_get_serial_sequence('cases_landingcase', 'id'), %(cases)s);
"""
_STEPS = """
INSERT INTO cases_casestep (case_id, step, place, track, title, authority, documents, basis, needs, runs_with, days,
  basis_of_days, optional, recurs, planned_start, planned_finish, first_start, first_finish, state, reason, version,
  changed)
SELECT c.id, 'step-' || s, s, (ARRAY['licence','operations','security','people','capital','ip','market','licence'])[s],
  '{"zh": "办理事项", "en": "A step of the plan"}', '{"zh": "主管部门", "en": "The authority"}', '[]', '[]', '[]',
  '', 20, '{}', false, false, current_date, current_date + 30, current_date, current_date + 30,
  (ARRAY['granted','submitted','submitted','open','open','open'])[1 + s %% 6], '', 1, now()
FROM cases_landingcase c, generate_series(1, 8) s;
"""
_CLOCKS = """
INSERT INTO cases_clock (case_id, step_id, kind, started, "limit", stopped, due)
SELECT s.case_id, s.id, 'step', current_date - (s.case_id %% 40)::int, 20,
  CASE WHEN s.state = 'submitted' THEN NULL ELSE current_date END,
  CASE WHEN s.state = 'submitted' THEN current_date - (s.case_id %% 40)::int + 28 END
FROM cases_casestep s WHERE s.state IN ('submitted', 'granted');
UPDATE cases_landingcase c SET next_due =
  (SELECT min(due) FROM cases_clock k WHERE k.case_id = c.id AND k.stopped IS NULL);
"""


def _journal(cursor: Any, rows: int) -> None:
    """Entries on cases, chained as the site chains them."""
    from luodi.web.journal.chain import START

    last = START
    with cursor.copy(
        "COPY journal_entry (number, at, actor, role, unit, act, kind, subject, before, after, reason, request, "
        "previous, hash) FROM STDIN"
    ) as copy:
        for row in _entries(rows):
            copy.write_row(row)
            last = row[-1]
    cursor.execute("INSERT INTO journal_head (id, number, hash) VALUES (1, %s, %s)", [rows, last])


def _entries(rows: int) -> Iterator[tuple[Any, ...]]:
    from luodi.web.journal.chain import START, hash_of

    previous, begin = START, datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(1, rows + 1):
        said = {
            "number": number, "at": begin + timedelta(seconds=number * 10), "actor": 1 + number % PEOPLE,
            "role": "officer", "unit": "", "act": "set_health", "kind": "cases.LandingCase",
            "subject": str(1 + number % 50_000), "before": None, "after": None, "reason": "", "request": "",
        }  # fmt: skip
        found = hash_of(previous, said)
        yield (*said.values(), previous, found)
        previous = found


def pages(cases: int) -> dict[str, list[str]]:
    random = Random(7)
    words = [f"{random.choice(FIRST)}+{random.choice(SECOND)}" for _ in range(20)]
    return {
        "my day": ["/en/desk/", "/zh/desk/"],
        "queue": ["/en/desk/queue/", "/en/desk/queue/?clock=late", "/zh/desk/queue/?who=mine"],
        "board": ["/en/desk/board/", "/zh/desk/board/?who=mine"],
        "search of cases": [f"/en/desk/queue/?words={text}" for text in words],
        "search of companies": [f"/en/desk/companies/?words={text}" for text in words],
    }


async def officer(port: int, session: str, paths: list[str], until: float, taken: list[float], seed: int) -> int:
    """One connection; the number of answers that were not 200."""
    random, wrong = Random(seed), 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    while perf_counter() < until:
        begin = perf_counter()
        ask = f"GET {random.choice(paths)} HTTP/1.1\r\nHost: localhost\r\nCookie: session={session}\r\n"
        writer.write(f"{ask}Accept-Encoding: gzip\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        await reader.readexactly(int(head.split("content-length: ")[1].split("\r\n")[0]))
        taken.append(perf_counter() - begin)
        wrong += not head.startswith("http/1.1 200")
        if "connection: close" in head:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    writer.close()
    return wrong


async def load(port: int, sessions: list[str], paths: list[str], seconds: float) -> tuple[list[float], int]:
    taken: list[float] = []
    until = perf_counter() + seconds
    wrong = await asyncio.gather(*(officer(port, s, paths, until, taken, n) for n, s in enumerate(sessions)))
    return taken, sum(wrong)


def own_cases(session: str, port: int) -> list[str]:
    """Cases that an officer finds in their queue."""
    import re
    import urllib.request

    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/en/desk/queue/", headers={"Cookie": f"session={session}"}
    )
    text = urllib.request.urlopen(request).read().decode()
    return [f"/en/desk/cases/{name}/" for name in sorted(set(re.findall(r"LD-2026-\d+", text)))][:20]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", required=True)
    parser.add_argument("--officers", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--companies", type=int, default=200_000)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--journal", type=int, default=2_000_000)
    given = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as home:
        os.environ["LUODI_HOME"] = home
        begin = perf_counter()
        sessions = fill(given)["sessions"]
        print(f"filled in {perf_counter() - begin:,.0f} s: {given.companies:,} companies, {given.cases:,} cases, "
              f"{8 * given.cases:,} steps, {given.journal:,} entries")  # fmt: skip
        port = free_port()
        server = start(port, home, given.database)
        try:
            _measured(port, sessions, given)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _measured(port: int, sessions: list[str], given: argparse.Namespace) -> None:
    asked = {**pages(given.cases), "case page": own_cases(sessions[0], port)}
    print(f"{given.officers} officers at once, each page by itself for {given.seconds:g} s")
    missed = []
    for name, paths in asked.items():
        who = [sessions[0]] * given.officers if name == "case page" else sessions
        asyncio.run(load(port, who, paths, 2))  # warm
        taken, wrong = asyncio.run(load(port, who, paths, given.seconds))
        if wrong:
            sys.exit(f"{name}: {wrong:,} answers were not 200; no speed is reported")
        if told(name, taken, given.seconds) > TARGET:
            missed.append(name)
    print(f"target p95 {1000 * TARGET:.0f} ms: {'missed by ' + ', '.join(missed) if missed else 'held'}")


if __name__ == "__main__":
    main()
