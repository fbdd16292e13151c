"""The advisor: a company's questions, one a page, and its landing plan."""
