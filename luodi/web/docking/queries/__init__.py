"""Reading what is posted, matches, meetings, and what is known of companies."""
