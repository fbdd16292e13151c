"""The library of law: every object of every book as a page, the table of what is open, search, changes and feeds."""
