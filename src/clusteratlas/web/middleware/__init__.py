"""What holds for every answer of the site: security headers, the open release, caching, readable mistakes."""
