"""What is known about companies: names, numbers, owners, facts, contacts, and what files bring in."""
