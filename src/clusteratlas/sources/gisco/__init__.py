"""GISCO's boundaries of NUTS regions, and Eurostat's workbooks of what became of regions."""
