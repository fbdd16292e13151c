"""A made-up register: the same for everybody, true to the vocabulary and to its stakes, there whole or not at all."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import networkx
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from luodi.errors import OutOfRange
from luodi.files import CannotWrite, FolderNotEmpty
from luodi.matching.inputs import open_input
from luodi.matching.results import Out
from luodi.matching.run import RunOptions, bulk
from luodi.ownership.bulk import run
from luodi.rules.library import company_vocabulary, load_book
from luodi.world import DAY
from luodi.world import block as block_module
from luodi.world.folder import TABLES, make_world

COMPANIES = 5000


def make(to, companies=300, seed=1, **more):
    return make_world(companies, seed, to, progress=more.pop("progress", lambda done, total: None), **more)


def read(folder, name):
    return pq.read_table(folder / f"{name}.parquet")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "world"
    make(folder, COMPANIES)
    return folder


@pytest.fixture(scope="module")
def companies(world):
    return read(world, "companies")


@pytest.fixture(scope="module")
def stakes(world):
    return read(world, "stakes")


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks so small that a few hundred companies fill several."""
    monkeypatch.setattr(block_module, "BLOCK", 512)


# ---- the same for everybody


def test_the_same_number_and_seed_give_the_same_bytes_with_any_number_of_threads(tmp_path, small_blocks):
    make(tmp_path / "one", 1700, threads=1)
    make(tmp_path / "three", 1700, threads=3)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "three" / file.name).read_bytes(), file.name


def test_a_world_is_the_one_that_it_was_when_this_was_written(tmp_path):
    make(tmp_path / "world", 40)
    cells = [repr(read(tmp_path / "world", name).to_pylist()) for name in TABLES]
    assert [hashlib.sha256(text.encode()).hexdigest()[:12] for text in cells] == DIGESTS


DIGESTS = ["3cd79cd6ec49", "7665422ddcc9", "0969ab301445"]


def test_another_seed_makes_other_companies(tmp_path):
    make(tmp_path / "one", 50, seed=1)
    make(tmp_path / "two", 50, seed=2)
    for name in ("company_name_zh", "industry_code", "employees"):
        assert read(tmp_path / "one", "companies")[name] != read(tmp_path / "two", "companies")[name]


def test_a_longer_world_begins_like_a_shorter_one(tmp_path):
    make(tmp_path / "short", 300)
    make(tmp_path / "long", 600)
    short, long = (read(tmp_path / name, "companies").slice(0, 292) for name in ("short", "long"))
    assert short.equals(long)


@pytest.mark.parametrize("count", [1, 2, 9])
def test_a_world_may_be_as_small_as_one_company(tmp_path, count):
    made = make(tmp_path / "world", count)
    assert made.rows["companies"] == read(tmp_path / "world", "companies").num_rows == count
    run(tmp_path / "world/stakes.parquet", tmp_path / "world/nodes.parquet", to=tmp_path / "o.csv", on=DAY)


# ---- true to the vocabulary


def test_every_cell_is_a_value_of_the_vocabulary(companies):
    vocabulary = company_vocabulary()
    names = [name for name in companies.column_names if name in vocabulary]
    for row in companies.select(names).slice(0, 400).to_pylist(maps_as_pydicts="strict"):
        vocabulary.parse_facts(
            {
                name: value if isinstance(value, list | dict | bool | date) else written(value)
                for name, value in row.items()
            }
        )


def written(value):
    return None if value is None else str(value)


def test_nearly_every_attribute_is_there_and_none_that_follows_from_others(companies):
    vocabulary = company_vocabulary().attributes.values()
    absent = {a.name for a in vocabulary} - set(companies.column_names)
    # every company of this world is registered in the mainland, so none says whether it has one there
    assert absent == {a.name for a in vocabulary if a.derived} | {"uscc", "has_mainland_company"}


def test_no_row_is_refused_and_many_policies_get_every_answer(world, tmp_path):
    options = RunOptions(on=DAY, out=Out.COUNTS, rejects=tmp_path / "rejects.jsonl")
    report = bulk(load_book("policies"), open_input(world / "companies.parquet"), options).as_json()
    every = [rule["id"] for rule in report["rules"] if rule["yes"] and rule["unknown"] and rule["no"]]
    assert (report["rows"], report["rejected"], report["left_out"]) == (COMPANIES, 0, [])
    assert len(every) >= 30, every


def test_ids_and_names_are_those_of_one_company_each(companies):
    for name in ("id", "company_name_zh", "name_en"):
        assert pc.count_distinct(companies[name]).as_py() >= COMPANIES * (0.99 if name == "name_en" else 1)
    assert companies["id"][0].as_py() == "c000000000"


def test_cells_are_missing_as_often_as_the_world_says_each_column_in_its_own_measure(world, companies):
    said = json.loads((world / "world.json").read_text())
    assert list(said["columns"]) == companies.column_names
    always = (
        "employees",
        "industry_code",
        "operating_revenue",
        "pi_subjects_processed",
        "foreign_investor_obtains_control",
    )
    for name in always:
        assert companies[name].null_count / COMPANIES == pytest.approx(said["columns"][name]["missing"], abs=0.015)
    for name in ("id", "company_name_zh", "name_en"):
        assert said["columns"][name]["missing"] == companies[name].null_count == 0
    assert len({column["missing"] for column in said["columns"].values()}) > 50


