"""Publishers' files in, a checked release out: fetch, build, check, compare, publish."""
