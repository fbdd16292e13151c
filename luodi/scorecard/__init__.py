"""What a plan promised and what was proven of it: contributions, attainment, statuses, frozen editions."""
