"""What templates of every app may say of a book: findings of the checker, words of terms, official links."""

from typing import Final

from luodi.editor.checking import problems_of
from luodi.terms import term
from luodi.terms.reading import is_official
from luodi.web.core.error_words import in_full, in_words

GLOBALS: Final[dict[str, object]] = {
    "problems_of": problems_of,
    "in_words": in_words,
    "in_full": in_full,
    "term": term,
    "is_official": is_official,
}
