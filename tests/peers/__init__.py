"""Other sides for tests: real programs and devices in small, that speak the real protocols on loopback."""
