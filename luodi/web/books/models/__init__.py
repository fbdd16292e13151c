"""What the desk stores: drafts and editions, checks of rows, and what a draft is tried with."""

from luodi.web.books.models.checks import Check, CheckState, Found
from luodi.web.books.models.drafts import Draft, InForce, Publication, Revision
from luodi.web.books.models.trials import Run, TriedProfile

__all__ = ["Check", "CheckState", "Draft", "Found", "InForce", "Publication", "Revision", "Run", "TriedProfile"]
