"""The programming interface, `/api/v1/`: a thin layer over `atlas`."""
