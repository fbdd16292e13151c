"""What a register says is read whole or refused by its field, and differs from ours where it says something else."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from luodi.profiles.codes import BadCode
from luodi.registers.differences import Difference, HeldStake, Ours, differences
from luodi.registers.entries import (
    BadAnswer,
    NotInRegister,
    Owner,
    RegisterEntry,
    RegisterUnavailable,
    Status,
    entry_of,
    look_up,
)
from luodi.registers.files import FileRegister

CODE, OTHER = "91110108551385082Q", "91110108MA01ABCD2H"
MILL: dict[str, Any] = {
    "code": CODE,
    "name": {"zh": "北京灯屿云科技有限公司", "en": "Lantern Isle Cloud"},
    "status": "active",
    "legal_form": "有限责任公司（外商投资）",
    "address": "北京市海淀区灯屿路1号",
    "owners": [{"name": "Nordlicht AG", "share": "60 %", "country": "DE"}, {"name": "王帆", "share": "2/5"}],
    "day": "2026-11-03",
    "source": "Fictional register",
}
YAML = """
source: Fictional register
day: 2026-11-03
companies:
- code: 91110108551385082Q
  name: {zh: 北京灯屿云科技有限公司, en: Lantern Isle Cloud}
  status: active
  legal_form: 有限责任公司（外商投资）
  address: 北京市海淀区灯屿路1号
  owners: [{name: Nordlicht AG, share: 60 %, country: DE}, {name: 王帆, share: 2/5}]
- code: 91110108MA01ABCD2H
  name: {en: Kranich Robotics}
  day: 2026-10-01
