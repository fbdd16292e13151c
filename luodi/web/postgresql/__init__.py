"""Django's PostgreSQL, which sees by the socket alone whether a connection was closed meanwhile."""
