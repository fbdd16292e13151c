"""The pages about the API, and of one's own keys."""
