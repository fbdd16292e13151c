"""What the templates of leads need beside their context."""

from typing import Any, Final

from luodi.web.leads.scoring import points_shown

GLOBALS: Final[dict[str, Any]] = {"points_shown": points_shown}