"""
CSV = """code,name_zh,name_en,status,legal_form,address,owner,share,country,day,source
91110108551385082Q,北京灯屿云科技有限公司,Lantern Isle Cloud,active,有限责任公司（外商投资）,北京市海淀区灯屿路1号,\
Nordlicht AG,60 %,DE,2026-11-03,Fictional register
91110108551385082Q,,,,,,王帆,2/5,,,
91110108MA01ABCD2H,,Kranich Robotics,,,,,,,2026-10-01,
"""


def file(folder: Path, text: str, name: str = "register.yaml") -> FileRegister:
    (folder / name).write_text(text, encoding="utf-8")
    return FileRegister(folder / name)


def mill(**more: Any) -> RegisterEntry:
    return entry_of({**MILL, **more})


def test_an_entry_says_what_the_document_says_and_gives_it_back() -> None:
    found = mill()
    assert (found.name_zh, found.status, found.day) == ("北京灯屿云科技有限公司", Status.ACTIVE, date(2026, 11, 3))
    assert found.owners == (Owner("Nordlicht AG", "60 %", "DE"), Owner("王帆", "2/5"))
    assert entry_of(found.as_json()) == found


def test_what_a_register_leaves_out_is_not_known_and_never_nobody() -> None:
    found = entry_of({"code": CODE, "name": {"en": "Mill"}}, day="2026-11-03", source="x")
    assert (found.status, found.owners, found.legal_form, found.source) == (None, None, "", "x")
    assert entry_of({**MILL, "owners": []}).owners == ()
    assert entry_of({**MILL, "owners": [{"name": "Nordlicht"}]}).owners == (Owner("Nordlicht", "?"),)


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"code": CODE[:-1] + "R"}, "code"),  # the check digit
        ({"code": None}, "code"),
        ({"name": {"zh": "", "en": " "}}, "name"),
        ({"name": "Mill"}, "name"),
        ({"name": {"en": "x" * 301}}, "name.en"),
        ({"status": "open"}, "status"),
        ({"day": ""}, "day"),
        ({"day": "2026-02-30"}, "day"),
        ({"owners": {}}, "owners"),
        ({"owners": [{"name": "Nordlicht", "share": "100.1 %"}]}, "owners.1.share"),
        ({"owners": [{"name": "Nordlicht", "share": "-1 %"}]}, "owners.1.share"),
        ({"owners": [{"name": ""}]}, "owners.1.name"),
        ({"owners": [{"name": "Nordlicht", "country": "ZZ"}]}, "owners.1.country"),
        ({"owners": [{"name": "x"}] * 201}, "owners"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_field(wrong: dict[str, Any], at: str) -> None:
    with pytest.raises(BadAnswer) as refused:
        mill(**wrong)
    assert refused.value.at == at and refused.value.said("zh") != str(refused.value)


def test_a_share_of_exactly_all_is_read() -> None:
    assert mill(owners=[{"name": "Nordlicht", "share": "100 %"}]).owners == (Owner("Nordlicht", "100 %"),)


# ---- files


@pytest.mark.parametrize(("text", "name"), [(YAML, "register.yaml"), (CSV, "register.csv")])
def test_a_file_says_the_same_as_yaml_and_as_a_table(tmp_path: Path, text: str, name: str) -> None:
    found = file(tmp_path, text, name)
    assert found.lookup(CODE) == mill()
    other = found.lookup(OTHER)
    assert other is not None and (other.name_en, other.owners, other.day) == (
        "Kranich Robotics",
        None,
        date(2026, 10, 1),
    )
    assert found.day == date(2026, 11, 3)


def test_a_code_is_looked_up_however_it_is_typed_and_a_wrong_one_asks_nobody(tmp_path: Path) -> None:
    assert look_up(file(tmp_path, YAML), "9111 0108 5513 8508 2q").name_en == "Lantern Isle Cloud"
    with pytest.raises(BadCode):
        look_up(FileRegister(tmp_path / "none.yaml"), CODE[:-1] + "R")
    with pytest.raises(RegisterUnavailable):
        look_up(FileRegister(tmp_path / "none.yaml"), CODE)


def test_who_is_not_there_is_told_with_the_register(tmp_path: Path) -> None:
    only = YAML.partition("- code: 91110108MA01ABCD2H")[0]
    with pytest.raises(NotInRegister, match="Fictional register has no company"):
        look_up(file(tmp_path, only), OTHER)


def test_an_answer_about_another_company_is_no_answer() -> None:
    class Wrong:
        source = "wrong"

        def lookup(self, code: str) -> RegisterEntry | None:
            return mill()

    assert look_up(Wrong(), CODE) == mill()
    with pytest.raises(BadAnswer, match="answers about"):
        look_up(Wrong(), OTHER)


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        (YAML + "- code: 91110108551385082Q\n  name: {en: Again}\n", "register.yaml", "stands twice"),
        (YAML.replace("60 %", "160 %"), "register.yaml", "entry 1"),
        ("companies: {}", "register.yaml", "companies"),
        ("- x", "register.yaml", "companies"),
        ("a: [", "register.yaml", "register.yaml"),
        (CSV.replace("60 %", "160 %"), "register.csv", "line 2"),
        ("name\nMill\n", "register.csv", "line 1"),
        ("code,colour\n", "register.csv", "line 1"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, text: str, name: str, says: str) -> None:
    with pytest.raises(BadAnswer, match=says):
        file(tmp_path, text, name).lookup(CODE)


# ---- what differs


def ours(**more: Any) -> Ours:
    stakes = (HeldStake(1, "NORDLICHT", "3/5"), HeldStake(2, "王帆", "40 %"))
    same = {"name_zh": "北京灯屿云科技有限公司", "name_en": "Lantern Isle Cloud", "code": CODE, "status": "active"}
    return Ours(**{**same, "verified": date(2026, 11, 3), "stakes": stakes, **more})


def fields(found: list[Difference]) -> list[str]:
    return [one.field for one in found]


def test_the_same_differs_in_nothing_however_shares_and_names_are_written() -> None:
    assert differences(mill(), ours()) == []


def test_what_the_register_leaves_blank_differs_in_nothing() -> None:
    silent = entry_of({"code": CODE, "name": {"zh": "北京灯屿云科技有限公司"}, "day": "2026-11-03"})
    assert differences(silent, ours()) == []


def test_names_and_status_differ_by_a_letter() -> None:
    found = differences(mill(status="revoked"), ours(name_en="Lantern Isle", name_zh=""))
    assert [(one.field, one.ours, one.theirs) for one in found] == [
        ("name_zh", "", "北京灯屿云科技有限公司"),
        ("name_en", "Lantern Isle", "Lantern Isle Cloud"),
        ("status", "active", "revoked"),
    ]


@pytest.mark.parametrize(("verified", "differs"), [(None, True), (date(2026, 11, 2), True), (date(2026, 11, 3), False)])
def test_a_code_is_looked_up_anew_by_a_later_extract(verified: date | None, differs: bool) -> None:
    assert bool(differences(mill(), ours(verified=verified))) is differs
    assert fields(differences(mill(), ours(code="", verified=None))) == ["code"]


def test_owners_are_compared_by_name_and_share() -> None:
    found = differences(
        mill(owners=[{"name": "Nordlicht GmbH", "share": "51 %"}, {"name": "Kranich", "share": "9 %"}]), ours()
    )
    assert [(one.field, one.row, one.ours, one.theirs) for one in found] == [
        ("owner:Nordlicht GmbH", 1, "NORDLICHT 3/5", "Nordlicht GmbH 51 %"),
        ("owner:Kranich", None, "", "Kranich 9 %"),
        ("stake:2", 2, "王帆 40 %", ""),
    ]


def test_a_register_that_does_not_say_the_share_says_nothing_else() -> None:
    assert differences(mill(owners=[{"name": "Nordlicht"}, {"name": "王帆", "share": "?"}]), ours()) == []


def test_no_owner_at_all_ends_every_stake() -> None:
    assert fields(differences(mill(owners=[]), ours())) == ["stake:1", "stake:2"]
