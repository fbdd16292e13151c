"""What changes drafts, editions, checks of rows and trials of a draft."""
