"""Reading the plan: the board, what is counted, definitions and editions."""
