"""E-mail as bytes: what a message says, which case it was written to, and messages on their way into the site."""
