"""Files of companies on their way: read and compared, and what their rows add to companies."""
