"""The policy officer's desk: drafts of the books, their review, and the editions that came into force."""
