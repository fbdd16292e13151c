"""How every test runs: property tests look for the same examples each time, so that a green run stays green.
`HYPOTHESIS_PROFILE=search make test` looks further, and elsewhere each time; what it finds becomes a test."""

import os

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
