"""Pages of cases, and of the calendars of units."""