# ---- what hangs together


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("paid_in_capital", "registered_capital"),
        ("bachelor_staff_ratio", "college_staff_ratio"),
        ("rd_staff_ratio", "sci_tech_staff_ratio"),
        ("rd_staff_full_time", "employees"),
        ("rd_expense", "rd_expense_3y"),
        ("rd_expense_min_2y", "rd_expense_avg_2y"),
        ("operating_revenue", "sales_revenue_3y"),
        ("rd_expense_3y", "sales_revenue_3y"),
        ("own_software_revenue_ratio", "software_revenue_ratio"),
        ("class1_ip_count", "invention_patents"),
        ("spi_export_count_ytd", "pi_export_count_ytd"),
        ("pi_export_count_ytd", "pi_subjects_processed"),
        ("platform_users_pi", "pi_subjects_processed"),
        ("insured_employees_excl_founder", "employees"),
        ("disabled_employees", "employees"),
        ("fdi_actual_current_year_usd", "paid_in_foreign_capital_usd"),
        ("exports_important_data", "important_data_processor"),
        ("imports_goods", "customs_registered"),
        ("paid_in_capital", "total_assets"),
    ],
)
def test_a_part_is_not_more_than_the_whole(companies, less, more):
    part, whole = (companies[name].cast(pa.float64()) for name in (less, more))
    assert pc.max(pc.subtract(part, whole)).as_py() <= 0
    assert pc.max(part).as_py() > 0


def test_the_ratio_of_two_years_is_that_of_the_figures(companies):
    rows = companies.select(["rd_expense", "operating_revenue", "rd_ratio_min_2y"]).drop_null().to_pylist()
    assert any(row["rd_expense"] for row in rows)
    for row in rows:
        assert row["rd_ratio_min_2y"] <= Fraction(row["rd_expense"], row["operating_revenue"])


def test_recognitions_build_on_each_other_and_on_research(companies):
    for row in companies.select(["qualifications", "qualification_expiry", "rd_expense"]).to_pylist():
        held = set(row["qualifications"] or ())
        assert "srdi_sme" in held or "little_giant" not in held
        assert "none" not in held or len(held) == 1
        assert row["rd_expense"] != 0 or "hnte" not in held
        if row["qualifications"] and row["qualification_expiry"]:
            assert {name for name, _ in row["qualification_expiry"]} <= held


