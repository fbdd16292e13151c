"""Reading for the desk: lists, figures, and somebody's day."""
