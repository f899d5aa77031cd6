"""Factsheets (HTML, PDF) from atlas and charts."""
