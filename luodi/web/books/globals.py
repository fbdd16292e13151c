"""What templates of every room may say of a book: findings of the checker in the language of the page."""

from typing import Any, Final

from luodi.web.books.telling import told

GLOBALS: Final[dict[str, Any]] = {"told": told}
