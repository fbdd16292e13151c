"""Made-up registers: companies with their attributes, nodes and stakes, for demos, tests and benches."""

from datetime import date
from typing import Final

#: The day a register describes if none is named.
DAY: Final = date(2026, 11, 24)
