"""Pages of trends: what is emerging, a theme or term over time, and their files and feeds."""
