"""Ordinals of days where an entry of the library has no first or no last one. The models need nothing else of it."""

from typing import Final

NEVER: Final = 0
ALWAYS: Final = 10_000_000
