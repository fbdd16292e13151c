"""A register of a whole city on PostgreSQL: the world of the demo, whose cases were made by the product's own acts,
copied to many companies with other days, officers and units. Names are fictional, in Chinese and English.

Workloads are uneven: the busiest of 300 officers has some four hundred open cases, the last about ninety. Every officer
has forty notices to read. All cases rest on the plans that the cases of the demo rest on.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

PEOPLE, BUREAUS, UNITS = 300, 6, 30
STAGES = "opened scoped planned establishing operating landing_claimed landing_verified aftercare".split()
FIRST = "lantern amber coral birch crane pine aurora spruce mist prism heron delta cedar quartz willow otter".split()
SECOND = "cloud data health robotics energy media logistics games security finance compute sensing optics labs".split()
HAN_FIRST = "灯笼 琥珀 珊瑚 白桦 仙鹤 青松 极光 云杉 晨雾 棱镜 苍鹭 三角洲 雪松 石英 垂柳 水獭".split()
HAN_SECOND = "云计算 数据 健康 机器人 能源 传媒 物流 游戏 安全 金融 算力 传感 光学 实验室".split()
FORMS = ["GmbH", "Ltd", "Pte. Ltd.", "K.K.", "S.A.", "Inc."]
HAN_FORMS = ["有限公司", "(北京)科技有限公司", "股份有限公司", "(中国)有限公司"]
LEADS_A_SIGNAL = 2_500  # copies of each lead of the demo


def fill(database: str, companies: int, cases: int, journal: int) -> None:
    """Fill an empty database; the last thing written says that it is whole."""
    os.environ["LUODI_DATABASE_URL"] = database
    from luodi.web.server import prepare, set_up

    set_up()
    from django.db import connection, transaction
    from django.utils import timezone

    from luodi.web.demo.make import make

    prepare(lambda text: None, files=False)
    make(timezone.now())
    with transaction.atomic(), connection.cursor() as cursor:
        people = _people()
        cursor.execute("SET LOCAL session_replication_role = replica")  # what is copied was checked when it was made
        first = _companies(cursor, companies)
        _cases(cursor, people, first, companies, cases)
        _around(cursor)
        _leads(cursor, people, first, companies)
        _journal(cursor, journal, cases)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CREATE TABLE bench_is_whole (companies int, cases int, journal int)")
        cursor.execute("INSERT INTO bench_is_whole VALUES (%s, %s, %s)", [companies, cases, journal])


def is_filled(database: str) -> bool:
    """Whether `fill` ran here to its end. Raises `SystemExit` for a database with anything else in it."""
    import psycopg

    with psycopg.connect(database) as connection:
        there = {row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
        if there and "bench_is_whole" not in there:
            raise SystemExit("the database named holds something else: name an empty one")
        return bool(there)


# ---- people


def _people() -> list[tuple[int, int]]:
    """Officers with their unit, the busiest first; a leader for each bureau beside them."""
    from luodi.web.accounts.models import Membership, User

    city = _unit("agency", "示例市", "Sample City", None)
    bureaus = [_unit("bureau", f"第{n}局", f"Bureau {n}", city) for n in range(1, BUREAUS + 1)]
    units = [_unit("bureau", f"处室{n}", f"Section {n}", bureaus[n % BUREAUS]) for n in range(UNITS)]
    names = [f"officer{n}" for n in range(PEOPLE)] + [f"leader{n}" for n in range(BUREAUS)] + ["mayor"]
    people = User.objects.bulk_create(
        User(email=f"{name}@city.example", name=name.capitalize(), password="!") for name in names
    )
    start = date(2020, 1, 1)
    held = [Membership(user=one, unit=units[n % UNITS], role="officer", starts=start) for n, one in enumerate(people)]
    for one, unit in zip(people[PEOPLE:], [*bureaus, city], strict=True):
        held[people.index(one)] = Membership(user=one, unit=unit, role="leader", starts=start)
    Membership.objects.bulk_create(held)
    return [(one.pk, units[n % UNITS].pk) for n, one in enumerate(people[:PEOPLE])]


def _unit(kind: str, zh: str, en: str, parent: Any) -> Any:
    from django.utils import timezone

    from luodi.web.accounts.actions.units import add_unit

    return add_unit(kind, zh, en, parent=parent, by=None, at=timezone.now())


# ---- companies


def names(n: int) -> tuple[str, str]:
    """Of one company, in Chinese and English; one in five has an English name alone."""
    first, second = n % len(FIRST), n // 7 % len(SECOND)
    en = f"{FIRST[first].capitalize()} {SECOND[second].capitalize()} {n} {FORMS[n % len(FORMS)]}"
    zh = f"{HAN_FIRST[first]}{HAN_SECOND[second]}{n}{HAN_FORMS[n % len(HAN_FORMS)]}" if n % 5 else ""
    return zh, en


def _companies(cursor: Any, many: int) -> int:
    """The number of the first."""
    from luodi.profiles.names import words_of
    from luodi.web.accounts.company_index import put_words

    cursor.execute("SELECT max(id) + 1 FROM accounts_company")
    first = int(cursor.fetchone()[0])
    with cursor.copy("COPY accounts_company (id, name_zh, name_en, country, version) FROM STDIN") as copy:
        for n in range(many):
            copy.write_row((first + n, *names(n), ("DE", "SG", "JP", "FR", "US")[n % 5], 1))
    put_words((first + n, word, True) for n in range(many) for word in words_of(names(n)))
    _sequence(cursor, "accounts_company")
    return first


# ---- cases: those of the demo, many times


def _cases(cursor: Any, people: list[tuple[int, int]], first: int, companies: int, cases: int) -> None:
    """Four in five are open. The share of an officer falls with their place."""
    cursor.execute("CREATE TEMP TABLE weighed (at int, upto float, person bigint, unit bigint)")
    weights = [(1 + place) ** -0.25 for place in range(len(people))]
    total, upto = sum(weights), 0.0
    for place, (person, unit) in enumerate(people):
        upto += weights[place] / total
        cursor.execute("INSERT INTO weighed VALUES (%s, %s, %s, %s)", [place, upto, person, unit])
    cursor.execute(
        "CREATE TEMP TABLE templates AS SELECT row_number() OVER (ORDER BY id) - 1 AS spot, * FROM "
        "cases_landingcase WHERE determination_id IS NOT NULL"
    )
    cursor.execute(_MADE, {"cases": cases, "first": first, "companies": companies})
    cursor.execute("CREATE UNIQUE INDEX ON made (id)")
    cursor.execute("ANALYZE made")
    fixed = {
        "id": "n.id",
        "reference": "n.reference",
        "company_id": "n.company",
        "unit_id": "n.unit",
        "officer_id": "n.person",
        "stage": "n.stage",
        "health": "n.health",
        '"end"': "n.ends",
        "health_reason": "CASE WHEN n.health = 'on_track' THEN '' ELSE '等待答复 / waits for an answer' END",
        "ended": "CASE WHEN n.ends <> 'none' THEN current_date - n.days END",
        "next_due": "NULL",
        "end_reason": "CASE WHEN n.ends <> 'none' THEN '另选他处 / chose another place' ELSE '' END",
        "opened": "t.opened - n.age * interval '1 hour'",
        "since": "t.since - n.days * interval '1 day'",
    }
    _insert(cursor, "cases_landingcase", fixed, "templates t JOIN made n ON n.spot = t.spot")
    _sequence(cursor, "cases_landingcase")


_MADE = f"""
CREATE TEMP TABLE made AS
SELECT 100 + n AS id, 'LD-2026-' || lpad((1000 + n)::text, 5, '0') AS reference, n %% count_of.many AS spot, n,
  %(first)s + (n * 37) %% %(companies)s AS company, w.person, w.unit, (n / 3) %% 22 - 8 AS days,
  (n * 5) %% 14000 AS age,
  (ARRAY['{"','".join(STAGES)}'])[1 + (n / 2) %% 8] AS stage,
  (ARRAY['on_track','on_track','on_track','at_risk','delayed'])[1 + (n / 3) %% 5] AS health,
  CASE WHEN n %% 5 = 4 THEN 'lost' ELSE 'none' END AS ends
