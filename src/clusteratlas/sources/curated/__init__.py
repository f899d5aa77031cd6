"""The hub's own list: cluster projects and partnerships that no publisher holds in one place."""
