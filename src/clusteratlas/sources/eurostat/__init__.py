"""Eurostat's tables: bulk TSV of both layouts and SDMX-CSV, any table that has a `geo` dimension."""
