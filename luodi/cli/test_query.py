"""Companies that a database answers with: DuckDB here, PostgreSQL where `LUODI_TEST_POSTGRESQL` gives an address.

The table is the same in both, with the types that a register has, and what comes out is what its file gives.
"""

import json
import os
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from luodi.matching.conftest import TYPES
from luodi.rules.library import company_vocabulary

ADDRESS = os.environ.get("LUODI_TEST_POSTGRESQL", "")
ROWS = 20_000
COLUMNS = {  # attribute: the type in SQL, and what row n holds
    "id": ("text", lambda n: f"c{n}"),
    "employees": ("integer", lambda n: n % 700 if n % 7 else None),
    "operating_revenue": ("bigint", lambda n: n * 90_000 if n % 5 else None),
    "foreign_share": ("numeric(9, 6)", lambda n: f"{n % 101 / 100:.2f}" if n % 3 else None),
    "founded_date": ("date", lambda n: date(2005 + n % 21, 1 + n % 12, 1 + n % 28) if n % 11 else None),
    "is_resident_enterprise": ("boolean", lambda n: n % 2 == 0 if n % 13 else None),
    "industry_code": ("varchar(5)", lambda n: ("I6510", "C3921", "M7320")[n % 3]),
    "qualifications": ("text[]", lambda n: ["hnte", "tech_sme"][: n % 3] if n % 4 else None),
}
KNOWN = {name: column for name, column in COLUMNS.items() if name == "id" or name in company_vocabulary()}


def values():
    return [[make(n) for _, make in KNOWN.values()] for n in range(ROWS)]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The same companies as a file, by way of Arrow alone."""
    path = tmp_path_factory.mktemp("query") / "c.parquet"
    words, found = company_vocabulary(), {}
    for at, name in enumerate(KNOWN):
        cells = [row[at] for row in values()]
        kind = pa.string() if name == "id" else TYPES[words[name].kind]
        found[name] = pa.array(cells, pa.string()).cast(kind) if name == "foreign_share" else pa.array(cells, kind)
    pq.write_table(pa.table(found), path)
    return path


@pytest.fixture(scope="module", params=["duckdb", "postgresql"])
def database(request, tmp_path_factory, file):
    """An address of a database with the table `companies`."""
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in KNOWN.items())
    if request.param == "duckdb":
        path = tmp_path_factory.mktemp("query") / "c.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"CREATE TABLE companies ({columns})")
            connection.execute("INSERT INTO companies SELECT * FROM read_parquet(?)", [str(file)])
        yield str(path)
        return
    if not ADDRESS:
        pytest.skip("PostgreSQL is left out: LUODI_TEST_POSTGRESQL gives no address")
    psycopg = pytest.importorskip("psycopg", reason="PostgreSQL is left out: it needs luodi[postgresql]")
    schema = f"companies_of_{os.getpid()}"  # of its own, since several run at once
    address = f"{ADDRESS}?options=-csearch_path%3D{schema}"
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
        cursor.execute(f"CREATE TABLE companies ({columns})")
        with cursor.copy("COPY companies FROM STDIN") as copy:
            for row in values():
                copy.write_row(row)
    yield address
    with psycopg.connect(ADDRESS) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def bulk(luodi):
    """Exit status, and the document or what was said instead of it."""

    def run(*arguments):
        status, out, err = luodi("bulk", "--on", "2026-03-02", "--json", *arguments)
        return status, json.loads(out) if out else err

    return run


def test_a_query_gives_what_the_file_gives(bulk, database, file):
    status, found = bulk("--companies", database, "--query", "SELECT * FROM companies ORDER BY substr(id, 2)::integer")
    assert status == 0, found
    _, wanted = bulk("--companies", str(file))
    assert (found["rows"], found["rules"], found["columns"]) == (ROWS, wanted["rules"], wanted["columns"])
    assert any(rule["yes"] for rule in found["rules"])


def test_a_query_may_rename_and_leave_out(bulk, database):
    sql = "SELECT employees AS staff FROM companies WHERE employees > 650"
    status, found = bulk("--companies", database, "--query", sql, "--column", "staff=employees")
    assert status == 0, found
    assert found["columns"] == {"employees": "staff"}
    assert 0 < found["rows"] < ROWS


def test_companies_that_stand_twice_are_reported_also_from_a_query(bulk, database):
    sql = "SELECT * FROM companies WHERE id = 'c1' UNION ALL SELECT * FROM companies WHERE id = 'c1'"
    status, found = bulk("--companies", database, "--query", sql)
    assert (status, found["duplicates"], found["first_duplicates"]) == (2, 1, [{"row": 1, "same_as": 0}])


def test_what_is_no_query_is_reported(bulk, database):
    status, said = bulk("--companies", database, "--query", "DROP TABLE nobody")
    assert status == 2
    assert "Traceback" not in said


def test_a_query_that_is_wrong_is_reported_in_the_words_of_the_database(bulk, database):
    status, said = bulk("--companies", database, "--query", "SELECT * FROM nobody")
    assert status == 2
    assert "nobody" in said and "Traceback" not in said


def test_a_database_that_is_not_there_is_reported(bulk, tmp_path):
    status, said = bulk("--companies", str(tmp_path / "none.duckdb"), "--query", "SELECT 1")
    assert status == 2
    assert "there is no such database" in said


def test_a_server_that_does_not_answer_is_reported_and_its_password_is_not(bulk, tmp_path):
    pytest.importorskip("psycopg", reason="PostgreSQL is left out: it needs luodi[postgresql]")
    status, said = bulk("--companies", "postgresql://anna:secret@127.0.0.1:1/nothing", "--query", "SELECT 1")
    assert status == 2
    assert "PostgreSQL says" in said and "secret" not in said


def test_a_query_that_fails_on_the_way_is_reported_with_how_far_it_came(bulk, database):
    sql = "SELECT id, CAST(CASE WHEN id = 'c19999' THEN 'many' ELSE '1' END AS integer) AS employees FROM companies"
    status, said = bulk("--companies", database, "--query", sql)
    assert status == 2
    assert "many" in said and "Traceback" not in said
