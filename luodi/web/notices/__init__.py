"""Being told by e-mail, without an account, when an answer or an entry of the law changes."""
