"""A small book on disk for tests that read one: fictional attributes, and rules written into a folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from luodi.rules.book import Book
from luodi.rules.book_reading import read_book

ATTRIBUTES = """
attributes:
- {name: employees, type: integer, unit: persons, minimum: 0, label_zh: 从业人员, label_en: Employees}
- {name: revenue, type: money, unit: CNY per year, label_zh: 营业收入, label_en: "Operating revenue, last year"}
- {name: revenue_before, type: money, unit: CNY per year, label_zh: 上年营业收入, label_en: Revenue of the year before}
- {name: share, type: decimal, unit: ratio 0-1, minimum: 0, maximum: 1, label_zh: 外资股比, label_en: Foreign share}
- name: cap
  type: decimal
  unit: percent
  minimum: 0
  maximum: 100
  label_zh: 上限（百分数）
  label_en: Cap in percent
- {name: term, type: decimal, unit: years, label_zh: 合同期限, label_en: Contract term}
- {name: founded, type: date, label_zh: 成立日期, label_en: Founding date}
- {name: listed, type: boolean, label_zh: 列入异常名录, label_en: On the abnormal list}
- {name: resident, type: boolean, label_zh: 居民企业, label_en: Resident company}
- name: size
  type: enum
  allowed: [large, medium, small]
  label_zh: 企业规模
  label_en: Size class
  values: {large: {zh: 大型, en: Large}, medium: {zh: 中型, en: Medium}, small: {zh: 小型, en: Small}}
- name: held
  type: set
  allowed: [hnte, sme, none]
  label_zh: 持有资质
  label_en: Recognitions
  values: {hnte: {zh: 高新技术企业, en: HNTE}, sme: {zh: 科技型中小企业, en: Technology SME}, none: {zh: 无, en: None}}
- {name: region, type: string, code: region, label_zh: 注册地行政区划代码, label_en: "Registered place, six digits"}
- {name: industry, type: string, code: industry, label_zh: 行业代码, label_en: Industry code}
- {name: services, type: set, label_zh: 业务, label_en: Services}
- {name: zones, type: set, label_zh: 所在区域, label_en: Zones}
- {name: home, type: string, code: country, label_zh: 投资者所在国家, label_en: Home of the investor}
"""
HEAD = "id: little\ntitle: {zh: 小书, en: Little book}\nversion: '1'\n"

MakeBook = Callable[..., Book]


@pytest.fixture
def make_book(tmp_path: Path) -> MakeBook:
    """`make_book(rules, head=.., tests=.., **tables)` writes the texts into a folder and reads it as a book."""

    def make(rules: str = "[]", *, head: str = "", tests: str | None = None, name: str = "book", **tables: str) -> Book:
        folder = tmp_path / name
        files = {"book.yaml": HEAD + head + ATTRIBUTES, "rules/all.yaml": rules}
        files |= {f"{table.replace('_', '-')}.yaml": text for table, text in tables.items()}
        if tests is not None:
            files["tests/all.yaml"] = tests
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        return read_book(folder, None)

    return make
