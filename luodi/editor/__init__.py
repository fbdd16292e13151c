"""Editing a book: its rows as forms, its text cut at the parser's marks, and its files checked. No Django in it."""
