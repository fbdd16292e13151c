"""Files that people send, before they are kept: which kinds are taken, what each would do, and how it is sealed."""
