"""The package's own sample: facts of real projects in the canonical schema, with summaries in our own words."""
