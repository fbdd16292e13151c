"""The forms of docking."""