FROM generate_series(1, %(cases)s) n CROSS JOIN (SELECT count(*) AS many FROM templates) count_of
JOIN LATERAL (
  SELECT * FROM weighed WHERE upto > ((n::bigint * 7919) %% 100003) / 100003.1 ORDER BY upto LIMIT 1
) w ON true
"""


def _around(cursor: Any) -> None:
    """What belongs to the cases of the demo, for every case that was made from one; of the rarer things a part."""
    cursor.execute("CREATE TEMP TABLE ranks (kind text, old bigint, rank bigint, PRIMARY KEY (kind, old))")
    of_case, is_open = "t.case_id = old.id AND n.spot = old.spot", "AND n.ends = 'none'"
    join = f"JOIN templates old ON true JOIN made n ON {of_case}"
    for table, only in (
        ("cases_casestep", ""),
        ("cases_obligation", ""),
        ("cases_datechange", ""),
        ("cases_inforequest", f"{is_open} AND n.n % 10 < 3"),
        ("cases_clock", f"{is_open} AND (t.request_id IS NULL OR n.n % 10 < 3)"),
        ("dealings_handoff", f"{is_open} AND n.n % 12 < 2"),
        ("dealings_promise", f"{is_open} AND n.n % 5 = 0"),
        ("dealings_proposition", "AND n.n % 8 = 0"),
        ("dealings_interaction", ""),
        ("dealings_task", f"{is_open} AND n.n % 4 < 2"),
        ("obstacles_obstacle", f"{is_open} AND n.n % 10 < 2"),
    ):
        _copy(cursor, table, f"{table} t {join} {only}")
    below = (
        "JOIN ranks up ON up.kind = %s AND up.old = t.%s JOIN made n ON n.id * {most} + up.rank IN (SELECT id FROM %s)"
    )
    for table, above, key in (
        ("cases_pause", "cases_clock", "clock_id"),
        ("dealings_referral", "dealings_handoff", "hand_off_id"),
    ):
        source = (below % (f"'{above}'", key, above)).format(most=_MOST)
        _copy(cursor, table, f"{table} t {source}")
    cursor.execute(_TALKS)
    cursor.execute(_PROOFS)
    for table in ("files_storedfile", "cases_proof", "dealings_interaction"):
        _sequence(cursor, table)
    cursor.execute(_NEXT_DUE)
    cursor.execute(_NOTICES)
    _sequence(cursor, "notices_notice")


_MOST = 128  # rows that the demo may have in one table
#: What a column becomes in a copy, by its name; a foreign key to another copied table is worked out.
_COLUMNS = {
    "case_id": "n.id",
    "company_id": "n.company",
    "owner_id": "n.person",
    "by_id": "n.person",
    "decided_by_id": "t.decided_by_id",
    "answered_by_id": "t.answered_by_id",
}
_POINTS = {
    "step_id": "cases_casestep",
    "request_id": "cases_inforequest",
    "clock_id": "cases_clock",
    "hand_off_id": "dealings_handoff",
}


def _copy(cursor: Any, table: str, source: str) -> None:
    cursor.execute(f"INSERT INTO ranks SELECT '{table}', id, row_number() OVER (ORDER BY id) - 1 FROM {table}")
    cursor.execute(f"SELECT count(*) FROM {table}")
    assert cursor.fetchone()[0] <= _MOST, f"the demo has more than {_MOST} rows in {table}"
    fixed = {"id": f"n.id * {_MOST} + (SELECT rank FROM ranks WHERE kind = '{table}' AND old = t.id)"}
    for name, kind in _described(cursor, table):
        if name in _COLUMNS:
            fixed[name] = (
                _COLUMNS[name] if name == "case_id" else f"CASE WHEN t.{name} IS NOT NULL THEN {_COLUMNS[name]} END"
            )
        elif name in _POINTS:
            there = f"SELECT rank FROM ranks WHERE kind = '{_POINTS[name]}' AND old = t.{name}"
            fixed[name] = f"n.id * {_MOST} + ({there})"
        elif name == "chased":
            fixed[name] = "90"  # as on a site that ran yesterday too: the reminders until now have been sent
        elif name == "unit_id":
            fixed[name] = "n.unit" if table != "dealings_referral" else _OTHER_UNIT
        elif kind in ("date", "timestamp with time zone"):
            fixed[name] = f"t.{name} - n.days" if kind == "date" else f"t.{name} - n.days * interval '1 day'"
    _insert(cursor, table, fixed, source)
    _sequence(cursor, table)


#: Another unit for each referral of a hand-off.
_OTHER_UNIT = "(SELECT unit FROM weighed WHERE at = ((n.n + t.id) % 30))"
_TALKS = """
INSERT INTO dealings_interaction (id, company_id, unit_id, case_id, kind, day, people, note, by_id, at)
SELECT (SELECT max(id) FROM dealings_interaction) + row_number() OVER (), n.company, n.unit, n.id,
  (ARRAY['call','meeting','visit','mail'])[1 + k % 4], current_date - 3 * k - n.days - 15, '法务部 / legal department',
  '谈办理进度和下一步材料。 / On progress, and the papers that come next.', n.person, now() - k * interval '3 days'
