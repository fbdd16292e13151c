"""What templates of every room may say of a book: findings of the checker, words of terms, official links."""

from typing import Any, Final

from luodi.terms import term
from luodi.terms.reading import is_official
from luodi.web.books.telling import told
from luodi.web.core.error_words import in_full, in_words

GLOBALS: Final[dict[str, Any]] = {
    "told": told,
    "in_words": in_words,
    "in_full": in_full,
    "term": term,
    "is_official": is_official,
}
