"""The time line of a case or a company: all that was done to it and to what hangs on it, from the journal."""
