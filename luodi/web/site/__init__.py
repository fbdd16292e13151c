"""The frame of every page: language, safety headers, the home page, errors, health."""
