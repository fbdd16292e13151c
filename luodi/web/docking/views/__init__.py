"""Pages of what is posted, of matches, pilots and meetings, and of capabilities."""
