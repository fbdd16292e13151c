"""Where the templates of documents lie and how they are read, here and on a site; it needs no book and no plan."""

from pathlib import Path
from typing import Any, Final

from jinja2 import StrictUndefined

TEMPLATES: Final = Path(__file__).parent / "templates"
STYLES: Final = Path(__file__).parent / "styles"
HOW: Final[dict[str, Any]] = {
    "autoescape": True,
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
}
