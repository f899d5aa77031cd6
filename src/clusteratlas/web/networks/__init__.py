"""Pages of networks: who works with whom in some projects, and how two organisations are connected."""
