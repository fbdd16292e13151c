"""Files on their way into the site: read row by row, compared with what is there, decided by a person."""
