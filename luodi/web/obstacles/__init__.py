"""What stands in a company's way, as it says so, and the policy questions that obstacles roll up to."""
