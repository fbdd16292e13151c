"""The pages of notices: subscriptions without an account, and one's own notices."""
