"""Leads: from a signal to a case, with a score that says what it rests on."""
