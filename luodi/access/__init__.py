"""What is open: which foreign share of a service is allowed in a place on a day, and what would change that."""

from luodi.access.change import would_change
from luodi.access.question import AccessQuestion
from luodi.access.requirement import requirement, requirement_names
from luodi.access.resolve import Access, Verdict, what_is_open
from luodi.access.treatments import AccessBook, access_book

__all__ = [
    "Access",
    "AccessBook",
    "AccessQuestion",
    "Verdict",
    "access_book",
    "requirement",
    "requirement_names",
    "what_is_open",
    "would_change",
]
