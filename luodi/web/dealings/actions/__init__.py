"""What changes hand-offs, promises, propositions, talks and tasks."""
