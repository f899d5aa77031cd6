"""Which records are one organisation: pure functions over dataframes."""
