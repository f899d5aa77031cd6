"""Full-text search with facets over the projects of a release."""