FROM made n, generate_series(1, 4) k
"""
_PROOFS = """
INSERT INTO files_storedfile (id, name, kind, size, sha256, flags, place, at, scan, found, attempts)
SELECT (SELECT coalesce(max(id), 0) FROM files_storedfile) + n.n, '证明 ' || n.reference || '.pdf', 'pdf', 90000,
  md5(n.reference) || md5(n.reference || 'x'), '[]', 'bench' || n.n, now(), 'clean', '', 0
FROM made n WHERE n.n % 2 = 0;
INSERT INTO cases_proof (case_id, file_id, by_id, proves, issued, expires, at, reason, version)
SELECT n.id, f.id, n.person, 'business_licence', current_date - 90, current_date - 30 + (n.days + 8) * 12, now(), '', 1
FROM made n JOIN files_storedfile f ON f.place = 'bench' || n.n;
"""
_NEXT_DUE = """
UPDATE cases_landingcase c SET next_due = k.due
FROM (SELECT case_id, min(due) AS due FROM cases_clock WHERE stopped IS NULL GROUP BY case_id) k
WHERE k.case_id = c.id AND k.due IS NOT NULL
"""


#: Forty of each officer that are not read, of their own cases.
_NOTICES = """
INSERT INTO notices_notice (id, user_id, email, language, kind, row, row_key, reason, words, "values", legal, daily,
  made, due, taken, sent, withheld, read)
