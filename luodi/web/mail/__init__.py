"""E-mail of cases: written on the page of a case, answered to an address of its own, and kept with it."""
