"""Luodi 落地: what is open to a company, what it must obtain, what it can get, with the clause and the day."""

__version__ = "0.1.0"