SELECT (SELECT max(id) FROM notices_notice) + row_number() OVER (), mine.person, '', 'zh', t.kind, t.row, mine.id::text,
  t.reason, t.words, t."values", t.legal, t.daily, now(), now(), now(), now(), t.withheld, NULL
FROM (SELECT * FROM notices_notice WHERE kind = 'case_stage' ORDER BY id LIMIT 1) t,
  (SELECT id, person, row_number() OVER (PARTITION BY person ORDER BY id) AS place FROM made) mine
WHERE mine.place <= 40
"""


# ---- leads


def _leads(cursor: Any, people: list[tuple[int, int]], first: int, companies: int) -> None:
    """Leads of the demo that have not become cases, many times, with their evidence."""
    cursor.execute(_SPREAD, [LEADS_A_SIGNAL, len(people)])
    day = "interval '1 hour' * (n.n % 9000)"
    fixed = {
        "id": "n.id",
        "unit_id": "n.unit",
        "officer_id": "CASE WHEN t.officer_id IS NOT NULL THEN n.person END",
        "company_id": f"CASE WHEN n.n % 3 = 0 THEN {first} + (n.id * 31) % {companies} END",
        "enquiry_id": "NULL",
        "duplicate_of_id": "NULL",
        "determination_id": "NULL",
        "received": f"t.received - {day}",
        "title": "t.title || ' ' || n.n",
        "company_name": "t.company_name || ' ' || n.n",
        "low": "greatest(0, t.low - n.n % 7)",
        "high": "greatest(0, t.high - n.n % 7)",
    }
    _insert(cursor, "leads_lead", fixed, "leads_lead t JOIN spread n ON n.old = t.id")
    for table in ("leads_evidence", "leads_score", "leads_signal"):
        cursor.execute(f"SELECT max(id) FROM {table}")
        most = cursor.fetchone()[0]
        fixed = {"id": f"{most} + row_number() OVER ()", "lead_id": "n.id", "external": "t.external || '-' || n.id"}
        _insert(cursor, table, fixed, f"{table} t JOIN spread n ON n.old = t.lead_id")
        _sequence(cursor, table)
    _sequence(cursor, "leads_lead")


_SPREAD = """
CREATE TEMP TABLE spread AS
SELECT l.id AS old, 1000 + g.n * 16 + row_number() OVER (PARTITION BY g.n ORDER BY l.id) AS id, g.n, w.person, w.unit
FROM leads_lead l, generate_series(1, %s) g(n) JOIN weighed w ON w.at = g.n %% %s WHERE l.state <> 'converted'
"""


# ---- how


def _described(cursor: Any, table: str) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
        [table],
    )
    return [(name if name != "end" else '"end"', kind) for name, kind in cursor.fetchall()]


def _insert(cursor: Any, table: str, fixed: dict[str, str], source: str) -> None:
    """Every column as it is in `t`, but for those given."""
    columns = [name for name, _ in _described(cursor, table)]
    values = [fixed.get(name, f"t.{name}") for name in columns]
    cursor.execute(f"INSERT INTO {table} ({', '.join(_quoted(columns))}) SELECT {', '.join(values)} FROM {source}")


def _quoted(columns: list[str]) -> list[str]:
    return [name if name.startswith('"') else f'"{name}"' for name in columns]


def _sequence(cursor: Any, table: str) -> None:
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


# ---- the journal


def _journal(cursor: Any, rows: int, cases: int) -> None:
    """Entries on cases, chained as the site chains them, behind those of the demo."""
    cursor.execute("SELECT number, hash FROM journal_head")
    number, last = cursor.fetchone()
    with cursor.copy(
        "COPY journal_entry (number, at, actor, role, unit, act, kind, subject, before, after, reason, request, "
        "previous, hash) FROM STDIN"
    ) as copy:
        for row in _entries(number, last, rows, cases):
            copy.write_row(row)
            last = row[-1]
    cursor.execute("UPDATE journal_head SET number = %s, hash = %s", [number + rows, last])


def _entries(after: int, previous: str, rows: int, cases: int) -> Iterator[tuple[Any, ...]]:
    from luodi.web.journal.chain import hash_of

    begin = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(after + 1, after + rows + 1):
        said = {
            "number": number,
            "at": begin + timedelta(seconds=number * 10),
            "actor": 20 + number % PEOPLE,
            "role": "officer",
            "unit": "",
            "act": "set_health",
            "kind": "cases.LandingCase",
            "subject": str(100 + number % cases),
            "before": None,
            "after": None,
            "reason": "",
            "request": "",
        }
        found = hash_of(previous, said)
        yield (*said.values(), previous, found)
        previous = found
