"""What changes the plan: indicators, contributions, tasks and editions."""
