"""What the templates of leads need beside their context."""

from typing import Final

from luodi.documents.code_names import code_in_words
from luodi.web.leads.scoring import points_shown

GLOBALS: Final[dict[str, object]] = {"points_shown": points_shown, "code_name": code_in_words}
