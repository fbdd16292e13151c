"""What is arranged around a case: hand-offs to other units, promises, propositions, talks and tasks."""