def test_sizes_have_a_heavy_tail(companies):
    revenue = np.sort(companies["operating_revenue"].drop_null().to_numpy())
    assert revenue[len(revenue) // 2] < 10_000_000 < 1_000_000_000 < revenue[-1]
    assert revenue[-len(revenue) // 100 :].sum() > revenue.sum() / 3


def test_most_companies_are_in_beijing_and_some_in_guangdong(companies):
    provinces = Counter(code[:2] for code in companies["registered_region_code"].drop_null().to_pylist())
    total = sum(provinces.values())
    assert provinces.most_common(1)[0][0] == "11"
    assert provinces["11"] / total > 0.5 and provinces["44"] / total > 0.1


# ---- stakes


def looked_through(folder, to, on=DAY):
    run(folder / "stakes.parquet", folder / "nodes.parquet", to=to, figures=("any_foreign",), on=on)
    return {row["company"]: row for row in pq.read_table(to).to_pylist()}


def agrees(folder, to):
    """How many companies have a share of each kind; each must be what the stakes come to."""
    found, seen = looked_through(folder, to), Counter()
    for row in read(folder, "companies").select(["id", "foreign_share"]).to_pylist():
        share, stake = row["foreign_share"], found[row["id"]]
        is_open = stake["equity_high"] - stake["equity_low"] > 1e-9
        seen["open" if is_open else "missing" if share is None else "foreign" if share else "none"] += 1
        if share is not None:
            assert not is_open, row
            assert float(share) == pytest.approx(stake["equity_low"], abs=1e-11), row
            assert stake["any_foreign"] == (share > 0), row
    return seen


def test_foreign_shares_are_what_the_stakes_come_to(world, tmp_path):
    seen = agrees(world, tmp_path / "out.parquet")
    assert seen["open"] > 3 and seen["foreign"] > COMPANIES * 0.025 and seen["none"] > COMPANIES * 0.9


def test_they_are_also_where_the_hubs_stand_in_another_block(tmp_path, small_blocks):
    make(tmp_path / "world", 3000, seed=3)
    assert agrees(tmp_path / "world", tmp_path / "out.parquet")["foreign"] > 60
    assert pq.ParquetFile(tmp_path / "world/companies.parquet").num_row_groups == 6


def test_what_the_columns_say_of_owners_fits_their_direct_stakes(world, companies, stakes):
    kinds = dict(zip(*(read(world, "nodes")[name].to_pylist() for name in ("id", "kind")), strict=True))
    direct = Counter()
    for row in on_day(stakes, DAY):
        if kinds[row["nominee_for"] or row["owner"]] in ("foreign", "hmt"):
            direct[row["company"]] += row["share"] or 0
    for row in companies.select(
        ["id", "foreign_investor_obtains_control", "ownership_type", "fdi_project_kind"]
    ).to_pylist():
        if row["ownership_type"] in ("private", "state_owned", "collective", "mixed"):
            assert direct[row["id"]] == 0
            assert row["fdi_project_kind"] in ("none", None)
        if row["ownership_type"] == "foreign_wholly_owned":
            assert row["foreign_investor_obtains_control"] is not False


def on_day(stakes, day):
    return [r for r in stakes.to_pylist() if (r["from"] or day) <= day and (r["to"] is None or r["to"] > day)]


@pytest.mark.parametrize("day", [DAY, DAY - timedelta(days=200), DAY + timedelta(days=400)])
def test_the_shares_of_a_company_add_up_to_the_whole_on_any_day(stakes, day):
    sums, votes, unknown = Counter(), Counter(), set()
    for row in on_day(stakes, day):
        sums[row["company"]] += row["share"] or 0
        votes[row["company"]] += row["votes"] or 0
        if row["share"] is None:
            unknown.add(row["company"])
    begun = {c for c, total in sums.items() if total == 1}
    rest = set(sums) - begun - unknown
    assert len(begun) > 0.9 * COMPANIES
    assert not rest if day >= DAY else len(rest) < 0.05 * COMPANIES  # some were not founded yet
    if day == DAY:
        assert {total for total in votes.values() if total} == {1}


def test_the_register_has_the_shape_that_was_promised(world, stakes):
    by_company = pc.mean(pc.cast(pc.starts_with(stakes["owner"], "c"), pa.float64())).as_py()
    assert 1.7 < stakes.num_rows / COMPANIES < 1.95
    assert 0.1 < by_company < 0.13
    kinds = Counter(read(world, "nodes")["kind"].to_pylist())
    assert set(kinds) == {"company", "domestic", "foreign", "hmt", "state", "unknown"}
    for name, least in (("votes", 20), ("nominee_for", 10), ("from", 1000), ("to", 100)):
        assert stakes.num_rows - stakes[name].null_count > least, name
    assert stakes["share"].null_count > 5
    assert pc.sum(pc.equal(stakes["owner"], stakes["company"])).as_py() > 0


def test_some_companies_stand_in_loops_and_some_hold_many(stakes):
    inner = stakes.filter(pc.starts_with(stakes["owner"], "c"))
    pairs = list(zip(inner["owner"].to_pylist(), inner["company"].to_pylist(), strict=True))
    graph = networkx.DiGraph(pair for pair in pairs if pair[0] != pair[1])
    in_loops = sum(len(part) for part in networkx.strongly_connected_components(graph) if len(part) > 1)
    assert 0.002 < in_loops / COMPANIES < 0.012
    assert Counter(owner for owner, _ in pairs).most_common(1)[0][1] > 10


def test_a_third_of_the_companies_with_several_owners_have_round_shares(stakes):
    shares = {}
    for row in on_day(stakes, DAY):
        shares.setdefault(row["company"], []).append(row["share"])
    several = [found for found in shares.values() if len(found) > 1 and None not in found]
    rounded = sum(all(share * 20 % 1 == 0 for share in found) for found in several)
    assert 0.28 < rounded / len(several) < 0.4


# ---- there whole or not at all


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(FolderNotEmpty, match="holds something"):
        make(tmp_path, 5)
    assert [file.name for file in tmp_path.iterdir()] == ["note.txt"]


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "world").mkdir()
    make(tmp_path / "world", 5)
    assert {file.name for file in (tmp_path / "world").iterdir()} == {
        *(f"{name}.parquet" for name in TABLES),
        "README.md",
        "world.json",
    }


def test_an_interrupted_run_leaves_nothing(tmp_path, small_blocks):
    def stop(done, total):
        if done > 600:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "world", 3000, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_not_there_is_reported(tmp_path):
    with pytest.raises(CannotWrite, match="No such file"):
        make(tmp_path / "nowhere" / "world", 5)


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of this kind")
def test_a_full_disk_is_reported_and_leaves_nothing(tmp_path):
    script = (
        "import resource, signal; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "from luodi.cli import main; main(['world', '--companies', '3000', '--to', 'world'])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, []), done.stderr
    assert "cannot be written (there is no room left for it)" in done.stderr


@pytest.mark.parametrize("wrong", [{"companies": 0}, {"companies": -3}, {"seed": -1}, {"on": date(1900, 1, 1)}])
def test_numbers_of_which_no_world_can_be_made_are_refused(tmp_path, wrong):
    with pytest.raises(OutOfRange):
        make(tmp_path / "world", **wrong)
    assert list(tmp_path.iterdir()) == []
