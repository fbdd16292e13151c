"""The pages of the advisor. Those that ask are GETs: the address carries the answers, and nothing is stored."""
