"""Files are stored, scanned and removed."""
