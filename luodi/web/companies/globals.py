"""What the templates of companies need beside their context."""

from typing import Any, Final

from luodi.web.companies.parts import shown
from luodi.web.companies.problems import told

GLOBALS: Final[dict[str, Any]] = {"shown_value": shown, "problem_told": told}
