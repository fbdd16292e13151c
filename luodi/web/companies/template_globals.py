"""What the templates of companies need beside their context."""

from typing import Final

from luodi.web.companies.queries import shown
from luodi.web.core.error_words import in_full

GLOBALS: Final[dict[str, object]] = {"shown_value": shown, "problem_told": in_full}
