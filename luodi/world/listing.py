"""Companies of a made-up register as a file, as an office for registration hands one out."""

import csv
from datetime import date
from io import StringIO
from typing import Final

from luodi.world.folder import blocks

COLUMNS: Final = {
    "企业名称": "company_name_zh",
    "英文名称": "name_en",
    "行业代码": "industry_code",
    "从业人数": "employees",
}


def listing(companies: int, seed: int, on: date) -> str:
    """CSV with a heading in Chinese; a cell is empty where the register does not know.

    `companies` of at least 1, as they stand on a day. The same seed and day give the same text.
    """
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    left = companies
    for block in blocks(companies, seed, on):
        table = block.companies.select(list(COLUMNS.values()))
        for row in table.slice(0, left).to_pylist():
            rows.writerow("" if cell is None else str(cell) for cell in row.values())
        left -= table.num_rows
    return text.getvalue()
