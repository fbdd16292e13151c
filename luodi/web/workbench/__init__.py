"""The officer's day: what is due, all open cases, the board, what leaves as a file, and what leaders look at."""
