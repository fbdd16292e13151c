"""Files of the plan: the board, its bars, and editions."""
