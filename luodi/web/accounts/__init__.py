"""Who works here: people, the units they belong to, and what they may see."""
