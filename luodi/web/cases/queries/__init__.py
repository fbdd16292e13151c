"""Reading cases, and the working days of units."""
