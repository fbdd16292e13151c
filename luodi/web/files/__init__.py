"""Files that people send: checked, kept under a random name, encrypted and scanned where the site is set up so."""
