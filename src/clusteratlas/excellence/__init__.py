"""Assessment models and benchmarks of cluster management. Pure."""
