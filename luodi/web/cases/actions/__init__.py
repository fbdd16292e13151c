"""What changes cases: their stages, plans, steps, clocks, questions, proofs and calendars."""
