"""The site: one folder a room, each with what it stores, reads, changes, and its doors. Only this knows Django."""
