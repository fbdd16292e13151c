"""What changes people, roles, units, companies, invitations and absence."""
