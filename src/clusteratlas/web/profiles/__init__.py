"""Pages of one thing each: a project, an organisation, a country, a region, an initiative."""
