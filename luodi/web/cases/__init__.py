"""Cases: a company on its way to a verified landing, its steps, clocks, questions and proofs."""
