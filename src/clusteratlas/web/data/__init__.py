"""Pages about the data, and the downloads."""
