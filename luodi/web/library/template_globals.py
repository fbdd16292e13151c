"""What the templates of the library need beside their context."""

from typing import Final

from luodi.web.library.redline import redlines

GLOBALS: Final = {"redlines": redlines}
