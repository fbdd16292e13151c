"""The pages of the library, a module for each kind."""
