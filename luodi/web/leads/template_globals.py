"""What the templates of leads need beside their context."""

from typing import Final

from luodi.web.leads.scoring import points_shown

GLOBALS: Final[dict[str, object]] = {"points_shown": points_shown}
