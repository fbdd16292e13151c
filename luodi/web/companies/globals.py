"""What the templates of companies need beside their context."""

from typing import Any, Final

from luodi.web.companies.parts import shown

GLOBALS: Final[dict[str, Any]] = {"shown_value": shown}
